"""Fixtures every test may use: one private PostgreSQL per run, a fresh database per test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from shutil import which
from typing import Any

import pytest
from marshmallow import Schema

from shared.database.pool import Database
from shared.eventstore.rows import COLUMNS, to_events
from shared.personal.declaration import Declaration
from shared.readmodel import recorded
from shared.service.spec import ServiceSpec, installed_services
from shared.testing.postgres import Templates, private_database, private_postgres
from shared.testing.vault import new_vault
from tests import sharing
from tests.beside import real_data
from tests.memory import take_place

_PLACE = take_place()
"""Taken before anything asks for a temporary folder."""

_LEFT_OUT = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with private_postgres() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def templates(postgres_server: str) -> Templates:
    return Templates(postgres_server)


@pytest.fixture
def migrated_for() -> ServiceSpec | None:
    """Whose tables `database_dsn` has already. A folder says so in its own conftest; by default nobody's."""
    return None


@pytest.fixture
def database_dsn(
    postgres_server: str, templates: Templates, migrated_for: ServiceSpec | None
) -> Iterator[str]:
    template = migrated_for and templates.of(migrated_for)
    with private_database(postgres_server, template=template) as dsn:
        yield dsn


@pytest.fixture
def stored_events_fit(database_dsn: str) -> Iterator[None]:
    """After the test every event in its database is held to the schema its service has for it."""
    yield
    schemas = stored_schemas()
    whatever = Database(database_dsn, vault=new_vault(Declaration({}, lambda *_: None)))
    with closing(whatever) as db, db.transaction() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM events")  # noqa: S608
        events = to_events(cursor, cursor.fetchall(), "any")
    wrong = [
        (event.type, found)
        for event in events
        if (found := schemas[event.type, event.schema_version]().validate(event.data))
    ]
    assert not wrong


def stored_schemas() -> dict[tuple[str, int], type[Schema]]:
    """(event type, schema version) -> schema, of all services and of what every service stores."""
    found: dict[tuple[str, int], type[Schema]] = dict(recorded.STORED)
    for spec in installed_services().values():
        if spec.categories:
            found |= import_module(f"services.{spec.name}.schemas").STORED
    return found


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """With CI=true a skipped test is a failed one: a machine that lacks a part must not look green."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and say so, what compares with things that are no part of the project."""
    missing = {item: reason for item in items if (reason := _missing(item))}
    if missing:
        items[:] = [item for item in items if item not in missing]
        config.hook.pytest_deselected(items=list(missing))
        config.stash[_LEFT_OUT] = sorted({f"{item.nodeid}: {why}" for item, why in missing.items()})


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return sharing.scheduler(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands what it left out to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(_LEFT_OUT, [])


def pytest_unconfigure() -> None:
    if _PLACE:
        _PLACE.give_up()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    found = getattr(node, "workeroutput", {}).get("left_out", [])
    node.config.stash[_LEFT_OUT] = sorted({*node.config.stash.get(_LEFT_OUT, []), *found})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(_LEFT_OUT, []):
        terminalreporter.write_line(f"left out {line}", yellow=True)


def _missing(item: pytest.Item) -> str | None:
    for mark in item.iter_markers("beside"):
        if real_data(mark.args[0]) is None:
            return f"{mark.args[0]} is not beside the checkout (shared/data)"
    for mark in item.iter_markers("tool"):
        if not any(which(name) for name in mark.args):
            return f"none of {', '.join(mark.args)} is installed"
    return None
