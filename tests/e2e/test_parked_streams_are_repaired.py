"""A stream that really fails for one reader, found and repaired as an operator does it: page, HTTP, command.

What fails is the database itself: a trigger on the timeline refuses one case. Dropping it is the mend.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from shared.cli.app import root
from shared.cli.throwaway import ThrowAway
from shared.runtime.folder import DataFolder
from shared.runtime.postgres import OwnPostgres
from shared.simulation.city import City
from shared.testing.waiting import await_that
from tests.e2e.browser import DESKTOP, Visitor, chromium
from tests.e2e.shelf import Shelf

_REFUSE = """
CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.case_no = TG_ARGV[0] THEN RAISE EXCEPTION 'refused by the test'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_one BEFORE INSERT ON rm_timeline.entry FOR EACH ROW EXECUTE FUNCTION refuse_one(%s);
"""


Execute = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def shelf(city: City) -> Shelf:
    return Shelf(city, "submitted")


@pytest.fixture
def execute(platform: ThrowAway) -> Execute:
    """One statement in the database of cases."""
    postgres = OwnPostgres(DataFolder(platform.data).postgres)
    postgres.start()  # it runs already: finds it
    dsn = postgres.database("cases")

    def do(sql: str, *values: str) -> list[Any]:
        connection = psycopg2.connect(dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchall() if cursor.description else []
        connection.close()
        return found

    return do


@pytest.fixture
def refuse(execute: Execute) -> Callable[[str], Any]:
    """While the block runs, the timeline of that case can't be written."""

    @contextmanager
    def refused(case_no: str) -> Iterator[None]:
        execute(_REFUSE, case_no)
        try:
            yield
        finally:
            execute("DROP FUNCTION refuse_one CASCADE")

    return refused


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def operator(browser: Browser, city: City) -> Iterator[Visitor]:
    visitor = Visitor(browser, city.url, DESKTOP)
    account = city.person("operator").account
    visitor.sign_in(account.login, account.password)
    yield visitor
    visitor.close()
    assert visitor.complaints == []


def park(city: City, shelf: Shelf, refuse: Callable[[str], Any]) -> tuple[str, Any]:
    """A new case whose `case.accepted` fails and whose next event waits behind; it is mended on return."""
    number = shelf.apply()
    await_that(lambda: timeline(shelf, number) == ["case.submitted"])
    with refuse(number):
        shelf.accept(number)
        shelf.step(number, 0)
        await_that(lambda: [row["events"] for row in parked(city)] == [2])
    [row] = parked(city)
    assert (row["service"], row["subscriber"], row["subject"]) == ("cases", "timeline", number)
    return number, row


def parked(city: City) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = city.operator.get("/operations/parked")["items"]
    return found


def timeline(shelf: Shelf, number: str) -> list[str]:
    return [entry["type"] for entry in shelf.officer("clerk").get(f"/cases/{number}/timeline")["items"]]


def test_list_show_and_skip_with_a_reason_in_the_browser(
    city: City, shelf: Shelf, refuse: Callable[[str], Any], operator: Visitor
) -> None:
    number, _ = park(city, shelf, refuse)
    page = operator.page
    operator.open("/office/operations")
    operator.picture("desktop-parked-list")
    page.click("text=查看")
    expect(page.locator("h1")).to_contain_text(number)
    expect(page.locator("main")).to_contain_text("case.accepted")
    expect(page.locator("main")).to_contain_text("case.step_recorded")
    expect(page.locator("main")).to_contain_text("RaiseException")
    assert operator.unlabelled() == []
    assert operator.fits()
    operator.picture("desktop-parked-stream")
    page.click("button:has-text('跳过')")
    assert page.evaluate("document.querySelector('#f-reason').validity.valueMissing")  # not without a reason
    page.fill("#f-reason", "受理由纸质档案补录")
    page.click("button:has-text('跳过')")
    expect(page.locator("h1")).to_have_text("运行维护")
    expect(page.locator("main")).to_contain_text("受理由纸质档案补录")
    assert parked(city) == []
    assert timeline(shelf, number) == ["case.submitted", "case.step_recorded"]
    [kept] = city.operator.get("/operations/parked", state="skipped")["items"]
    assert (kept["type"], kept["skip_reason"]) == ("case.accepted", "受理由纸质档案补录")
    assert kept["skipped_by"] == city.person("operator").user["id"]


def test_retry_after_the_mend_in_the_browser_applies_in_order(
    city: City, shelf: Shelf, refuse: Callable[[str], Any], operator: Visitor
) -> None:
    number, row = park(city, shelf, refuse)
    page = operator.page
    operator.open(f"/office/operations/cases/stream/timeline/{row['stream']}")
    with refuse(number):
        page.click("button:has-text('重试')")
        expect(page.locator("[role=alert]")).to_contain_text("仍然停放")
    page.click("button:has-text('重试')")
    expect(page.locator("h1")).to_have_text("运行维护")
    assert parked(city) == []
    assert timeline(shelf, number) == ["case.submitted", "case.accepted", "case.step_recorded"]


def test_the_same_on_the_command_line(
    city: City, shelf: Shelf, refuse: Callable[[str], Any], platform: ThrowAway
) -> None:
    number, row = park(city, shelf, refuse)
    which = ["cases", "timeline", row["stream"]]

    def yiwang(*words: str) -> Any:
        return CliRunner().invoke(root, [*words, "--data", str(platform.data)])

    listed = yiwang("parked", "list")
    assert (listed.exit_code, number in listed.output) == (1, True)
    shown = json.loads(yiwang("parked", "show", *which, "--json").output)
    assert [each["type"] for each in shown] == ["case.accepted", "case.step_recorded"]
    assert shown[0]["event"]["data"]["case"]["case_no"] == number
    retried = yiwang("parked", "retry", "cases", "timeline")
    assert (retried.exit_code, retried.output) == (
        0,
        "1 of 1 streams flow again, applied 2, still waiting 0\n",
    )
    assert timeline(shelf, number) == ["case.submitted", "case.accepted", "case.step_recorded"]
    assert "was not stopped" in yiwang("resume", "cases", "timeline").output
    assert "补录" in yiwang("parked", "list", "--skipped").output


def test_a_skipped_event_stays_left_out_of_a_rebuild(city: City, platform: ThrowAway) -> None:
    """The next rebuild would otherwise bring back what the operator decided to go on without."""
    [skipped] = city.operator.get("/operations/parked", state="skipped")["items"]
    number = skipped["subject"]
    # A process of its own: beside a platform it takes over the folder's variables for good.
    command = [sys.executable, "-m", "shared.cli", "rebuild", "timeline", "--data", str(platform.data)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    shown = city.operator.get(f"/cases/{number}/timeline")["items"]
    assert [entry["type"] for entry in shown] == ["case.submitted", "case.step_recorded"]


def test_a_reader_that_stopped_is_resumed_on_the_page(
    city: City, shelf: Shelf, execute: Execute, operator: Visitor
) -> None:
    """It stands as if it had given up: what comes meanwhile is there once it is resumed."""
    execute(
        "INSERT INTO stopped (subscriber, source, reason) VALUES ('timeline', 'cases', 'everything failed')"
    )
    try:
        await_that(lambda: held_back(shelf))
        operator.open("/office/operations")
        expect(operator.page.locator("main")).to_contain_text("everything failed")
        operator.picture("desktop-stopped-reader")
        operator.page.click("button:has-text('恢复')")
        expect(operator.page.locator("main")).not_to_contain_text("everything failed")
        number = shelf.apply()
        await_that(lambda: timeline(shelf, number) == ["case.submitted"])
        [(by,)] = execute("SELECT resumed_by FROM stopped WHERE reason = 'everything failed'")
        assert by == city.person("operator").user["id"]
    finally:
        execute("UPDATE stopped SET resumed_at = now() WHERE resumed_at IS NULL")


def held_back(shelf: Shelf) -> bool:
    """Whether a new case stays out of the timeline far longer than a reader that runs would need."""
    number = shelf.apply()
    end = monotonic() + 2
    while monotonic() < end:
        if timeline(shelf, number):
            return False
        sleep(0.1)
    return True
