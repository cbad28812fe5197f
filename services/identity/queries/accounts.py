"""Who I am, and (for services) how somebody is reached."""

from __future__ import annotations

from typing import Any

from services.identity.application import Identity
from services.identity.commands.sessions import user_of
from services.identity.streams import account_stream, load_account, load_enterprise, load_staff
from shared.eventstore.rows import first_events
from shared.problems import forbidden, not_found
from shared.security.keys import jwk
from shared.service.call import Answer, Call


def me(app: Identity, call: Call) -> Answer:
    """One's own data, unmasked: what the platform knows is not asked for again."""
    shown: dict[str, Any] = user_of(call.actor)
    with app.db.transaction() as db:
        state = load_account(db, call.actor.id)
        enterprise = load_enterprise(db, call.actor.enterprise_id) if call.actor.enterprise_id else None
    if state.exists:
        shown |= {
            "kind": state.kind,
            "login": state.login,
            "id_no": state.id_no,
            "phone": state.phone,
            "email": state.email,
            "real_name_level": state.real_name_level,
        }
    if enterprise is not None and enterprise.exists:
        shown["enterprise"] = {
            "id": enterprise.enterprise_id,
            "name": enterprise.name,
            "credit_code": enterprise.credit_code,
            "role": enterprise.mandates.get(call.actor.id),
        }
    shown["enterprises"] = app.db.fetch(
        "SELECT m.enterprise_id AS id, e.name, e.credit_code, m.role FROM rm_enterprises.mandate m"
        " JOIN rm_enterprises.enterprise e USING (enterprise_id) WHERE m.account_id = %s ORDER BY e.name",
        (call.actor.id,),
    )
    return Answer(shown, version=state.version or None)


def account(app: Identity, call: Call) -> Answer:
    """For services: how somebody is reached, and which post they hold. Never handed on to people."""
    with app.db.transaction() as db:
        state = load_account(db, call.params["id"])
        post = load_staff(db, call.params["id"])
        enterprise = None if state.exists else load_enterprise(db, call.params["id"])
        if enterprise is not None and enterprise.exists:
            head = next((a for a, r in enterprise.mandates.items() if r == "legal_representative"), None)
            state = load_account(db, head) if head else state
    if not state.exists:
        raise not_found(f"account {call.params['id']}")
    found = {"id": call.params["id"], "name": state.name, "phone": state.phone, "email": state.email}
    if enterprise is not None and enterprise.exists:
        found["name"] = enterprise.name
    found |= {"kind": state.kind, "closed": state.closed}
    if post.active:
        found |= {"roles": list(post.roles), "department_code": post.department_code}
    return Answer(found, version=state.version)


def colleagues(app: Identity, call: Call) -> Answer:
    """Staff of one's own department: to whom a case can be transferred."""
    if not call.actor.department_code:
        raise forbidden("only members of a department have colleagues")
    rows = app.db.fetch(
        "SELECT a.account_id AS id, s.roles, s.department_code, s.department_name"
        " FROM rm_accounts.post s JOIN rm_accounts.account a USING (account_id)"
        " WHERE s.department_code = %s AND NOT a.closed ORDER BY a.account_id LIMIT 200",
        (call.actor.department_code,),
    )
    return Answer({"items": _named(app, rows, "name"), "next": None})


def staff(app: Identity, call: Call) -> Answer:
    """For the security administrator: who holds which post."""
    params = call.params
    rows = app.db.fetch(
        "SELECT a.account_id AS id, a.kind, a.closed, s.roles, s.department_code,"
        " s.department_name, s.region_code"
        " FROM rm_accounts.post s JOIN rm_accounts.account a USING (account_id)"
        " WHERE (%(department)s::text IS NULL OR s.department_code = %(department)s)"
        " AND (%(role)s::text IS NULL OR %(role)s = ANY (s.roles)) AND a.account_id > %(after)s"
        " ORDER BY a.account_id LIMIT %(limit)s",
        {
            "department": params.get("department"),
            "role": params.get("role"),
            "after": params["after"],
            "limit": params["limit"] + 1,
        },
    )
    following = rows[params["limit"] - 1]["id"] if len(rows) > params["limit"] else None
    return Answer({"items": _named(app, rows[: params["limit"]], "login", "name"), "next": following})


def _named(app: Identity, rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """With what only the account's first event says."""
    streams = {row["id"]: account_stream(row["id"]) for row in rows}
    with app.db.at_once() as db:
        first = first_events(db, streams.values(), "identity")
    return [row | {name: first[streams[row["id"]]].data[name] for name in names} for row in rows]


def certificates(app: Identity, call: Call) -> Answer:
    """E-certificates that the platform issued to me or to the enterprise I act for."""
    holders = [call.actor.id, *([call.actor.enterprise_id] if call.actor.enterprise_id else [])]
    rows = app.db.fetch(
        "SELECT certificate_no, name, validity, issuer_code, issuer_name, case_no, item_code, trust_level,"
        " revoked, issued_at FROM rm_certificates.certificate WHERE holder = ANY (%s)"
        " ORDER BY issued_at DESC, certificate_no",
        (holders,),
    )
    return Answer(
        {"items": [row | {"issued_at": row["issued_at"].isoformat()} for row in rows], "next": None}
    )


def public_keys(app: Identity, call: Call) -> Answer:
    return Answer({"keys": [jwk(app.public_key)]})
