"""Who is acting. The gateway forwards the signed access token; each service reads the actor from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shared.problems import forbidden
from shared.security.roles import permissions_of


@dataclass(frozen=True, slots=True)
class Actor:
    """An authenticated person, department system or service.

    `id` is the account id and the subject id in events. `department_code` and `region_code` are
    set for staff and department systems; `enterprise_id` when acting for an enterprise. `name` is
    personal: show it, don't log or publish it. `number_mark` recognises the account's citizen number
    (`own_number.py`).
    """

    id: str
    roles: frozenset[str]
    name: str = ""
    department_code: str | None = None
    department_name: str | None = None
    region_code: str | None = None
    enterprise_id: str | None = None
    real_name_level: int = 0
    number_mark: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.roles)

    def can(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        if not self.can(permission):
            raise forbidden(f"this needs the permission {permission!r}")


ANONYMOUS = Actor(id="anonymous", roles=frozenset({"anonymous"}))


def service_actor(service: str) -> Actor:
    """The actor of a service's own questions and timers; never taken from outside."""
    return Actor(id=f"service:{service}", roles=frozenset({"service"}), name=service)
