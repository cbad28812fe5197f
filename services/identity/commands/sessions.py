"""Access and refresh tokens: issued, renewed once each, ended."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import UUID, uuid4

from services.identity.actors import actor_of
from services.identity.application import Identity
from shared.problems import Problem, unauthenticated
from shared.security.actor import Actor
from shared.security.tokens import ACCESS_LIFETIME
from shared.service.call import Answer, Call

IDLE_STAFF = timedelta(minutes=30)
IDLE_APPLICANT = timedelta(hours=12)
LONGEST_SESSION = timedelta(hours=12)
_APPLICANTS = frozenset({"citizen", "enterprise_agent"})


def open_session(
    app: Identity,
    db: Any,
    actor: Actor,
    *,
    family: UUID | None = None,
    ends_at: datetime | None = None,
) -> dict[str, Any]:
    """A new pair of tokens; only the refresh token's digest is kept."""
    now = app.clock.now()
    ends_at = ends_at or now + LONGEST_SESSION
    idle = IDLE_APPLICANT if actor.roles <= _APPLICANTS else IDLE_STAFF
    refresh_token = token_urlsafe(32)
    db.execute(
        "INSERT INTO refresh_token (digest, family, account, enterprise_id, expires_at, family_ends_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (
            _digest(refresh_token),
            str(family or uuid4()),
            actor.id,
            actor.enterprise_id,
            min(now + idle, ends_at),
            ends_at,
        ),
    )
    return {
        "access_token": app.issuer.issue(actor),
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIFETIME.total_seconds()),
        "refresh_token": refresh_token,
        "user": user_of(actor),
    }


def user_of(actor: Actor) -> dict[str, Any]:
    return {
        "id": actor.id,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "permissions": sorted(actor.permissions),
        "department_code": actor.department_code,
        "department_name": actor.department_name,
        "region_code": actor.region_code,
        "enterprise_id": actor.enterprise_id,
        "real_name_level": actor.real_name_level,
    }


def refresh(app: Identity, call: Call) -> Answer:
    """Each refresh token is good once. One that comes again was copied: its whole family ends."""
    digest, now = _digest(call.body["refresh_token"]), app.clock.now()
    with app.db.transaction() as db:
        db.execute(
            "SELECT family, account, enterprise_id, expires_at, family_ends_at, used_at, revoked_at"
            " FROM refresh_token WHERE digest = %s FOR UPDATE",
            (digest,),
        )
        row = db.fetchone()
        answer = _renew(app, db, digest, row, now) if row else None
    if answer is None:
        raise unauthenticated("the refresh token is not valid; sign in again")
    return Answer(answer)


def _renew(app: Identity, db: Any, digest: bytes, row: Any, now: datetime) -> dict[str, Any] | None:
    """None is a refusal that must be committed first (the family's end)."""
    family, account, enterprise_id, expires_at, ends_at, used_at, revoked_at = row
    if used_at is not None:
        _end(db, "family", str(family), now)
        return None
    if revoked_at is not None or expires_at <= now:
        return None
    try:
        actor = actor_of(app, db, account, enterprise_id)
    except Problem:
        _end(db, "family", str(family), now)
        return None
    db.execute("UPDATE refresh_token SET used_at = %s WHERE digest = %s", (now, digest))
    return open_session(app, db, actor, family=UUID(str(family)), ends_at=ends_at)


def sign_out(app: Identity, call: Call) -> Answer:
    """With the refresh token: that session. Without: all of the account's sessions."""
    now, token = app.clock.now(), call.body.get("refresh_token")
    with app.db.transaction() as db:
        if token:
            db.execute(
                "UPDATE refresh_token SET revoked_at = %s WHERE revoked_at IS NULL AND family ="
                " (SELECT family FROM refresh_token WHERE digest = %s AND account = %s)",
                (now, _digest(token), call.actor.id),
            )
        else:
            end_sessions(db, call.actor.id, now)
    return Answer({"signed_out": True})


def act_for(app: Identity, call: Call) -> Answer:
    """Step into an enterprise's space, or back (null): new tokens with the other rights."""
    with app.db.transaction() as db:
        actor = actor_of(app, db, call.actor.id, call.body["enterprise_id"])
        return Answer(open_session(app, db, actor))


def end_sessions(db: Any, account_id: str, now: datetime) -> None:
    _end(db, "account", account_id, now)


def _end(db: Any, column: str, value: str, now: datetime) -> None:
    sql = {
        "family": "UPDATE refresh_token SET revoked_at = %s WHERE family = %s AND revoked_at IS NULL",
        "account": "UPDATE refresh_token SET revoked_at = %s WHERE account = %s AND revoked_at IS NULL",
    }[column]
    db.execute(sql, (now, value))


def _digest(token: str) -> bytes:
    """A random token of 256 bits needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()
