"""What is wrong with a row of an imported file: where, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RowFault:
    """`line` is the line of the file , `field` the column as printed there."""

    line: int
    field: str
    code: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {"line": self.line, "field": self.field, "code": self.code, "reason": self.reason}
