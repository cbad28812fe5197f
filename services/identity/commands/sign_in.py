"""Sign in with login name, identity number or phone. Failures say nothing about who exists."""

from __future__ import annotations

from services.identity import logins
from services.identity.actors import actor_of
from services.identity.application import Identity
from services.identity.commands.sessions import end_sessions, open_session
from services.identity.logins import Credential
from shared.problems import FieldError, Problem, invalid, unauthenticated
from shared.security import totp
from shared.security.passwords import hash_password, needs_rehash, verify_password, weaknesses
from shared.service.call import Answer, Call


def sign_in(app: Identity, call: Call) -> Answer:
    """Takes as long and answers the same for a name nobody has. The fifth failure locks for ten minutes."""
    now, digest = app.clock.now(), app.digest(call.body["login"])
    with app.db.transaction() as db:
        account = logins.find(db, digest)
        subject = account or digest.hex()
        locked_until = logins.count_attempt(db, subject, now)
        known = logins.credential(db, account) if account else None
        if locked_until:
            logins.log_sign_in(db, now, account, "locked", call.correlation_id)
    if locked_until:
        seconds = int((locked_until - now).total_seconds()) + 1
        detail = "too many failed attempts; try again later"
        raise Problem(429, "locked", detail, extra={"retry_after": seconds})
    if not verify_password(known.password_hash if known else None, call.body["password"]) or known is None:
        raise _failed(app, call, account, "wrong_password")
    return _proven(app, call, known, subject)


def _proven(app: Identity, call: Call, known: Credential, subject: str) -> Answer:
    """The password is right; now the one-time code, if the account has one."""
    now = app.clock.now()
    step = None
    if known.totp_secret:
        code = call.body.get("code")
        if not code:
            raise Problem(401, "code_required", "give the one-time code of your authenticator too")
        step = totp.matching_step(known.totp_secret, code, now)
        if step is None or step <= known.totp_last_step:
            raise _failed(app, call, known.account, "wrong_code")
    with app.db.transaction() as db:
        actor = actor_of(app, db, known.account)
        if step is not None:
            _use_step(db, known.account, step)
        if needs_rehash(known.password_hash):
            logins.set_password(db, known.account, hash_password(call.body["password"]), now)
        logins.forget_attempts(db, subject)
        logins.log_sign_in(db, now, known.account, "signed_in", call.correlation_id)
        return Answer(open_session(app, db, actor))


def _use_step(db: object, account: str, step: int) -> None:
    """Refuse a code that a request beside this one used a moment ago."""
    db.execute(  # type: ignore[attr-defined]
        "UPDATE credential SET totp_last_step = %s WHERE account = %s AND totp_last_step < %s",
        (step, account, step),
    )
    if db.rowcount != 1:  # type: ignore[attr-defined]
        raise unauthenticated("login, password or code is wrong")


def _failed(app: Identity, call: Call, account: str | None, outcome: str) -> Problem:
    with app.db.transaction() as db:
        logins.log_sign_in(db, app.clock.now(), account, outcome, call.correlation_id)
    return Problem(401, "wrong_credentials", "login, password or code is wrong")


def change_password(app: Identity, call: Call) -> Answer:
    """Ends all sessions of the account: whoever knew the old password is out."""
    now, account = app.clock.now(), call.actor.id
    with app.db.transaction() as db:
        locked = logins.count_attempt(db, account, now)
        known = logins.credential(db, account)
    if locked or known is None or not verify_password(known.password_hash, call.body["old_password"]):
        raise Problem(401, "wrong_credentials", "the old password is wrong")
    refuse_weak(call.body["new_password"], "new_password")
    with app.db.transaction() as db:
        logins.set_password(db, account, hash_password(call.body["new_password"]), now)
        logins.forget_attempts(db, account)
        end_sessions(db, account, now)
    return Answer({"changed": True})


def begin_totp(app: Identity, call: Call) -> Answer:
    """A new secret, not in force until `confirm_totp` shows that the app has it."""
    secret = totp.new_secret()
    with app.db.transaction() as db:
        db.execute(
            "UPDATE credential SET totp_secret = %s, totp_last_step = 0"
            " WHERE account = %s AND NOT totp_confirmed",
            (secret, call.actor.id),
        )
        if db.rowcount != 1:
            raise Problem(409, "totp_in_force", "a one-time code is in force already")
    return Answer({"secret": secret, "uri": totp.provisioning_uri(secret, call.actor.id)})


def confirm_totp(app: Identity, call: Call) -> Answer:
    with app.db.transaction() as db:
        db.execute("SELECT totp_secret FROM credential WHERE account = %s FOR UPDATE", (call.actor.id,))
        row = db.fetchone()
        step = totp.matching_step(row[0], call.body["code"], app.clock.now()) if row and row[0] else None
        if step is None:
            raise invalid([FieldError("code", "wrong_code", "this is not the present code")])
        db.execute(
            "UPDATE credential SET totp_confirmed = true, totp_last_step = %s WHERE account = %s",
            (step, call.actor.id),
        )
    return Answer({"in_force": True})


def refuse_weak(password: str, field: str, *known: str) -> None:
    texts = {
        "password_length": "8 to 128 characters",
        "password_too_simple": "at least three of: small letters, capitals, digits, other characters",
        "password_holds_login": "the password must not hold the login name or phone",
    }
    found = [FieldError(field, code, texts[code]) for code in weaknesses(password, *known)]
    if found:
        raise invalid(found)
