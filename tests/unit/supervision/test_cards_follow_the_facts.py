"""Cards are facts that a rebuild replays; when late entries change the facts, the card follows."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from supervised import SECOND_SUPERVISOR, SUPERVISOR, Supervised, stream_of

from services.supervision import SERVICE
from services.supervision.domain.card import card_id
from services.supervision.readmodels.cards import CARDS
from services.supervision.readmodels.case_clock import CASE_CLOCK
from shared.contracts.card_events import CardIssued
from shared.database.migrate import create_schema
from shared.readmodel.projector import catch_up

Supervise = Callable[..., Supervised]
MONDAY = "2018-10-15 10:00"


def test_a_decision_entered_late_cancels_the_card_it_disproves(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-10-30 10:00")
    city.scan()
    city.happens("C1", "decided", "2018-10-29 16:00", outcome="granted")
    city.happens("C1", "completed", "2018-10-30 09:00")
    city.happens("C1", "delivered", "2018-10-30 09:30")
    city.scan()
    told = [(event.type, event.data["level"]) for event in city.card_events()]
    assert told == [
        ("card.issued", "warning"),
        ("card.issued", "yellow"),
        ("card.issued", "red"),
        ("card.cancelled", "red"),
    ]
    assert city.scan() == 0


def test_a_reinstated_card_is_the_same_card(supervise: Supervise) -> None:
    """A special procedure entered late moves the limit past the card; then the new limit passes too."""
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-10-22 18:00")
    city.scan()
    pause = {"sequence": 1, "type": "B", "name": "听证", "stops_clock": True}
    city.happens("C1", "special_procedure_started", "2018-10-17 10:00", **pause)
    city.happens("C1", "special_procedure_ended", "2018-10-22 10:00", sequence=1)
    city.scan()
    city.time_is("2018-10-25 18:00")
    city.scan()
    told = [(event.type, event.stream) for event in city.card_events()]
    card = card_id(stream_of("C1"), "case/warning")
    assert told == [("card.issued", card), ("card.cancelled", card), ("card.reinstated", card)]
    assert city.card_events()[-1].data["passed_at"] == "2018-10-25T17:00:00+08:00"


def test_a_card_that_people_revoked_is_left_alone(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-10-22 18:00")
    city.scan()
    card = city.cards()[0]["card_id"]
    city.act(card, "revoke", SUPERVISOR, "系统故障")
    city.act(card, "revoke", SECOND_SUPERVISOR, "系统故障，同意")
    city.happens("C1", "decided", "2018-10-16 10:00", outcome="granted")
    city.happens("C1", "completed", "2018-10-16 10:00")
    city.happens("C1", "delivered", "2018-10-16 10:00")
    city.scan()
    assert [event.type for event in city.card_events()][-1] == "card.revoked"
    assert city.scan() == 0


@pytest.mark.parametrize(
    ("end", "end_type", "carded"),
    [
        ("2018-10-20 17:00", "completed", False),
        ("2018-10-20 17:01", "completed", True),
        ("2018-10-20 17:01", "voided", True),
        ("2018-10-19 09:00", "withdrawn", False),
        (None, "", True),
    ],
)
def test_imported_history_is_red_exactly_where_its_end_lies_after_its_deadline(
    supervise: Supervise, end: str | None, end_type: str, carded: bool
) -> None:
    city = supervise("2026-11-22 10:00")
    deadlines = {"statutory": "2018-10-20T17:00:00+08:00", "planned_end": "2018-10-16T17:00:00+08:00"}
    city.happens("H1", "submitted", MONDAY, source="import", deadlines=deadlines, external_id="WABO-1")
    city.happens("H1", "accepted", MONDAY, source="import")
    if end:
        city.happens("H1", end_type, end, source="import")
    city.time_is("2026-11-22 10:00")
    city.scan()
    found = [(card["level"], card["source"], card["external_id"]) for card in city.cards()]
    assert found == ([("red", "import", "WABO-1")] if carded else [])


def test_an_imported_case_without_a_deadline_is_never_carded(supervise: Supervise) -> None:
    city = supervise("2026-11-22 10:00")
    city.happens(
        "H1", "submitted", MONDAY, source="import", item={"promised_limit": {"value": 1, "unit": "work_day"}}
    )
    city.time_is("2026-11-22 10:00")
    assert city.scan() == 0


def test_a_rebuild_of_the_clocks_gives_the_same_rows_in_whatever_order_the_feeds_come(
    supervise: Supervise,
) -> None:
    city = supervise(MONDAY)
    for number in range(6):
        city.accepted(f"C{number}")
        if number % 2:
            city.happens(f"C{number}", "decided", "2018-10-23 10:00", outcome="granted")
            city.happens(f"C{number}", "completed", "2018-10-25 10:00")
    city.time_is("2018-10-26 10:00")
    city.scan()
    serving, cards = city.rows(), city.card_events()
    assert any(row["next_check_at"] for row in serving)
    assert city.replayed(city.events, cards) == serving
    assert city.replayed(cards, city.events) == serving
    one_by_one = [[event] for event in (*city.events, *cards)]
    assert city.replayed(*one_by_one) == serving
    assert city.replayed(city.events, city.events, cards, cards) == serving


def test_a_rebuild_of_the_cards_replays_them_and_judges_nothing(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-11-30 10:00")
    city.scan()
    city.project_cards()
    serving = city.rows(CARDS.schema, "card")
    assert len(serving) == 3
    with city.db.transaction() as db:
        create_schema(db, CARDS, "copy_of_cards")
        db.execute("SET LOCAL search_path TO copy_of_cards, public")
        for event in city.card_events():
            CARDS.apply(db, [event])
    assert city.rows("copy_of_cards", "card") == serving
    assert len(city.card_events()) == 3


def test_card_events_keep_the_published_contract_and_publish_no_free_text(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-10-22 18:00")
    city.scan()
    event = city.card_events()[0]
    assert SERVICE.publish is not None
    published = SERVICE.publish(event)
    assert published is not None
    assert CardIssued().validate(published) == {}
    assert event.stream == UUID(published["card_id"]) == card_id(stream_of("C1"), "case/warning")
    assert "reason" not in published


def test_the_projector_brings_cards_to_both_models(supervise: Supervise) -> None:
    """What the scanner wrote ahead of the projector is what the projector writes."""
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-10-24 18:00")
    city.scan()
    before = city.rows()
    city.app.store.tick()
    assert catch_up(city.app, CASE_CLOCK) == catch_up(city.app, CARDS) == 2
    assert city.rows() == before
    assert len(city.rows(CARDS.schema, "card")) == 2
    assert city.scan() == 0
