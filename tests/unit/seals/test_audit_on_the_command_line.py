"""`yiwang audit` beside a stack: findings by name, exit codes, proofs to a file, seals kept outside."""

from __future__ import annotations

import json
import stat

import pytest
from click.testing import CliRunner
from sealed_store import B, C

from shared.cli.app import root
from shared.cli.seal import write_seals
from shared.seals.one_stream import audit_stream
from shared.seals.shelf import all_seals


@pytest.fixture
def audit(sealed, monkeypatch, tmp_path):
    keys = tmp_path / "keys.pem"
    keys.write_text(sealed.sealing.signer.public_pem)
    monkeypatch.setenv("YIWANG_CASES_DSN", sealed.dsn)
    monkeypatch.setenv("YIWANG_SEAL_PUBLIC_KEYS_FILE", str(keys))

    def run(*arguments):
        return CliRunner().invoke(root, ["audit", "--service", "cases", *map(str, arguments)])

    return run


def test_a_clean_store_ends_with_0_and_a_changed_one_with_1_and_names(sealed, audit):
    clean = audit()
    assert clean.exit_code == 0, clean.output
    assert "cases: clean, 26 events, 22 of them under 2 seals" in clean.output
    sealed.change(B, 5, "type = 'case.rated'")
    id = sealed.app.store.read_stream(B)[4].id
    found = audit()
    assert found.exit_code == 1
    assert f"changed N1 version 5 event {id}: " in found.output
    [report] = json.loads(audit("--json").stdout)
    assert [(one["name"], one["version"]) for one in report["findings"]] == [("N1", 5)]


def test_one_case_is_audited_by_itself(sealed, audit):
    assert audit(C).exit_code == 0
    sealed.delete(C, 4)
    found = audit(C)
    assert found.exit_code == 1
    assert "removed N2 version 4 event " in found.output
    assert audit(B).exit_code == 0


def test_what_is_no_case_is_said(audit):
    assert audit("no-such-case").exit_code != 0


def test_a_proof_is_written_for_its_owner_alone(audit, tmp_path):
    file = tmp_path / "proof.json"
    assert audit(C, "--proof", file).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [event["version"] for event in json.loads(file.read_text())["events"]] == list(range(1, 8))


def test_seals_kept_outside_show_a_store_that_was_sealed_anew(sealed, audit, tmp_path):
    """The strongest forger: who rewrites everything, and seals it with the true key."""
    with sealed.db.at_once() as cursor:
        write_seals(tmp_path / "kept", [seal.exported() for seal in all_seals(cursor)])
    assert audit("--against", tmp_path / "kept").exit_code == 0
    sealed.tamper("DELETE FROM seal_entries", "DELETE FROM seals")
    sealed.delete(C, 7)
    sealed.delete(C, 6)
    sealed.day_passes()
    assert sealed.seal() > 0
    assert audit().exit_code == 0
    found = audit("--against", tmp_path / "kept")
    assert found.exit_code == 1
    assert "another seal than the one that was kept outside" in found.output


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("hash = set_byte(hash, 9, 255 - get_byte(hash, 9))", "replaced"),
        ("txid = (SELECT max(txid) FROM events)", "moved"),
        ("version = 50", "inserted"),
    ],
)
def test_the_audit_of_one_case_finds_what_the_whole_one_finds(sealed, change, kind):
    sealed.change(C, 3, change)
    alone = audit_stream(sealed.db, "cases", sealed.keys, C).findings.kept.values()
    assert kind in {one.kind for one in alone}
    whole = {(one.kind, one.version) for one in sealed.audit().findings.kept.values() if one.stream == C}
    assert {(one.kind, one.version) for one in alone} <= whole
