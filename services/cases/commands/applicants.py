"""Who applies, and whether the numbers on their documents can be right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.cases.domain.commands import Party
from shared.domain.citizen_id import is_citizen_id
from shared.domain.citizen_id import normalise as normalise_citizen_id
from shared.domain.credit_code import is_credit_code, is_organisation_code
from shared.problems import FieldError, Problem, forbidden, invalid
from shared.security.actor import Actor

_PERSONAL = {"citizen_id", "passport"}
_ONLINE = ("citizen", "enterprise_agent")
_ATTORNEY = "委托书"


def check_documents(body: dict[str, Any], today: date) -> None:
    """Raise the 422 problem for a wrong check digit, or a document the kind of applicant can't have."""
    errors = [*_faults(body["applicant"], "applicant", today), *_kind_faults(body["applicant"])]
    if body.get("contact"):
        errors += _faults(body["contact"], "contact", today)
    if errors:
        raise invalid(errors)


def tidy(person: dict[str, Any] | None) -> dict[str, Any] | None:
    """Numbers as they are stored: no blanks, capitals."""
    if not person or not person.get("id_no"):
        return person
    return {**person, "id_no": normalise_citizen_id(person["id_no"])}


def submitting_party(actor: Actor) -> Party:
    """In which of their roles the actor hands in: a window or a proxy for others, else for themselves."""
    for role in ("clerk", "department_head", "proxy_agent", "enterprise_agent", "citizen"):
        if role in actor.roles:
            return Party(actor.id, role)
    raise forbidden("only applicants, their agents and windows hand in applications")


def require_real_name(actor: Actor, party: Party, level: int) -> None:
    """ID-22: online only after real-name authentication. A window sees the person, a proxy is staff."""
    if party.role in _ONLINE and actor.real_name_level < level:
        raise Problem(
            403,
            "real_name_required",
            f"applying online needs real-name level {level}; this account has {actor.real_name_level}",
        )


def subject_of(actor: Actor, party: Party, applicant: dict[str, Any]) -> str | None:
    """The account whose case it is; None for somebody at the window who has none.

    A citizen is the subject of their own case whatever the body says. An enterprise's agent applies
    for the enterprise, so that its other agents see the case too.
    """
    if party.role == "enterprise_agent" and applicant["type"] != "natural_person":
        return actor.enterprise_id or actor.id
    return actor.id if party.role in _ONLINE else applicant.get("subject_id")


def applies_as_a_person(party: Party, body: dict[str, Any]) -> bool:
    """Whether a person applies online for a person; a window and a proxy agent apply for whoever comes."""
    return party.role in _ONLINE and body["applicant"]["type"] == "natural_person"


def acts_for_another(
    own: str | None, body: dict[str, Any], item: dict[str, Any], materials: list[dict[str, Any]]
) -> bool:
    """False when the applicant is the one who is signed in, true for an agent; else raises the 422 problem.

    行政许可法 第二十九条 lets an agent apply. The agent is then the contact, by their own number, and hands
    in the power of attorney (委托书) that the item's guide lists.
    """
    own = normalise_citizen_id(own or "")
    if own and (tidy(body["applicant"]) or {}).get("id_no") == own:
        return False
    agent = (tidy(body.get("contact")) or {}).get("id_no")
    letters = {row["code"] for row in item.get("materials") or () if _ATTORNEY in row["name"]}
    entitled = any(row["code"] in letters and row["received"] for row in materials)
    if own and agent == own and entitled:
        return True
    detail = "this is not your own number; an agent is named as the contact and hands in a power of attorney"
    raise invalid([FieldError("applicant.id_no", "not_yours", detail)])


def default_source(party: Party) -> str:
    return {"clerk": "window", "department_head": "window", "proxy_agent": "proxy"}.get(party.role, "portal")


def _faults(person: dict[str, Any], path: str, today: date) -> Iterator[FieldError]:
    number = normalise_citizen_id(person.get("id_no") or "")
    field = f"{path}.id_no"
    match person.get("id_type"):
        case "citizen_id" if not is_citizen_id(number, today):
            yield FieldError(field, "invalid_citizen_id", "the identity number is not valid")
        case "credit_code" if not is_credit_code(number):
            yield FieldError(field, "invalid_credit_code", "the unified social credit code is not valid")
        case "organisation_code" if not is_organisation_code(number):
            yield FieldError(field, "invalid_organisation_code", "the organisation code is not valid")


def _kind_faults(applicant: dict[str, Any]) -> Iterator[FieldError]:
    personal = applicant["type"] == "natural_person"
    if personal != (applicant["id_type"] in _PERSONAL) and applicant["id_type"] != "other":
        yield FieldError(
            "applicant.id_type", "wrong_document", "this document does not belong to this kind of applicant"
        )
