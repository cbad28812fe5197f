"""On the real stack a person's words are nowhere in clear: not on the broker, in a log, in a database.

After the erasure an earlier dump opens them for nobody, once the list of erasures was applied to it.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kombu import Exchange, Queue
from psycopg2.extensions import make_dsn

from shared.config.settings import read_settings
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.connection import connect
from shared.messaging.topology import EVENTS, RPC
from shared.runtime.assemble import make_vault
from shared.service.spec import installed_services
from shared.testing.postgres import new_database
from shared.testing.waiting import await_that
from tests.e2e.planted import WORDS, Planted, dump, found, tool
from tests.e2e.shapes.kit import Stack, run_command

SPECS = installed_services()
OWNERS = [name for name, spec in SPECS.items() if spec.owns_database]
SEALING = [name for name, spec in SPECS.items() if spec.personal]


class Overheard:
    """Everything that passes an exchange, in a queue of our own."""

    def __init__(self, url: str, exchange: Exchange) -> None:
        self._url = url
        self._queue = Queue(
            f"overheard-{uuid4().hex[:8]}", exchange=exchange, routing_key="#", durable=False,
            queue_arguments={"x-expires": 300_000},
        )  # fmt: skip
        with connect(url) as connection:
            self._queue(connection.channel()).declare()

    def said(self) -> bytes:
        with connect(self._url) as connection:
            queue, heard = self._queue(connection.channel()), []
            while (message := queue.get(no_ack=True)) is not None:
                marks = json.dumps([message.headers, message.properties], default=str, ensure_ascii=False)
                body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
                heard += [body, marks.encode()]
            queue.delete()
        return b"\n".join(heard)


class Told:
    """A case from application to rating, with what was heard and dumped meanwhile."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        events, questions = Overheard(stack.rabbit.url, EVENTS), Overheard(stack.rabbit.url, RPC)
        accounts = json.loads(stack.folder.demo_accounts.read_text())
        self.planted = Planted(stack.url, accounts, stack.operator(), folder)
        await_that(lambda: self._all_told(stack), "the messages and the relay")
        self.events, self.questions = events.said(), questions.said()
        self.dsns = {name: stack.variables()[f"YIWANG_{name.upper()}_DSN"] for name in OWNERS}
        self.dumps = {name: dump(dsn) for name, dsn in self.dsns.items()}

    def _all_told(self, stack: Stack) -> bool:
        operator, number = stack.operator(), self.planted.number
        messages = operator.get("/operations/outbox", case=number)["items"]
        ledger = operator.get("/events", case=number, types="case.rated")["items"]
        return bool(ledger) and bool(messages) and all(message["ended_at"] for message in messages)


@pytest.fixture(scope="module")
def told(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(stack, tmp_path_factory.mktemp("planted"))


def test_the_search_finds_a_word_however_it_is_spelled() -> None:
    word = WORDS["name"]
    for spelled in (
        json.dumps({"name": word}), json.dumps(json.dumps({"name": word})), word.encode().hex().upper(),
        *(base64.b64encode(b"-" * lead + word.encode() + b"-").decode() for lead in range(3)),
    ):  # fmt: skip
        assert found([word], spelled) == [word], spelled
    assert found(WORDS.values(), "桫椤巷七百三十八号 19900007390") == []


def test_no_event_on_the_broker_says_a_word(told: Told) -> None:
    """The department's name and the case's number are public, so they show that the search would find."""
    public = [told.planted.department, told.planted.number]
    assert found(public, told.events) == public
    assert b"case.rated" in told.events
    assert found(told.planted.words, told.events) == []


def test_questions_between_services_carry_what_a_person_says_and_are_kept_nowhere(told: Told) -> None:
    """They have to: it is how an application gets from the door to the cases. This shows what the search
    finds where something is, and that who listens on the broker's RPC exchange must be kept out."""
    assert {WORDS["name"], WORDS["id_no"], WORDS["form"]} <= set(found(told.planted.words, told.questions))


def test_no_process_logs_a_word(stack: Stack, told: Told) -> None:
    logs = stack.output.read_bytes()
    assert b"/api/v1/cases/{no}/" in logs, "requests are logged, without what is in them"
    assert found(told.planted.words, logs) == []


@pytest.mark.parametrize("service", OWNERS)
def test_no_database_holds_a_word(told: Told, service: str) -> None:
    known = {"cases": told.planted.number, "identity": told.planted.account}.get(service, "CREATE TABLE")
    assert found([known], told.dumps[service]) == [known]
    assert found(told.planted.words, told.dumps[service]) == []


class Restored:
    """Databases as they were before the erasure, beside those of the stack."""

    def __init__(self, stack: Stack, told: Told, folder: Path) -> None:
        self.folder = folder
        self.variables = stack.variables()
        for name in SEALING:
            server = make_dsn(told.dsns[name], dbname="postgres")
            new_database(server, f"restored_{name}")
            dsn = make_dsn(server, dbname=f"restored_{name}")
            subprocess.run(
                [tool(dsn, "psql"), "-q", "-v", "ON_ERROR_STOP=1", dsn],
                input=told.dumps[name], check=True, capture_output=True, timeout=120,
            )  # fmt: skip
            self.variables[f"YIWANG_{name.upper()}_DSN"] = dsn
        for name in set(OWNERS) - set(SEALING):
            del self.variables[f"YIWANG_{name.upper()}_DSN"]

    def yiwang(self, *arguments: str) -> dict[str, Any]:
        done = run_command(*arguments, "--json", variables=self.variables)
        assert done.returncode == 0, done.stdout + done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def turn_master_keys(self) -> None:
        """A new line, everything wrapped under it, the old line away."""
        old = Path(self.variables.pop("YIWANG_MASTER_KEYS_FILE")).read_text().strip()
        new = f"next:{base64.b64encode(os.urandom(32)).decode()}"
        self.variables["YIWANG_MASTER_KEYS"] = f"{old}\n{new}"
        assert self.yiwang("rotate-keys")["cases"] > 0
        self.variables["YIWANG_MASTER_KEYS"] = new

    def read(self) -> str:
        """All events of all services, with everything open that opens."""
        return "\n".join(line for name in SEALING for line in self._events(name))

    def _events(self, name: str) -> Iterator[str]:
        settings = read_settings(SPECS, self.variables)
        with closing(Database(settings.dsn(name), size=1, vault=make_vault(settings, SPECS[name]))) as db:
            store, after = PostgresEventStore(db, name), ""
            while True:
                page = store.read_feed(after, limit=1000)
                yield from (json.dumps(event.data, ensure_ascii=False) for event in page.events)
                if page.head_at is not None:
                    return
                after = page.cursor


def test_an_earlier_dump_opens_nothing_of_who_was_erased(stack: Stack, told: Told, tmp_path: Path) -> None:
    planted = told.planted
    path, body = f"/subjects/{planted.account}/erasure", {"reason": "requested"}
    assert stack.operator().post(path, body)["state"] == "proposed"
    assert planted.city.person("security_admin").post(path, body)["state"] == "erased"
    listed = tmp_path / "erasures.jsonl"
    listed.write_text(stack.yiwang("erasures").stdout)
    assert planted.account in listed.read_text()

    restored = Restored(stack, told, tmp_path)
    said = [word for key, word in WORDS.items() if key not in ("login", "file")]  # these are in no event
    assert found(said, restored.read()) == said, "the keys came back with the dump"
    again = restored.yiwang("erasures", "--apply", str(listed))
    assert {name for name, subjects in again.items() if planted.account in subjects} == set(SEALING)
    restored.turn_master_keys()
    opened = restored.read()
    assert found(planted.words, opened) == []
    assert found([planted.number], opened) == [planted.number]
    clerk = json.loads(stack.folder.demo_accounts.read_text())
    others = next(account["name"] for account in clerk if account["role"] == "clerk")
    assert found([others], opened) == [others], "others stay readable under the new master key"
