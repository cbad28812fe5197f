"""Two real threads on one database: one wins, the other is told; nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from cases_world import APPROVER, CITIZEN, CLERK, EXAMINER, LONG, World, application, staff

from shared.problems import Problem


def together(*works: Callable[[], object]) -> list[object]:
    """Run all at the same moment; answers results and problems in order."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return work()
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_decisions_on_one_version_one_wins(world: World) -> None:
    no = world.submit()["case_no"]
    world.act(CLERK, no, "accept")
    version = world.act(
        EXAMINER, no, "record-step", {"step": "审查", "action": "passed", "opinion": "符合"}
    ).version
    second = staff("approver", name="二")
    results = together(
        lambda: world.act(APPROVER, no, "decide", {"outcome": "granted"}, if_match=version),
        lambda: world.act(second, no, "decide", {"outcome": "granted"}, if_match=version),
    )
    problems = [each for each in results if isinstance(each, Problem)]
    assert len(problems) == 1
    assert problems[0].status == 412
    assert problems[0].extra["version"] == version + 1
    assert world.types(no).count("case.decided") == 1


def test_without_if_match_the_loser_is_refused_by_the_new_state(world: World) -> None:
    no = world.submit()["case_no"]
    results = together(*[lambda: world.act(CLERK, no, "accept")] * 2)
    problems = [each for each in results if isinstance(each, Problem)]
    assert len(problems) == 1
    assert (problems[0].status, problems[0].extra["current_status"]) == (409, "accepted")
    assert world.types(no) == ["case.submitted", "case.accepted"]


def test_the_same_key_twice_makes_one_case(world: World) -> None:
    results = together(*[lambda: world.call("submit", CITIZEN, application(), key="once").value] * 2)
    assert results[0] == results[1]
    count = world.db.fetch("SELECT count(*) AS n FROM events")[0]["n"]
    assert count == 1


def test_the_same_key_for_another_application_is_refused(world: World) -> None:
    world.call("submit", CITIZEN, application(), key="once")
    (result,) = together(lambda: world.call("submit", CITIZEN, application(form={"a": "b"}), key="once"))
    assert isinstance(result, Problem)
    assert result.code == "idempotency_key_reused"


def test_a_retry_gets_its_answer_though_the_item_is_gone(world: World) -> None:
    first = world.call("submit", CITIZEN, application(), key="once").value
    world.catalogue.items.clear()
    assert world.call("submit", CITIZEN, application(), key="once").value == first


def test_numbers_have_no_gap_and_no_double(world: World) -> None:
    """Eight at a time, every third refused after its transaction began."""

    def one(index: int) -> str | None:
        body = application(LONG, delivery={"method": "nowhere"}) if index % 3 == 0 else application(LONG)
        try:
            return world.submit(body=body)["case_no"]
        except Problem:
            return None

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(no for no in pool.map(one, range(24)) if no)
    assert numbers == [f"GA000120260302{sequence:04d}" for sequence in range(1, 17)]


def test_notice_numbers_have_no_gap_when_some_are_refused(world: World) -> None:
    numbers = [world.submit()["case_no"] for _ in range(6)]

    def accept(no: str) -> str | None:
        try:
            return str(world.act(CLERK, no, "accept").value["numbers"]["document_no"])
        except Problem:
            return None

    with ThreadPoolExecutor(6) as pool:
        given = sorted(filter(None, pool.map(accept, numbers + numbers)))
    assert given == [f"11511602MB1A2B3C4X-SL-2026-{sequence:06d}" for sequence in range(1, 7)]
