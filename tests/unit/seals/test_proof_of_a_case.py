"""A proof is checked with the file and the public key alone, and no change of it passes."""

from __future__ import annotations

import json
from copy import deepcopy
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sealed_store import D

from shared.cli.app import root
from shared.domain.case_number import case_stream
from shared.runtime.folder import new_key_pair
from shared.seals.proof import Unprovable, check_proof, make_proof
from shared.seals.signing import load_public_keys
from shared.security.keys import jwk


def made(store, stream, name, *, content=True):
    with store.db.transaction() as cursor:
        return json.loads(json.dumps(make_proof(cursor, "cases", stream, name, content=content)))


CASE = "11440100MB2C9XXXX0400111001000-20260302-0001"


@pytest.fixture
def proven(empty):
    """A real case's number and stream: 5 events sealed in two days, 1 not yet, others around them."""
    stream = case_stream(CASE)
    for day in range(2):
        for n in range(2 + day):
            empty.append(stream, n)
            empty.append(uuid4(), n)
        empty.app.store.tick()
        empty.day_passes()
        empty.seal()
    empty.append(stream, 9)
    return empty, made(empty, stream, CASE)


def test_a_proof_shows_what_is_sealed_and_what_is_not_yet(proven):
    store, proof = proven
    checked = check_proof(proof, store.keys)
    assert checked.holds, checked.faults
    assert (checked.events, checked.sealed, checked.unsealed, checked.bare) == (6, 5, [6], [])


def test_without_content_it_shows_that_the_hashes_were_sealed(proven):
    store, _ = proven
    proof = made(store, case_stream(CASE), CASE, content=False)
    assert "data" not in json.dumps(proof)
    checked = check_proof(proof, store.keys)
    assert (checked.holds, checked.sealed, checked.bare) == (True, 5, [1, 2, 3, 4, 5, 6])


def changes():
    for name, value in {
        "data": '{"n":5}', "metadata": "{}", "type": "case.rated", "schema_version": 2,
        "occurred_at": "2026-03-02T01:00:00.000001+00:00", "recorded_at": "2026-03-02T02:00:00+00:00",
        "id": str(uuid4()), "version": 9, "hash": "01" + "00" * 32, "index": 1, "seal": 2,
    }.items():  # fmt: skip
        yield pytest.param(lambda p, n=name, v=value: p["events"][1].__setitem__(n, v), id=f"event's {name}")
    yield pytest.param(lambda p: p["events"][1]["path"].reverse() or p["events"][1]["path"].pop(), id="path")
    yield pytest.param(lambda p: p["events"].pop(1), id="an event left out")
    yield pytest.param(lambda p: p["events"].reverse(), id="order")
    yield pytest.param(lambda p: p["seals"].pop(0), id="a seal left out")
    yield pytest.param(lambda p: p.__setitem__("name", CASE[:-1] + "2"), id="case number")
    yield pytest.param(lambda p: p.__setitem__("stream", str(uuid4())), id="stream")
    for name, value in {"root": "00" * 32, "count": 99, "until": "2026-03-09T00:00:00+00:00", "number": 2,
                        "service": "notify", "key": "another"}.items():  # fmt: skip
        yield pytest.param(lambda p, n=name, v=value: p["seals"][0].__setitem__(n, v), id=f"seal's {name}")


@pytest.mark.parametrize("change", changes())
def test_a_changed_proof_does_not_hold(proven, change):
    store, proof = proven
    other = deepcopy(proof)
    change(other)
    assert not check_proof(other, store.keys).holds


def test_another_platform_s_key_does_not_check_it(proven):
    _, proof = proven
    assert not check_proof(proof, load_public_keys(new_key_pair()[1])).holds


def test_a_case_that_was_changed_has_no_proof(sealed):
    sealed.change(D, 2, "hash = set_byte(hash, 9, 255 - get_byte(hash, 9))")
    with pytest.raises(Unprovable, match="version 2"):
        made(sealed, D, "N3")


def test_the_file_is_checked_without_a_platform_and_says_so_by_exit_code(proven, tmp_path):
    store, proof = proven
    file, pem, keys = tmp_path / "proof.json", tmp_path / "key.pem", tmp_path / "keys.json"
    file.write_text(json.dumps(proof))
    pem.write_text(store.sealing.signer.public_pem)
    keys.write_text(json.dumps({"keys": [jwk(new_key_pair()[1]), jwk(store.sealing.signer.public_pem)]}))

    def check(file, key):
        return CliRunner().invoke(root, ["audit", "--check", str(file), "--key", str(key)])

    assert check(file, pem).exit_code == check(file, keys).exit_code == 0
    assert f"{CASE}: holds, 5 of 6 events sealed" in check(file, pem).output
    seal = tmp_path / "seal.json"
    seal.write_text(json.dumps(proof["seals"][0]))
    assert "seal 1: holds" in check(seal, pem).output
    proof["events"][0]["data"] += " "
    file.write_text(json.dumps(proof))
    assert check(file, pem).exit_code == 1
    file.write_text("{}")
    assert check(file, pem).exit_code == 2
