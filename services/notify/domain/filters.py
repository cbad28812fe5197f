"""Which events a department asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A region code counts two digits for the province, two for the city, two for the county, three for
# the township, three for the village; what is below its own level is zeros.
_LEVELS = (2, 4, 6, 9, 12)


def region_prefix(code: str) -> str:
    """What all regions within this one begin with: 511602000000 (a county) gives 511602."""
    for length in _LEVELS:
        if not code[length:].strip("0"):
            return code[:length]
    return code


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty lists let everything through. `scope` is the department beyond which nobody may look."""

    types: Sequence[str] = field(default_factory=tuple)
    regions: Sequence[str] = field(default_factory=tuple)
    items: Sequence[str] = field(default_factory=tuple)
    departments: Sequence[str] = field(default_factory=tuple)
    scope: str | None = None

    @classmethod
    def of(cls, stated: Mapping[str, Any], scope: str | None) -> Filter:
        names = ("types", "regions", "items", "departments")
        return cls(**{name: tuple(stated.get(name) or ()) for name in names}, scope=scope)

    @property
    def categories(self) -> list[str]:
        return [kind.removesuffix(".*") for kind in self.types if kind.endswith(".*") or "." not in kind]

    @property
    def exact_types(self) -> list[str]:
        return [kind for kind in self.types if not kind.endswith(".*") and "." in kind]

    @property
    def region_prefixes(self) -> list[str]:
        return [region_prefix(code) for code in self.regions]
