"""One request on its way through the gateway."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request

from services.gateway.routes.route import Condition, Route
from shared.problems import FieldError, Problem, invalid
from shared.security.actor import ANONYMOUS, Actor
from shared.web.etag import parse_if_match
from shared.web.idempotency import LONGEST_KEY, is_key
from shared.web.json_body import is_storable
from shared.web.language import CHINESE

_LONGEST_PARAMETER = 4000


@dataclass
class Visit:
    """`template` is the path without its values: what may stand in a log."""

    request: Request
    request_id: str
    language: str = CHINESE
    client: str = ""
    template: str = "(unmatched)"
    path_values: dict[str, str] = field(default_factory=dict)
    actor: Actor = ANONYMOUS

    def parameters(self, route: Route) -> dict[str, Any]:
        """Path, query and fixed parameters, or the 422 problem that names what is wrong."""
        query = self.query(route)
        query.pop("after_token", None)
        values = {**query, **self.path_values}
        unstorable = [name for name, value in values.items() if not is_storable(value)]
        if unstorable:
            raise invalid([FieldError(name, "invalid_character", "can't be used") for name in unstorable])
        return {**values, **route.fixed}

    def query(self, route: Route) -> dict[str, str]:
        known = set(route.query_parameters)
        errors = []
        for name, values in self.request.args.lists():
            if name not in known:
                errors.append(FieldError(name[:100], "unknown_field", "this is not a parameter of this path"))
            elif len(values) > 1:
                errors.append(FieldError(name, "duplicate", "give it once"))
            elif len(values[0]) > _LONGEST_PARAMETER:
                errors.append(FieldError(name, "too_long", f"at most {_LONGEST_PARAMETER} characters"))
        if errors:
            raise invalid(errors, "the query has invalid parameters")
        return {name: value for name, value in self.request.args.items() if value != ""}

    def idempotency_key(self, route: Route) -> str | None:
        key = self.request.headers.get("Idempotency-Key")
        if not route.key:
            return None
        if not key:
            raise Problem(400, "idempotency_key_required", "the header Idempotency-Key is missing")
        if not is_key(key):
            detail = f"Idempotency-Key must be 1 to {LONGEST_KEY} printable ASCII characters"
            raise Problem(400, "malformed_idempotency_key", detail)
        return key

    def if_match(self, route: Route) -> int | None:
        if route.condition is Condition.NONE:
            return None
        version = parse_if_match(self.request.headers.get("If-Match"))
        if version is None and route.condition is Condition.REQUIRED:
            detail = 'this changes the record for good: name the version you saw, If-Match: "<version>"'
            raise Problem(428, "if_match_required", detail)
        return version
