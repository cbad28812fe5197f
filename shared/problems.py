"""What went wrong, in the shape every edge speaks: RFC 9457 problem details.

Domain code raises `shared.domain.decision.Refusal`; the service layer turns it into a `Problem`.
A `Problem` crosses RPC as plain data and leaves the gateway as `application/problem+json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field. `field` is a path such as `materials.0.code`."""

    field: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return {"field": self.field, "code": self.code, "message": self.message}


@dataclass
class Problem(Exception):
    """A request that can't be done, and whose fault that is, by `status`.

    `code` is stable and for programs; `detail` is for people and may change.
    `extra` members are added to the JSON (for example `version` and `current_status` of a conflict).
    """

    status: int
    code: str
    detail: str
    errors: Sequence[FieldError] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail}"

    def as_dict(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [error.as_dict() for error in self.errors],
            "extra": self.extra,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Problem:
        return cls(
            status=data["status"],
            code=data["code"],
            detail=data["detail"],
            errors=tuple(FieldError(**error) for error in data.get("errors", ())),
            extra=data.get("extra", {}),
        )


def not_found(what: str) -> Problem:
    """Also the answer for what the caller may not see: its existence is not disclosed."""
    return Problem(404, "not_found", f"{what} was not found")


def forbidden(detail: str) -> Problem:
    return Problem(403, "forbidden", detail)


def unauthenticated(detail: str = "sign in first") -> Problem:
    return Problem(401, "unauthenticated", detail)


def invalid(errors: Sequence[FieldError], detail: str = "the request has invalid fields") -> Problem:
    return Problem(422, "invalid_fields", detail, errors)


def conflict(code: str, detail: str, **extra: Any) -> Problem:
    return Problem(409, code, detail, extra=extra)


def stale_version(expected: int, actual: int) -> Problem:
    return Problem(
        412,
        "stale_version",
        f"version {expected} was expected, but the current version is {actual}",
        extra={"version": actual},
    )
