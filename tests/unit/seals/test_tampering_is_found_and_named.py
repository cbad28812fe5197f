"""A superuser changes rows behind the trigger; the audit says which."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sealed_store import A, B, C, D

from shared.eventstore.event import Metadata
from shared.eventstore.sealing import canonical, chain


def test_an_untouched_store_is_clean(sealed):
    audited = sealed.audit()
    assert audited.clean, audited.findings.kept
    assert (audited.events, audited.sealed, audited.seals) == (26, 22, 2)


@pytest.mark.parametrize("version", [2, 5, 7], ids=["first seal", "second seal", "not sealed"])
@pytest.mark.parametrize(
    "change",
    [
        'data = \'{"case":{"case_no":"N0"},"n":99}\'',
        "data = (data::text || ' ')::json",
        'metadata = \'{"actor":"u2","role":"clerk"}\'',
        'metadata = \'{"actor":"u1","role":"operator"}\'',
        "type = 'case.rated'",
        "schema_version = 2",
        "occurred_at = occurred_at - interval '1 microsecond'",
        "occurred_at = 'infinity'",
        "recorded_at = recorded_at + interval '1 hour'",
        "id = gen_random_uuid()",
    ],
)
def test_a_changed_column_is_found(sealed, change, version):
    sealed.change(A, version, change)
    found = sealed.audit().findings.kept.values()
    named = [one for one in found if (one.stream, one.version) == (A, version)]
    assert "changed" in {one.kind for one in named}
    assert {one.name for one in named} == {"N0"}
    assert {one.version for one in found} <= {version, version + 1}


def test_a_changed_hash_is_found_there_and_at_the_event_after_it(sealed):
    sealed.change(B, 2, "hash = set_byte(hash, 5, 255 - get_byte(hash, 5))")
    assert sealed.found() == {("changed", B, 2), ("changed", B, 3), ("replaced", B, 2)}


@pytest.mark.parametrize(
    ("stream", "version"), [(A, 1), (A, 5), (D, 4)], ids=["first", "middle", "last of its stream"]
)
def test_a_removed_event_is_found(sealed, stream, version):
    [before] = [e for e in sealed.app.store.read_stream(stream) if e.version == version]
    sealed.delete(stream, version)
    assert sealed.found() == {("removed", stream, version)}
    [found] = sealed.audit().findings.kept.values()
    assert found.event_id == before.id
    assert found.name == {A: "N0", D: "N3"}[stream]


def test_a_removed_stream_is_found_event_by_event(sealed):
    sealed.tamper("DELETE FROM events WHERE stream = %(stream)s", stream=str(D))
    assert sealed.found() == {("removed", D, version) for version in (1, 2, 3, 4)}


def test_the_last_event_of_a_stream_is_missed_only_when_no_seal_covers_it(sealed):
    """What docs/proofs.md says is not proven: cut off after the newest seal."""
    sealed.delete(B, 8)
    assert sealed.audit().clean
    sealed.delete(A, 7)
    sealed.delete(A, 6)
    assert sealed.found() == {("removed", A, 6)}


def test_two_swapped_versions_are_found(sealed):
    sealed.change(C, 2, "version = 99")
    sealed.change(C, 3, "version = 2")
    sealed.change(C, 99, "version = 3")
    found = sealed.found()
    assert {("replaced", C, 2), ("replaced", C, 3), ("changed", C, 2)} <= found
    assert {stream for _, stream, _ in found} == {C}


@pytest.mark.parametrize("again", [True, False], ids=["whole stream chained anew", "chain left as it was"])
@pytest.mark.parametrize("stream", [A, D])
def test_a_rewritten_event_with_right_hashes_is_found_by_the_seal(sealed, rechain, stream, again):
    sealed.change(stream, 2, "data = '{\"n\":0}'")
    if again:
        rechain(stream)
        versions = {2, 3, 4, 5, 6} if stream == A else {2, 3, 4}
        assert sealed.found() == {("replaced", stream, version) for version in versions}
    else:
        assert ("changed", stream, 2) in sealed.found()


def forge(sealed, stream, version, txid_of, *, previous):
    """A row with a right hash, in the feed beside the events of another one's transaction."""
    id, now = uuid4(), sealed.clock.now()
    data, meta = canonical({"n": 1}), canonical(Metadata(actor="u1").as_dict())
    hash = chain(
        previous, id=id, stream=stream, version=version, type="case.noted", schema_version=1,
        metadata=meta, occurred_at=now, recorded_at=now, data=data,
    )  # fmt: skip
    sealed.tamper(
        "INSERT INTO events (txid, id, stream, version, type, schema_version, data, metadata,"
        " occurred_at, recorded_at, hash) SELECT txid, %(id)s, %(stream)s, %(version)s, 'case.noted', 1,"
        " %(data)s, %(meta)s, %(now)s, %(now)s, %(hash)s FROM events"
        " WHERE stream = %(beside)s AND version = %(at)s",
        id=str(id), stream=str(stream), version=version, data=data, meta=meta, now=now, hash=hash,
        beside=str(txid_of[0]), at=txid_of[1],
    )  # fmt: skip


@pytest.mark.parametrize("beside", [(A, 2), (A, 6)], ids=["among the first seal's", "among the second's"])
def test_a_forged_event_with_a_right_hash_is_found(sealed, beside):
    forge(sealed, D, 5, beside, previous=sealed.app.store.read_stream(D)[-1].hash)
    found = sealed.found()
    assert ("inserted", D, 5) in found
    assert {(stream, version) for _, stream, version in found} == {(D, 5)}
    other = uuid4()
    forge(sealed, other, 1, beside, previous=b"")
    assert ("inserted", other, 1) in sealed.found()


def test_a_hole_is_not_filled_by_an_event_before_the_first(sealed):
    with pytest.raises(Exception, match="events_version_check"):
        forge(sealed, D, 0, (A, 2), previous=b"")


@pytest.mark.parametrize(
    ("change", "stream", "version"),
    [
        ("position = (SELECT min(position) - 1 FROM events)", B, 3),
        ("txid = (SELECT min(txid) FROM events)", D, 1),
        ("txid = (SELECT max(txid) FROM events)", D, 2),
        ("txid = (pg_current_xact_id()::text::bigint + 100000)::text::xid8", D, 4),
        ("txid = '1'", D, 3),
    ],
)
def test_an_event_at_another_place_of_the_feed_is_found(sealed, change, stream, version):
    sealed.tamper("ALTER TABLE events ALTER COLUMN position DROP IDENTITY IF EXISTS")
    sealed.change(stream, version, change)
    found = sealed.found()
    assert {(s, v) for kind, s, v in found if kind == "moved"} >= {(stream, version)}
    assert {kind for kind, *_ in found} <= {"moved", "guard"}
    assert {s for kind, s, _ in found if kind == "moved"} == {stream}


def test_removed_ticks_are_found(sealed):
    sealed.tamper("DELETE FROM ticks WHERE tick = 2")
    kinds = {kind for kind, *_ in sealed.found()}
    assert "guard" in kinds
    assert "moved" in kinds


@pytest.mark.parametrize(
    ("statement", "seals"),
    [
        ("UPDATE seals SET root = set_byte(root, 0, 255 - get_byte(root, 0)) WHERE number = 1", {1, 2}),
        ("UPDATE seals SET until = until + interval '1 second' WHERE number = 2", {2}),
        ("UPDATE seals SET signature = set_byte(signature, 9, 0) || 'x' WHERE number = 2", {2}),
        ("UPDATE seals SET key = 'another' WHERE number = 2", {2}),
        ("UPDATE seal_entries SET node = set_byte(node, 0, 255 - get_byte(node, 0)) WHERE seal = 2", {2}),
    ],
)  # fmt: skip
def test_a_changed_seal_is_found(sealed, statement, seals):
    sealed.tamper(statement)
    assert seals <= {one.seal for one in sealed.audit().findings.kept.values()}


def test_a_removed_seal_is_found(sealed):
    sealed.tamper("DELETE FROM seal_entries WHERE seal = 1", "DELETE FROM seals WHERE number = 1")
    assert [one.detail for one in sealed.audit().findings.kept.values()][:1] == [
        "seal 1 is missing before it"
    ]


def test_a_list_that_was_changed_with_its_events_names_the_seal(sealed):
    sealed.delete(D, 4)
    sealed.tamper("UPDATE seal_entries SET entries = substr(entries, 1, length(entries) - 69) WHERE seal = 2")
    [found] = sealed.audit().findings.kept.values()
    assert (found.kind, found.seal) == ("seal", 2)
    assert "changed too" in found.detail


def test_a_trigger_that_is_off_is_found(sealed):
    with sealed.db.transaction() as cursor:
        cursor.execute("ALTER TABLE events DISABLE TRIGGER append_only")
    [found] = sealed.audit().findings.kept.values()
    assert found.kind == "guard"


def test_a_key_that_nobody_published_is_no_signature(sealed):
    sealed.sealing = type(sealed)(sealed.dsn).sealing
    assert {(kind, stream) for kind, stream, _ in sealed.found()} == {("seal", None)}
