"""One line of the API: a method and path, and the operation of a service that answers it.

The table is all there is: requests are matched, checked and documented from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from marshmallow import Schema
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from services.gateway.desk import Desk
    from services.gateway.visit import Visit

API = "/api/v1"
_PATH_PARAMETER = re.compile(r"{(\w+)}")


def path_names(path: str) -> list[str]:
    """The names in braces."""
    return _PATH_PARAMETER.findall(path)


class Condition(StrEnum):
    """Whether a command takes `If-Match`."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Rate(StrEnum):
    """Which bucket a request is counted in, beside none."""

    SIGN_IN = "sign_in"
    PUBLIC_QUERY = "public_query"


class Size(StrEnum):
    """Which body limit of the settings holds."""

    JSON = "json"
    IMPORT = "import"


@dataclass(frozen=True, eq=False)
class Route:
    """`path` has its parameters in braces. `fixed` parameters are added to the caller's own.

    A route is answered by `operation` of `service`, or by `local`, a function of the gateway, which
    then needs `permission`. Which permission an operation needs stands at the operation; where that
    depends on what is asked of it, `one_of` lists them, and who has none is refused before the body is
    read: whether there is such a case is not told either.
    """

    method: str
    path: str
    title: str
    tag: str
    service: str = ""
    operation: str = ""
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    answer: type[Schema] | None = None
    status: int = 200
    public: bool = False
    key: bool = False
    condition: Condition = Condition.NONE
    fixed: Mapping[str, str] = field(default_factory=dict)
    rate: Rate | None = None
    size: Size = Size.JSON
    timeout: float = 10.0
    location: str | None = None
    local: Callable[[Desk, Visit, Route], Response] | None = None
    permission: str | None = None
    one_of: tuple[str, ...] = ()
    example: Mapping[str, Any] | None = None
    note: str = ""

    @property
    def path_parameters(self) -> list[str]:
        return path_names(self.path)

    @property
    def rule(self) -> str:
        """The path in werkzeug's notation."""
        return _PATH_PARAMETER.sub(r"<\1>", self.path)

    @property
    def name(self) -> str:
        """Unique among routes; the operationId of the document."""
        words = re.split(r"[^A-Za-z0-9]+", self.path.removeprefix(API))
        return "_".join([self.method.lower(), *(word.replace("-", "_") for word in words if word)])

    @property
    def query_parameters(self) -> list[str]:
        """The query parameters a caller may use; what stands in the path or is fixed is none."""
        taken = {*self.path_parameters, *self.fixed}
        names = _names_of(self.query) if self.query else ()
        waits = ["after_token"] if self.method == "GET" and self.operation else []
        return [name for name in [*names, *waits] if name not in taken]


def read(path: str, service: str, operation: str, title: str, tag: str, **more: Any) -> Route:
    """A question: GET, no key."""
    return Route("GET", API + path, title, tag, service, operation, **more)


def command(path: str, service: str, operation: str, title: str, tag: str, **more: Any) -> Route:
    """A POST with an idempotency key."""
    more.setdefault("key", True)
    return Route("POST", API + path, title, tag, service, operation, **more)


@cache
def _names_of(schema: type[Schema]) -> tuple[str, ...]:
    """As they stand on the wire. Asked for with every request, and a schema is dear to make."""
    return tuple(each.data_key or name for name, each in schema().fields.items())
