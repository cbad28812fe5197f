"""Keys are wrapped anew under the newest master key, whatever interrupts it."""

from __future__ import annotations

import pytest
from sealed_kit import DECLARATION, NOON, note

from shared.personal import rotation
from shared.personal.destruction import destroy_keys
from shared.personal.errors import MasterKeyUnknown
from shared.personal.masters import new_master_key, parse_master_keys
from shared.personal.rotation import rotate, to_rotate
from shared.personal.vault import Vault
from shared.testing.vault import MASTER_KEYS

NEW = new_master_key("new")
BOTH = parse_master_keys(f"{MASTER_KEYS}\n{NEW}")


@pytest.fixture
def streams(db, store):
    made = [note(store, subject=f"u{number}", text=str(number)) for number in range(7)]
    with db.transaction() as cursor:
        destroy_keys(cursor, "u0", NOON)
    return made[1:]


def stored(db):
    return db.fetch("SELECT data::text, hash FROM events ORDER BY position")


def test_the_old_master_key_may_go_and_no_event_was_touched(db, beside, streams):
    before = stored(db)
    assert to_rotate(db, BOTH) == 6
    assert rotate(db, BOTH) == 6
    only_new = beside(vault=Vault(parse_master_keys(NEW), DECLARATION))
    assert [only_new.read_stream(stream)[0].data["text"] for stream in streams] == list("123456")
    assert stored(db) == before
    with pytest.raises(MasterKeyUnknown):
        beside(vault=Vault(parse_master_keys(MASTER_KEYS), DECLARATION)).read_stream(streams[0])


def test_it_goes_on_where_it_was_interrupted_and_then_does_nothing(db, beside, streams, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)

    class Killed(Exception):
        pass

    def kill(keys: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        rotate(db, BOTH, kill)
    assert to_rotate(db, BOTH) == 4
    # Meanwhile everybody reads and writes, with both keys at hand.
    meanwhile = beside(vault=Vault(BOTH, DECLARATION))
    assert [meanwhile.read_stream(stream)[0].data["text"] for stream in streams] == list("123456")
    note(meanwhile, subject="u9", text="later")
    told: list[int] = []
    assert rotate(db, BOTH, told.append) == 4
    assert told == [2, 2]
    assert (to_rotate(db, BOTH), rotate(db, BOTH)) == (0, 0)


def test_a_key_under_an_unknown_master_is_named_and_nothing_half_done(db, streams):
    with pytest.raises(MasterKeyUnknown, match="'test'"):
        rotate(db, parse_master_keys(NEW))
    assert to_rotate(db, BOTH) == 6
