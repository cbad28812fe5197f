"""The one parsing helper for settings. What is wrong is said with the variable's name and the cause."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path


class SettingError(ValueError):
    """A setting that can't be used. Raised at start, before anything was begun."""

    def __init__(self, variable: str, cause: str) -> None:
        super().__init__(f"{variable}: {cause}")
        self.variable = variable
        self.cause = cause


class Environment:
    """Reads variables of one mapping (the process environment by default). Empty counts as not set."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values

    def text(self, variable: str, default: str | None = None) -> str:
        found = self.optional(variable)
        if found is not None:
            return found
        if default is None:
            raise SettingError(variable, "is not set")
        return default

    def optional(self, variable: str) -> str | None:
        return self._values.get(variable) or None

    def number(self, variable: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        found = self.optional(variable)
        if found is None:
            return default
        try:
            number = int(found)
        except ValueError:
            raise SettingError(variable, f"{found!r} is not a whole number") from None
        if not least <= number <= most:
            raise SettingError(variable, f"{number} is not between {least} and {most}")
        return number

    def choice(self, variable: str, choices: Collection[str], default: str) -> str:
        found = self.text(variable, default)
        if found not in choices:
            raise SettingError(variable, f"{found!r} is none of {', '.join(sorted(choices))}")
        return found

    def path(self, variable: str, default: Path | None = None) -> Path | None:
        found = self.optional(variable)
        return Path(found).expanduser() if found else default

    def secret(self, variable: str) -> str | None:
        """The value of `variable`, or the contents of the file that `variable_FILE` names."""
        given, file = self.optional(variable), self.optional(f"{variable}_FILE")
        if given and file:
            raise SettingError(variable, f"is set, and so is {variable}_FILE: set one of them")
        if file is None:
            return given
        try:
            return Path(file).expanduser().read_text("utf-8").strip()
        except OSError as error:
            raise SettingError(f"{variable}_FILE", f"{file} can't be read: {error.strerror}") from error
