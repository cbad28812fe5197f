"""Restored on another server, a store is the same to every reader, and goes on where it stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from backed_up import SIGNER, SPEC, STREAMS, Place

from shared.backup.restoring import restore
from shared.backup.taking import back_up
from shared.database.migrate import migrate
from shared.eventstore.errors import UnknownCursor
from shared.personal.destruction import destroy_keys
from shared.personal.values import ERASED
from shared.seals.proof import check_proof, make_proof
from shared.seals.signing import load_public_keys
from shared.testing.postgres import new_database


@pytest.fixture
def restored(backup, place) -> Place:
    target = place()
    restore(target.db, SPEC, backup.events / "keeper", backup.keys / "keeper")
    target.clock.advance_to(backup.source.clock.now())
    return target


def test_the_feed_is_the_same_in_the_same_order_whatever_the_server_counts(backup, restored):
    before, after = backup.source.feed(), restored.feed()
    assert len(after) == 1239
    for field in ("id", "stream", "version", "data", "metadata", "occurred_at", "recorded_at", "hash"):
        assert [getattr(e, field) for e in after] == [getattr(e, field) for e in before], field
    assert "张c1" in {event.data["owner"] for event in after}, "personal values are opened with the keys"
    ahead = "SELECT count(*) AS n FROM events WHERE txid >= pg_current_xact_id()"
    assert restored.db.fetch(ahead) == [{"n": 0}]


def test_no_tick_shows_more_than_a_page_or_two(restored):
    rows = restored.db.fetch("SELECT txid::text, count(*) AS n FROM events GROUP BY txid")
    assert max(row["n"] for row in rows) <= 1000


def test_it_audits_clean_and_its_old_seals_and_proofs_hold(restored):
    audited = restored.audit()
    assert audited.clean, audited.findings.kept
    assert (audited.seals, audited.sealed, audited.events) == (2, 38, 1239)
    with restored.db.transaction() as cursor:
        proof = make_proof(cursor, "keeper", STREAMS[2], "heap", content=True)
    checked = check_proof(proof, load_public_keys(SIGNER.public_pem))
    assert (checked.holds, checked.sealed) == (True, 10)


def test_appending_feeding_and_sealing_go_on(restored):
    head = restored.feed()[-1].cursor
    restored.lay(STREAMS[1], "new")
    restored.lay(STREAMS[0], "newer")
    assert [(e.stream, e.version, e.data["colour"]) for e in restored.feed(head)] == [
        (STREAMS[1], 10, "new"), (STREAMS[0], 1209, "newer"),
    ]  # fmt: skip
    restored.day_passes()
    audited = restored.audit()
    assert audited.clean, audited.findings.kept
    assert (audited.seals, audited.sealed) == (3, 1241)
    restored.db.fetch("SELECT 1")


def test_read_models_are_filled_again_and_equal(backup, restored):
    assert restored.counted() == backup.source.counted()


def test_what_was_commanded_is_known_and_own_tables_number_on(restored):
    assert restored.command("k1", {"case_no": "N2"}) == {"case_no": "N1"}
    with restored.db.transaction() as cursor:
        cursor.execute("INSERT INTO told (event_id, colour) SELECT gen_random_uuid(), 'two' RETURNING place")
        assert cursor.fetchone()[0] == 2
    assert restored.db.fetch("SELECT colour FROM told WHERE place = 1") == [{"colour": 'told\t"one"\n'}]


def test_old_cursors_are_refused_and_subscribers_find_their_place_by_their_last_event(backup, restored):
    old = backup.source.feed()[3].cursor
    with pytest.raises(UnknownCursor, match="another epoch"):
        restored.store.read_feed(old)
    [row] = restored.db.fetch("SELECT * FROM checkpoints WHERE subscriber = 'teller'")
    here = restored.store.find(row["last_event"], row["last_stream"], row["last_version"])
    assert here is not None
    following = restored.feed(here)
    before = backup.source.feed()
    at = next(i for i, e in enumerate(before) if str(e.id) == str(row["last_event"]))
    assert [event.id for event in following] == [event.id for event in before[at + 1 :]]


def test_ticks_keep_their_hours(backup, restored):
    """Who asks for what came since yesterday gets that."""
    ask = "SELECT max(taken_at) AS last FROM ticks WHERE tick BETWEEN 1 AND %s"
    for number in (1, 2):
        where = "SELECT last_tick, until FROM seals WHERE number = %s"
        [seal] = restored.db.fetch(where, (number,))
        [last] = restored.db.fetch(ask, (seal["last_tick"],))
        assert seal["until"] - timedelta(days=2) < last["last"] <= seal["until"]


def test_who_was_erased_after_the_backup_stays_erased_with_the_newest_keys(postgres_server, place, tmp_path):
    source, target = Place(new_database(postgres_server)), place()
    migrate(source.db, SPEC)
    source.lay(STREAMS[0], "grey")
    source.lay(STREAMS[1], "white")
    stores = {"keeper": (source.db, source.store)}
    back_up(stores, tmp_path / "events", tmp_path / "old-keys", source.clock)
    with source.db.transaction() as cursor:
        assert destroy_keys(cursor, f"s-{STREAMS[0]}", source.clock.now()) == 1
    back_up(stores, tmp_path / "newer", tmp_path / "keys", source.clock)
    source.db.close()
    restored = restore(target.db, SPEC, tmp_path / "events/keeper", tmp_path / "keys/keeper")
    assert restored.erased_since == {f"s-{STREAMS[0]}": source.clock.now()}, "has to be told to the service"
    owners = {event.stream: event.data["owner"] for event in target.feed()}
    assert owners == {STREAMS[0]: ERASED, STREAMS[1]: "张white"}
    assert target.audit().clean, "what is erased is still proven"
