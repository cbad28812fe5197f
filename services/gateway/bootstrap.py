"""Builds the gateway's application: no database, no store, only others to ask."""

from __future__ import annotations

from typing import Any, cast

from services.gateway.settings import GatewaySettings
from shared.clock import Clock
from shared.security.tokens import TokenVerifier
from shared.service.application import Application, Remote


def bootstrap(
    *,
    name: str = "gateway",
    clock: Clock,
    remote: Remote,
    db: Any = None,
    store: Any = None,
    settings: Any,
    **parts: Any,
) -> Application:
    """`settings` are the platform's; what only the gateway needs is read from the environment.

    The verifier knows the public key alone: a service's own token is no way in from outside.
    """
    own = settings if isinstance(settings, GatewaySettings) else GatewaySettings.of_platform(settings)
    if "tokens" not in parts:
        parts["tokens"] = TokenVerifier(settings.require_public_key(), clock.now)
    return Application(name, clock, cast(Any, db), cast(Any, store), remote, own, parts)
