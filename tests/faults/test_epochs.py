"""A database that becomes another history begins a new epoch by itself, and everybody finds a place there.

With a real standby: streaming replication, cut off so that it lags, the primary killed, the standby promoted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest

from services.notify.ledger import place
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.errors import UnknownCursor
from shared.messaging.subscription import Subscriber
from shared.problems import Problem
from shared.readmodel.applying import SubscriberStopped
from shared.readmodel.projector import catch_up
from shared.readmodel.replay import local_reader
from shared.readmodel.verify import verify
from shared.service.spec import ServiceSpec
from shared.testing.postgres import new_database
from shared.testing.postgres_node import PostgresNode, postgres_node
from shared.testing.waiting import await_that
from tests.faults.promotion import TILL_MODEL, Owner, Recorder, SeenBy

DATABASE = "till"


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgresNode]:
    with postgres_node() as node:
        node.ask(f"CREATE DATABASE {DATABASE}")
        yield node


@pytest.fixture(scope="module")
def promoted(primary: PostgresNode, postgres_server: str) -> Iterator[SimpleNamespace]:
    """What everybody knew when the primary died, and the standby that took its place and lacks two events."""
    old = Owner(primary.dsn(DATABASE))
    everybody = SimpleNamespace(
        ahead=SeenBy(new_database(postgres_server)),
        behind=SeenBy(new_database(postgres_server)),
        news=SeenBy(new_database(postgres_server), from_start=False),
    )
    everybody.news.follow(old)
    old.append(1, 2, 3)
    relayed = Recorder()
    old.relay(relayed)
    catch_up(old.app, TILL_MODEL)
    everybody.behind.follow(old)
    standby = primary.standby(primary.folder.parent / "standby")
    has = "SELECT max(tick) FROM ticks"
    newest = primary.ask(has, DATABASE)
    await_that(lambda: standby.ask(has, DATABASE) == newest, "the standby to have what the primary has")
    cut_off(standby)
    old.append(4, 5)
    old.relay(relayed)
    catch_up(old.app, TILL_MODEL)
    everybody.ahead.follow(old)
    cursors = old.cursors()
    old.close()
    primary.kill()
    standby.promote()
    new = Owner(standby.dsn(DATABASE), new=False)
    try:
        yield SimpleNamespace(
            everybody=everybody, cursors=cursors, relayed=relayed, standby=standby, old=old, new=new
        )
    finally:
        new.close()
        standby.kill()


def cut_off(standby: PostgresNode) -> None:
    """From now on it receives nothing more: what the primary commits is stored there alone."""
    standby.ask("ALTER SYSTEM SET primary_conninfo = ''")
    standby.ask("SELECT pg_reload_conf()")
    receiving = "SELECT 1 FROM pg_stat_wal_receiver"
    await_that(lambda: not standby.ask(receiving), "the standby to be cut off")


def test_the_first_look_begins_a_new_epoch_and_refuses_the_old_ones_cursors(promoted) -> None:
    assert promoted.new.epoch() == promoted.old.known_epoch, "nobody told it anything"
    promoted.new.app.store.tick()
    assert promoted.new.epoch() != promoted.old.known_epoch
    for cursor in promoted.cursors:
        with pytest.raises(UnknownCursor):
            promoted.new.app.store.read_feed(cursor)
    epoch = promoted.new.epoch()
    promoted.new.app.store.tick()
    assert promoted.new.epoch() == epoch, "once"


def test_the_new_history_goes_on_behind_the_common_one(promoted) -> None:
    promoted.new.append(6)
    assert promoted.new.numbers() == [1, 2, 3, 6]


def test_a_subscriber_that_had_seen_nothing_of_what_was_lost_goes_on(promoted) -> None:
    promoted.everybody.behind.follow(promoted.new)
    assert promoted.everybody.behind.seen() == [1, 2, 3, 6]


def test_one_that_had_seen_lost_events_stops_and_says_so_until_it_is_resumed(promoted) -> None:
    ahead = promoted.everybody.ahead
    assert ahead.seen() == [1, 2, 3, 4, 5]
    with pytest.raises(SubscriberStopped, match="till does not know the coin event"):
        ahead.follow(promoted.new)
    assert ahead.seen() == [1, 2, 3, 4, 5], "nothing is applied on top of what never was"
    ahead.subscriber(promoted.new).begin_again()
    ahead.follow(promoted.new)
    assert ahead.seen() == [1, 2, 3, 4, 5, 6], "the operator decided to go on from the last common place"


def test_one_that_began_at_now_and_has_applied_nothing_keeps_its_place(promoted) -> None:
    promoted.everybody.news.follow(promoted.new)
    assert promoted.everybody.news.seen() == [1, 2, 3, 6]


def test_the_owners_read_models_went_back_with_it_and_equal_a_replay(promoted) -> None:
    catch_up(promoted.new.app, TILL_MODEL)
    found = verify(promoted.new.app.db, TILL_MODEL, {"till": local_reader(promoted.new.app.store)})
    assert found.equal
    assert promoted.new.total() == 1 + 2 + 3 + 6


def test_the_relay_goes_on_in_the_new_epoch_and_repeats_nothing(promoted) -> None:
    again = Recorder()
    promoted.new.relay(again)
    assert [message["data"]["worth"] for message in again.events] == [6]
    assert again.events[0]["previous"].startswith(promoted.new.epoch())


def test_messages_of_the_new_epoch_lead_a_subscriber_there(promoted, postgres_server) -> None:
    """By the queue and not by a pull of its own: it has the old epoch's messages, then the new one's."""
    late = SeenBy(new_database(postgres_server))
    subscriber: Subscriber = late.subscriber(promoted.new)
    subscriber.receive_batch(promoted.relayed.events[:3])
    again = Recorder()
    promoted.new.relay(again, from_start=True)
    subscriber.receive_batch(again.events)
    assert late.seen() == [1, 2, 3, 6]


def test_a_restart_or_a_crash_of_the_server_is_no_new_epoch(promoted) -> None:
    before = promoted.new.epoch()
    promoted.new.app.db.close()
    promoted.standby.stop()
    promoted.standby.start()
    promoted.standby.kill()
    promoted.standby.start()
    with Owner(promoted.standby.dsn(DATABASE), new=False) as owner:
        owner.append(7)
        assert owner.epoch() == before


def test_a_base_backup_put_in_place_without_a_recovery_target_is_noticed(promoted, tmp_path: Path) -> None:
    """It stays on its timeline: what tells is the data folder, which no copy keeps."""
    backup = promoted.standby.folder.parent / "backup"
    in_another_second = (
        "SELECT 1 WHERE clock_timestamp() - (pg_stat_file('PG_VERSION')).change > interval '1 s'"
    )
    await_that(lambda: promoted.standby.ask(in_another_second), "a second: PostgreSQL tells no finer times")
    promoted.standby.base_backup(backup)
    promoted.new.append(8)
    lost = promoted.new.cursors()[-1]
    node = PostgresNode(backup)
    node.start()
    try:
        with Owner(node.dsn(DATABASE), new=False) as restored:
            before = restored.epoch()
            with pytest.raises(UnknownCursor, match="beyond the end"):
                restored.app.store.read_feed(lost)
            restored.app.store.tick()
            assert restored.epoch() != before
            assert restored.app.store.common(lost) == restored.app.store.head()
    finally:
        node.kill()


def test_a_departments_cursor_of_the_old_epoch_is_refused(promoted) -> None:
    with promoted.new.app.db.transaction() as db:
        assert place.decode(place.epoch(db), place.encode(place.epoch(db), 3)) == 3
        with pytest.raises(Problem) as refused:
            place.decode(place.epoch(db), place.encode(promoted.old.known_epoch, 3))
    assert (refused.value.status, refused.value.code) == (410, "cursor_epoch_changed")


def test_an_owner_of_the_tables_who_may_not_look_at_files_is_no_hindrance(promoted) -> None:
    promoted.standby.ask("CREATE ROLE modest LOGIN")
    promoted.standby.ask("CREATE DATABASE modest OWNER modest")
    db = Database(promoted.standby.dsn("modest").replace("postgres@", "modest@"))
    migrate(db, ServiceSpec("till", "none", categories=("coin",)))
    with db.transaction() as cursor:
        cursor.execute("SELECT begin_epoch_if_changed()")
        cursor.execute("SELECT lineage_changed(), timeline IS NOT NULL, folder_changed FROM feed_epoch")
        assert cursor.fetchone() == (None, True, None)
    db.close()


def test_the_application_may_begin_an_epoch_and_write_none(promoted) -> None:
    with promoted.new.app.db.transaction() as db:
        db.execute("CREATE ROLE guest; GRANT USAGE ON SCHEMA public TO guest; SET ROLE guest")
        db.execute("SELECT begin_epoch_if_changed()")
        assert db.fetchone() == (None,)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            db.execute("UPDATE feed_epoch SET epoch = 'x'")


def test_a_folder_closed_above_the_data_stops_no_tick(promoted) -> None:
    """PostgreSQL opens its control file by the whole path, and as root the server is another user."""
    above = promoted.standby.folder.parent
    mode = above.stat().st_mode
    epoch = promoted.new.epoch()
    above.chmod(0o700)
    try:
        promoted.new.append(9)
        assert promoted.new.numbers()[-1] == 9
        assert promoted.new.epoch() == epoch
    finally:
        above.chmod(mode)
