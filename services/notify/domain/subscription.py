"""A department's subscription: created, changed, replayed, ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.domain.decision import Fact, Refusal


@dataclass(frozen=True, slots=True)
class Range:
    """What is sent again: after the place `start`, up to `end`, of one case only if one is named."""

    start: str
    end: str
    case_no: str | None
    events: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A replay that waits for a second person."""

    by: str
    start: str
    case_no: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """`state` is "" before it is created, then active, paused or ended."""

    version: int = 0
    state: str = ""
    id: str = ""
    name: str = ""
    department_code: str | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    url: str | None = None
    proposal: Proposal | None = None


INITIAL = SubscriptionState()


def evolve(state: SubscriptionState, event_type: str, data: Mapping[str, Any]) -> SubscriptionState:
    state = replace(state, version=state.version + 1)
    if event_type == "subscription.created":
        return replace(
            state,
            state="active",
            id=data["subscription_id"],
            name=data["name"],
            department_code=data.get("department_code"),
            filters=data["filters"],
            kind=data["kind"],
            url=data.get("url"),
        )
    if event_type == "subscription.changed":
        return replace(
            state,
            filters=data["filters"],
            url=data.get("url"),
            state="paused" if data["paused"] else "active",
        )
    if event_type == "subscription.replay_proposed":
        return replace(state, proposal=Proposal(data["proposed_by"], data["from"], data.get("case_no")))
    if event_type == "subscription.replayed":
        return replace(state, proposal=None)
    if event_type == "subscription.ended":
        return replace(state, state="ended", proposal=None)
    return state


def create(
    *,
    subscription_id: str,
    name: str,
    scope: str | None,
    filters: Mapping[str, Any],
    kind: str,
    url: str | None,
) -> list[Fact]:
    """`scope` is the department that subscribes; None for an operator, who may see every department."""
    refuse_strangers(filters, scope)
    return [
        Fact(
            "subscription.created",
            {
                "subscription_id": subscription_id,
                "name": name,
                "department_code": scope,
                "filters": dict(filters),
                "kind": kind,
                "url": url,
            },
        )
    ]


def change(
    state: SubscriptionState, filters: Mapping[str, Any] | None, url: str | None, paused: bool | None
) -> list[Fact]:
    refuse_ended(state)
    if url is not None and state.kind != "webhook":
        raise Refusal("not_a_webhook", "only a webhook has a url", field="url")
    if filters is not None:
        refuse_strangers(filters, state.department_code)
    changed = {
        "filters": dict(filters if filters is not None else state.filters),
        "url": url if url is not None else state.url,
        "paused": (state.state == "paused") if paused is None else paused,
    }
    now = {"filters": dict(state.filters), "url": state.url, "paused": state.state == "paused"}
    if changed == now:
        return []
    return [Fact("subscription.changed", {"subscription_id": state.id, "name": state.name, **changed})]


def end(state: SubscriptionState) -> list[Fact]:
    if state.state == "ended":
        return []
    return [Fact("subscription.ended", {"subscription_id": state.id, "name": state.name})]


def replay(state: SubscriptionState, span: Range, proposed_by: str | None = None) -> list[Fact]:
    """It is sent again. `proposed_by` is the first of two persons, where two are needed."""
    refuse_ended(state)
    data = _span(state, span) | {"proposed_by": proposed_by}
    return [Fact("subscription.replayed", data)]


def propose_replay(state: SubscriptionState, span: Range, by: str) -> list[Fact]:
    """One of two persons; a later proposal takes the place of an earlier one."""
    refuse_ended(state)
    return [Fact("subscription.replay_proposed", _span(state, span) | {"proposed_by": by})]


def release(state: SubscriptionState, by: str) -> Proposal:
    """The other of two persons. Raises `Refusal`."""
    refuse_ended(state)
    proposal = proposed(state)
    if proposal.by == by:
        raise Refusal("second_person_needed", "somebody else has to release the replay")
    return proposal


def proposed(state: SubscriptionState) -> Proposal:
    """What waits for a second person. Raises `Refusal` when nothing does."""
    if state.proposal is None:
        raise Refusal("nothing_proposed", "no replay of this subscription waits for a second person")
    return state.proposal


def refuse_ended(state: SubscriptionState) -> None:
    if state.state == "ended":
        raise Refusal("subscription_ended", "this subscription has ended; create a new one")


def _span(state: SubscriptionState, span: Range) -> dict[str, Any]:
    return {
        "subscription_id": state.id,
        "name": state.name,
        "from": span.start,
        "to": span.end,
        "case_no": span.case_no,
        "events": span.events,
    }


def refuse_strangers(filters: Mapping[str, Any], scope: str | None) -> None:
    """A department system sees its own department's cases only (row-level rule, deny by default)."""
    if scope and any(code != scope for code in filters.get("departments") or ()):
        raise Refusal(
            "other_department",
            "a department system may subscribe to its own department only",
            field="filters.departments",
        )
