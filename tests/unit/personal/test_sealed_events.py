"""What is sealed stays with its event, its key and its subject."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sealed_kit import DECLARATION, NOON, note

from shared.personal import vault as vault_module
from shared.personal.ciphers import CIPHERS, is_offered
from shared.personal.destruction import destroy_keys, streams_of
from shared.personal.errors import MasterKeyUnknown, NoVault, SealBroken, SubjectKeyUnknown
from shared.personal.masters import new_master_key, parse_master_keys
from shared.personal.values import ERASED
from shared.personal.vault import Vault
from shared.testing.vault import new_vault

WHOLE = {"subject": "u1", "text": "王小明", "form": {"住址": "幸福路 1 号"}, "lines": ["a"], "count": 3}


def text_of(store, stream):
    return store.read_stream(stream)[0].data["text"]


@pytest.mark.parametrize("name", CIPHERS)
def test_each_cipher_seals_and_says_so(db, beside, name):
    assert is_offered(CIPHERS[name])
    store = beside(vault=new_vault(DECLARATION, cipher=CIPHERS[name]))
    stream = note(store, **WHOLE)
    [row] = db.fetch("SELECT data FROM events")
    assert row["data"]["~sealed"][0]["cipher"] == name
    assert "王小明" not in str(row) and "幸福路" not in str(row)
    # Whoever reads needs no setting: the key says its cipher.
    assert beside().read_stream(stream)[0].data == WHOLE


def test_a_value_can_t_be_moved_to_another_event(db, store):
    mine, other = note(store, subject="u1", text="mine"), note(store, subject="u1", text="other")
    boxes = "(SELECT data -> '~sealed' FROM events WHERE stream = %s)"
    with db.transaction() as cursor:
        cursor.execute("ALTER TABLE events DISABLE TRIGGER append_only")
        cursor.execute(
            f"UPDATE events SET data = json_build_object('text', NULL, '~sealed', {boxes}) WHERE stream = %s",  # noqa: S608
            (str(other), str(mine)),
        )
    with pytest.raises(SealBroken):
        store.read_stream(mine)


def test_another_s_key_row_doesn_t_pass_for_one_s_own(db, store, beside):
    stream = note(store, subject="u1", text="mine")
    note(store, subject="u2", text="other")
    with db.transaction() as cursor:
        cursor.execute(
            "UPDATE vault.subject_keys SET wrapped ="
            " (SELECT wrapped FROM vault.subject_keys WHERE subject = 'u2') WHERE subject = 'u1'"
        )
    with pytest.raises(SealBroken):
        beside().read_stream(stream)


def test_events_from_before_there_was_a_vault_stay_readable(db, beside):
    stream = note(beside(vault=None), **WHOLE)
    store = beside()
    assert store.read_stream(stream)[0].data == WHOLE
    note(store, stream, 1, text="later")
    assert [event.data["text"] for event in store.read_stream(stream)] == ["王小明", "later"]
    with db.transaction() as cursor:
        assert streams_of(cursor, "u1") == [stream]


def test_who_has_no_vault_is_told_so_and_not_given_blanks(store, beside):
    stream = note(store, text="x")
    with pytest.raises(NoVault):
        beside(vault=None).read_stream(stream)


def test_a_key_that_is_not_there_is_an_error_and_not_an_erasure(db, store, beside):
    stream = note(store, text="x")
    with db.transaction() as cursor:
        cursor.execute("DELETE FROM vault.subject_keys")
    with pytest.raises(SubjectKeyUnknown, match="backup"):
        beside().read_stream(stream)


def test_a_master_key_that_is_not_given_is_named(store, beside):
    stream = note(store, text="x")
    stranger = Vault(parse_master_keys(new_master_key("other")), DECLARATION)
    with pytest.raises(MasterKeyUnknown, match="'test' is not among YIWANG_MASTER_KEYS"):
        beside(vault=stranger).read_stream(stream)


def test_a_destroyed_key_opens_nothing_in_any_process_at_once(db, store, beside):
    there = beside()
    stream, other = note(store, **WHOLE), note(store, subject="u2", text="stays")
    assert text_of(there, stream) == text_of(store, stream) == "王小明"
    with db.transaction() as cursor:
        assert destroy_keys(cursor, "u1", NOON) == 1
        assert text_of(there, stream) == "王小明"  # not committed yet
    blank = {"subject": "u1", "text": ERASED, "form": {}, "lines": [], "count": None}
    for reader in (there, store, beside()):
        assert reader.read_stream(stream)[0].data == blank
        assert text_of(reader, other) == "stays"


def test_who_comes_back_after_an_erasure_gets_a_new_key(db, store):
    before = note(store, subject="u1", text="before")
    with db.transaction() as cursor:
        destroy_keys(cursor, "u1", NOON)
    after = note(store, subject="u1", text="after")
    assert (text_of(store, before), text_of(store, after)) == (ERASED, "after")


def test_two_who_make_the_same_key_at_once_use_one(db, store):
    barrier = Barrier(6)

    def append(number: int) -> None:
        barrier.wait(10)
        note(store, subject="u1", text=str(number))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(append, range(6)))
    assert db.fetch("SELECT count(*) AS n FROM vault.subject_keys") == [{"n": 1}]
    store.tick()
    assert sorted(event.data["text"] for event in store.read_feed().events) == list("012345")


def test_a_process_keeps_a_bounded_number_of_keys(db, store, monkeypatch):
    monkeypatch.setattr(vault_module, "UNWRAPPED", 3)
    streams = [note(store, subject=f"u{number}", text=str(number)) for number in range(5)]
    store.tick()
    assert [event.data["text"] for event in store.read_feed().events] == list("01234")
    assert [text_of(store, stream) for stream in streams] == list("01234")
    assert len(db.vault._unwrapped) == 3


def test_a_page_of_many_subjects_asks_for_their_keys_once(db, store, beside):
    for number in range(20):
        note(store, subject=f"u{number}", text=str(number))
    there = beside()
    store.tick()
    asked = []
    keys = there._db.vault.keys
    there._db.vault.keys = type(
        "Counted", (), {"by_id": lambda self, *a: asked.append(1) or keys.by_id(*a)}
    )()
    assert len(there.read_feed().events) == 20
    assert len(asked) == 1


def test_a_worker_process_is_handed_a_vault_that_opens_and_does_not_seal(store, beside):
    stream = note(store, text="x")
    handed = beside(vault=pickle.loads(pickle.dumps(new_vault(DECLARATION))))  # noqa: S301 - our own
    assert text_of(handed, stream) == "x"
    with pytest.raises(NoVault):
        note(handed, text="y")


def test_nothing_personal_costs_no_question(db, store):
    class Refusing:
        def __getattr__(self, name):
            raise AssertionError(f"asked for {name}")

    db.vault.keys = Refusing()
    stream = note(store, uuid4(), subject="u1", text="")
    assert text_of(store, stream) == ""
