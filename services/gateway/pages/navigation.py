"""What each role finds in the bar at the top."""

from __future__ import annotations

from services.gateway.pages.session import Session
from shared.security.actor import Actor

_BY_PERMISSION = (
    ("cases.applicant_action", "/my/cases", "nav.my_cases"),
    ("cases.work_list", "/office", "nav.work_list"),
    ("supervision.read", "/office/cards", "nav.cards"),
    ("operations.read", "/office/operations", "nav.operations"),
)


def navigation(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """(address, text key) pairs; only what the actor may open."""
    links = [("/items", "nav.items"), ("/progress", "nav.progress")]
    if session.signed_in:
        links += [(href, label) for permission, href, label in _BY_PERMISSION if actor.can(permission)]
        links.append(("/my/messages", "nav.messages"))
    return links
