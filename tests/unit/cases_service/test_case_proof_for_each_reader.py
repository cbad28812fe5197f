"""The proof of a case: hashes for everybody who may see it, what they are of for who handles it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cases_world import CITIZEN, CLERK, EXAMINER, OTHER_CLERK, STRANGER, SUPERVISOR, World

from shared.problems import Problem
from shared.runtime.folder import new_key_pair
from shared.seals.proof import check_proof
from shared.seals.signing import Ed25519Signer, load_public_keys
from shared.seals.taking import Sealing, seal_due

SIGNER = Ed25519Signer(new_key_pair()[0])
KEYS = load_public_keys(SIGNER.public_pem)


@pytest.fixture
def case_no(world: World) -> str:
    """Two events sealed, one not yet."""
    no = str(world.submit()["case_no"])
    world.act(CLERK, no, "accept")
    world.app.store.tick()
    world.clock.advance_to(world.clock.now() + timedelta(days=1))
    assert seal_due(world.app, Sealing(SIGNER)) == 1
    world.act(EXAMINER, no, "claim")
    return no


def test_who_handles_the_case_gets_what_the_hashes_are_of(world: World, case_no: str) -> None:
    proof = json.loads(json.dumps(world.call("proof", CLERK, no=case_no).value))
    checked = check_proof(proof, KEYS)
    assert checked.holds, checked.faults
    assert (checked.events, checked.sealed, checked.unsealed, checked.bare) == (3, 2, [3], [])
    assert "王小明" not in json.dumps(proof, ensure_ascii=False), "what is stored is sealed, and so is this"


@pytest.mark.parametrize("reader", [CITIZEN, SUPERVISOR], ids=["applicant", "supervisor"])
def test_others_get_hashes_and_paths_alone(world: World, case_no: str, reader: object) -> None:
    proof = world.call("proof", reader, no=case_no).value
    checked = check_proof(proof, KEYS)
    assert (checked.holds, checked.sealed, checked.bare) == (True, 2, [1, 2, 3])
    assert {"data", "metadata"} & set(proof["events"][0]) == set()


@pytest.mark.parametrize("reader", [STRANGER, OTHER_CLERK], ids=["stranger", "another department"])
def test_who_may_not_see_the_case_gets_no_proof_of_it(world: World, case_no: str, reader: object) -> None:
    with pytest.raises(Problem) as refused:
        world.call("proof", reader, no=case_no)
    assert refused.value.status == 404


def test_a_case_that_was_changed_has_no_proof_but_a_conflict(world: World, case_no: str) -> None:
    with world.db.transaction() as cursor:
        cursor.execute("ALTER TABLE events DISABLE TRIGGER append_only")
        cursor.execute("UPDATE events SET id = gen_random_uuid() WHERE type = 'case.accepted'")
        cursor.execute("ALTER TABLE events ENABLE TRIGGER append_only")
    with pytest.raises(Problem) as refused:
        world.call("proof", CLERK, no=case_no)
    assert (refused.value.status, refused.value.code) == (409, "case_was_changed")
