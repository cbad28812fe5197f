"""A submission that need ask nobody is two ways to the database, and promises what any other does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from cases_world import CITIZEN, CLERK, FOOD, World, application
from psycopg2.extensions import connection as DriversConnection

from services.cases.leases import ItemLeases
from services.cases.settings import CasesSettings
from shared.database.pool import Connection
from shared.domain.case_number import case_stream
from shared.eventstore.sealing import verify_chain
from shared.personal.destruction import destroy_keys
from shared.problems import Problem
from shared.security.own_number import mark_key, number_mark

KEY = mark_key("the services' secret")
SIGNED_IN = replace(CITIZEN, number_mark=number_mark(KEY, CITIZEN.id, "11010519491231002X"))


@pytest.fixture
def warm(world: World) -> World:
    """The item is on lease, the person has a key, and statements are prepared."""
    world.app.settings = CasesSettings(mark_key=KEY)
    world.app.items = ItemLeases(3600.0)
    for _ in range(2):
        world.submit(SIGNED_IN)
    return world


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Statements as they go to the database."""
    seen: list[str] = []

    class Cursor(psycopg2.extensions.cursor):
        def execute(self, query: Any, vars: Any = None) -> None:
            seen.append(query.decode() if isinstance(query, bytes) else str(query))
            super().execute(query, vars)

    def cursor(self: Connection) -> Any:
        return DriversConnection.cursor(self, cursor_factory=Cursor)

    monkeypatch.setattr(Connection, "cursor", cursor)
    yield seen


def last(world: World) -> int:
    return int(world.db.fetch("SELECT sum(last) AS n FROM case_counter")[0]["n"])


def submit_once(world: World, key: str, **changes: Any) -> Any:
    return world.call("submit", SIGNED_IN, application(**changes), key=key).value


def test_it_is_two_ways_to_the_database(warm: World, sent: list[str]) -> None:
    made = warm.submit(SIGNED_IN)
    assert [each.partition(" (")[0] for each in sent] == [
        "BEGIN; EXECUTE begin_submission",
        "EXECUTE append_one",
    ]
    assert sent[1].endswith("COMMIT")
    assert warm.types(made["case_no"]) == ["case.submitted"]


def test_with_the_item_asked_for_it_is_one_way_more(warm: World, sent: list[str]) -> None:
    warm.app.items, asked = ItemLeases(0.0), warm.catalogue.asked
    made = warm.submit(SIGNED_IN)
    known, *rest = sent
    assert "FROM commands WHERE" in known
    assert [each.partition(" (")[0] for each in rest] == [
        "BEGIN; EXECUTE begin_submission",
        "EXECUTE append_one",
    ]
    assert warm.catalogue.asked == asked + 1
    assert warm.types(made["case_no"]) == ["case.submitted"]


def test_with_the_item_asked_for_a_known_key_asks_nobody_and_gets_its_answer(warm: World) -> None:
    warm.app.items = ItemLeases(0.0)
    first, before = submit_once(warm, "once"), last(warm)
    asked = warm.catalogue.asked
    assert submit_once(warm, "once") == first
    assert (last(warm), warm.catalogue.asked) == (before, asked)


def test_what_is_stored_is_what_any_submission_stores(warm: World) -> None:
    slow = warm.submit(CITIZEN)["case_no"]  # the token has no mark, identity is asked: one by one
    quick = warm.submit(SIGNED_IN)["case_no"]
    events = [warm.app.store.read_stream(case_stream(no)) for no in (slow, quick)]
    apart = {"case", "receipt_no", "query_code"}
    one, two = ({k: v for k, v in event[0].data.items() if k not in apart} for event in events)
    assert one == two
    assert [verify_chain(event) for event in events] == [None, None]
    noted = warm.db.fetch(
        "SELECT subject FROM vault.subject_streams WHERE stream = ANY(%s::uuid[])",
        ([str(case_stream(no)) for no in (slow, quick)],),
    )
    assert noted == [{"subject": CITIZEN.id}] * 2


def test_a_key_that_comes_again_gets_its_answer_and_counts_nothing(warm: World) -> None:
    first, before = submit_once(warm, "once"), last(warm)
    assert submit_once(warm, "once") == first
    assert last(warm) == before
    with pytest.raises(Problem) as caught:
        submit_once(warm, "once", form={"a": "b"})
    assert (caught.value.status, caught.value.code, last(warm)) == (409, "idempotency_key_reused", before)


def test_a_key_gets_its_answer_though_the_application_would_be_refused_now(warm: World) -> None:
    first = submit_once(warm, "once")
    warm.catalogue.items.pop(FOOD)
    warm.app.items = ItemLeases(3600.0)
    assert submit_once(warm, "once") == first


def test_many_at_once_with_one_key_make_one_case_and_numbers_have_no_gap(warm: World) -> None:
    before = last(warm)
    keys = ["same"] * 6 + [uuid4().hex for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda key: submit_once(warm, key)["case_no"], keys))
    assert len(set(made[:6])) == 1
    assert {int(no[-4:]) for no in made} == set(range(before + 1, before + 8))
    assert last(warm) == before + 7


def test_a_failure_after_the_number_gives_it_back(warm: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = last(warm)
    with monkeypatch.context() as patched:
        patched.setattr("services.cases.commands.submit.promised_due_on", _broken)
        with pytest.raises(ZeroDivisionError):
            submit_once(warm, "broken")
    assert last(warm) == before
    assert int(submit_once(warm, "broken")["case_no"][-4:]) == before + 1


def test_who_was_erased_is_asked_about_though_everything_is_at_hand(warm: World) -> None:
    before = last(warm)
    with warm.db.transaction() as cursor:
        destroy_keys(cursor, CITIZEN.id, warm.app.clock.now())
    warm.identity.numbers[CITIZEN.id] = "已删除"
    with pytest.raises(Problem) as caught:
        warm.submit(SIGNED_IN)
    assert (caught.value.errors[0].code, last(warm)) == ("not_yours", before)


@pytest.mark.parametrize(
    "changes",
    [
        {"materials": [{"code": "M1", "method": "upload", "file_id": str(uuid4())}]},
        {"delivery": {"method": "no"}},
    ],
)
def test_refusals_are_the_same(warm: World, changes: dict[str, Any]) -> None:
    def refusal(change: Callable[[], None]) -> dict[str, Any]:
        change()
        with pytest.raises(Problem) as caught:
            submit_once(warm, "k", **changes)
        return caught.value.as_dict()

    before = last(warm)
    at_once = refusal(lambda: None)
    assert refusal(lambda: setattr(warm.app, "items", ItemLeases(0.0))) == at_once
    assert last(warm) == before


def test_a_window_submits_for_somebody_without_an_account(warm: World) -> None:
    made = warm.submit(CLERK, application())
    events = warm.app.store.read_stream(case_stream(made["case_no"]))
    assert events[0].data["applicant"]["name"] == "王小明"


def _broken(*_: Any) -> str | None:
    raise ZeroDivisionError
