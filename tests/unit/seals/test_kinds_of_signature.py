"""Seals are signed by a kind that stands in a registry: Ed25519, SM2, or one that an operator adds."""

from __future__ import annotations

import hmac
import json
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sealed_store import A, Sealed

from shared.eventstore.sealing import ALGORITHMS
from shared.runtime.folder import new_key_pair
from shared.seals import signing, sm2
from shared.seals.audit import audit_store
from shared.seals.signing import KINDS, Kind, load_public_keys, load_signer
from shared.seals.sm2 import SM2Key, SM2Signer

# GM/T 0003.5-2012, appendix A: key, message, identity and signature of the standard's own example.
_X = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
_Y = "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
_R = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
_S = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"


@pytest.fixture(scope="module")
def sm2_pem() -> str:
    made = subprocess.run(["openssl", "genpkey", "-algorithm", "SM2"], capture_output=True, check=True)
    return made.stdout.decode()


def standards_key() -> SM2Key:
    body = b64encode(sm2._BEFORE_POINT + bytes.fromhex(_X + _Y)).decode()
    return SM2Key(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")


def test_the_standards_own_signature_is_verified() -> None:
    signature = bytes.fromhex(f"3046022100{_R}022100{_S}")
    assert standards_key().verifies(signature, b"message digest")
    assert not standards_key().verifies(signature, b"message digesT")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_known_by_its_key_and_goes_through_both_forms(kind: str, sm2_pem: str) -> None:
    signer = load_signer({"Ed25519": new_key_pair()[0], "SM2": sm2_pem}[kind])
    assert signer.signature == kind
    [(id, key)] = load_public_keys(signer.public_pem).items()
    assert (id, key.signature) == (signer.key, kind)
    [again] = load_public_keys(json.dumps({"keys": [key.as_jwk()]})).values()
    assert (again.key, again.as_jwk()) == (key.key, key.as_jwk())
    signature = signer.sign(b"what was said")
    assert again.verifies(signature, b"what was said")
    assert not again.verifies(signature, b"what was not")
    assert not again.verifies(signature[:-1], b"what was said")


def test_a_store_changes_over_to_sm2_and_both_seals_are_checked(sealed: Sealed, sm2_pem: str) -> None:
    former, signer = sealed.keys, SM2Signer(sm2_pem)
    sealed.sealing = replace(sealed.sealing, signer=signer, algorithm=ALGORITHMS["sm3"])
    sealed.append(A, 40)
    sealed.app.store.tick()
    sealed.day_passes()
    assert sealed.seal() == 1
    keys = {**former, **load_public_keys(signer.public_pem)}
    audited = audit_store(sealed.db, "cases", keys)
    assert audited.clean, audited.findings.kept
    assert audited.seals == 3
    unknown = audit_store(sealed.db, "cases", former).findings.kept.values()
    assert {one.kind for one in unknown} == {"seal"}
    sealed.tamper("UPDATE seals SET count = count - 1 WHERE number = 3")
    assert "seal" in {one.kind for one in audit_store(sealed.db, "cases", keys).findings.kept.values()}


def test_a_key_of_no_kind_is_refused_with_why() -> None:
    other = subprocess.run(["openssl", "genpkey", "-algorithm", "X25519"], capture_output=True, check=True)
    with pytest.raises(ValueError, match="none of the kinds Ed25519, SM2"):
        load_signer(other.stdout.decode())
    with pytest.raises(ValueError, match="none of the kinds"):
        load_public_keys(json.dumps({"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}))


def test_without_openssl_the_setting_is_refused_in_words(
    sm2_pem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sm2, "_ENVIRONMENT", {"PATH": "/nowhere"})
    with pytest.raises(ValueError, match="SM2 needs the program openssl"):
        SM2Signer(sm2_pem)


class ByHand:
    """A kind of one's own, as somebody with a hardware module would write one."""

    signature = "Hand"
    key = "hand-1"
    public_pem = ""

    def __init__(self, pem: str) -> None:
        if "HAND" not in pem:
            raise ValueError("not by hand")

    @classmethod
    def of_jwk(cls, key: Mapping[str, Any]) -> ByHand:
        return cls(str(key.get("kty")))

    def sign(self, data: bytes) -> bytes:
        return hmac.digest(b"hand", data, "sha256")

    def verifies(self, signature: bytes, data: bytes) -> bool:
        return hmac.compare_digest(self.sign(data), signature)

    def as_jwk(self) -> dict[str, str]:
        return {"kty": "HAND", "kid": self.key}


def test_another_kind_is_a_line_in_the_registry(sealed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(signing.KINDS, "Hand", Kind(ByHand, ByHand, ByHand.of_jwk))
    keys = {**sealed.keys, **load_public_keys(json.dumps({"keys": [ByHand("HAND").as_jwk()]}))}
    sealed.sealing = replace(sealed.sealing, signer=load_signer("HAND"))
    sealed.append(A, 40)
    sealed.app.store.tick()
    sealed.day_passes()
    assert sealed.seal() == 1
    assert audit_store(sealed.db, "cases", keys).clean
