"""Who acts, as events remember them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of staff as events remember them."""

    id: str
    name: str = ""
    department_code: str | None = None
    department_name: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "department_code": self.department_code,
            "department_name": self.department_name,
        }


@dataclass(frozen=True, slots=True)
class Party:
    """Anybody who acts without being the handling officer: applicant, agent, clerk, system."""

    id: str
    role: str

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, "role": self.role}
