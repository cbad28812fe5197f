"""A bad application is refused with what is wrong with it, and leaves no event, no number and no key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
import requests

from shared.cli.throwaway import ThrowAway
from shared.domain.citizen_id import check_character
from shared.simulation.city import City
from tests.e2e.strictness import Applicant, Store, refused, send

Make = Callable[[Applicant], dict[str, Any]]
MIB = 1024 * 1024


def numbered(digits: str) -> str:
    """With its right check digit, so that nothing but the date is wrong."""
    return digits + check_character(digits)


@pytest.fixture(scope="module")
def registered(city: City) -> Applicant:
    return Applicant(city)


@pytest.fixture
def applicant(registered: Applicant) -> Applicant:
    registered.sign_in()
    return registered


@pytest.fixture(scope="module")
def store(platform: ThrowAway) -> Store:
    return Store(platform)


WRONG_FIELDS: dict[str, tuple[Make, str]] = {
    "an unknown field": (lambda a: a.application(colour="red"), "colour"),
    "an unknown field inside": (lambda a: a.with_applicant(shoe_size=43), "applicant.shoe_size"),
    "an unknown field in a row": (
        lambda a: a.application(materials=[{"code": "M1", "weight": 1}]), "materials.0.weight",
    ),
    "a number for a text": (lambda a: a.application(item_code=7), "item_code"),
    "a text for an object": (lambda a: a.application(applicant="张三"), "applicant"),
    "an object for a list": (lambda a: a.application(materials={"M1": 1}), "materials"),
    "null": (lambda a: a.application(applicant=None), "applicant"),
    "a text for a whole number": (
        lambda a: a.application(materials=[{"code": "M1", "quantity": "1"}]), "materials.0.quantity",
    ),
    "a wrong check digit": (lambda a: a.with_applicant(id_no="110105194912310021"), "applicant.id_no"),
    "an impossible day of birth": (
        lambda a: a.with_applicant(id_no=numbered("11010519491331002")), "applicant.id_no",
    ),
    "a birth to come": (lambda a: a.with_applicant(id_no=numbered("11010520991231002")), "applicant.id_no"),
    "a wrong credit code": (
        lambda a: a.with_applicant(
            type="enterprise", id_type="credit_code", id_no="91350100M000100Y44", legal_representative="钱"
        ),
        "applicant.id_no",
    ),
    "somebody else's number": (lambda a: a.with_applicant(id_no="11010519491231002X"), "applicant.id_no"),
    "a form nobody knows": (lambda a: a.application(application_form="by_pigeon"), "application_form"),
    "a form the item lacks": (
        lambda a: a.application(application_form="original_pre_review"), "application_form",
    ),
    "a missing material": (lambda a: a.application(materials=[{"code": "M1"}]), "materials"),
    "a material of no guide": (lambda a: a.application(materials=[{"code": "M77"}]), "materials.0.code"),
    "an unknown situation": (lambda a: a.application(situation="S9"), "situation"),
    "an unknown item": (lambda a: a.application(item_code="nothing"), "item_code"),
    "a stranger's file": (
        lambda a: a.application(materials=[{"code": "M1", "file_id": str(UUID(int=1))}]),
        "materials.0.file_id",
    ),
    "a fraction": (lambda a: a.application(form={"面积": 80.5}), "form.面积"),
    "a text too long": (lambda a: a.with_applicant(name="长" * 201), "applicant.name"),
    "a blank text": (lambda a: a.with_applicant(name="   "), "applicant.name"),
    "a way of delivery nobody offers": (
        lambda a: a.application(delivery={"method": "drone"}), "delivery.method",
    ),
    "a NUL": (lambda a: a.with_applicant(name="张\0三"), "applicant.name"),
    "half a surrogate pair": (lambda a: a.with_applicant(name="张\ud800三"), "applicant.name"),
    "a NUL in a key": (lambda a: a.application(form={"a\0b": "c"}), "form.?"),
    "a NUL deep inside": (lambda a: a.application(form={"a": [{"b": "\0"}]}), "form.a.0.b"),
}  # fmt: skip

MALFORMED: dict[str, tuple[bytes, int]] = {
    "cut short": (b'{"item_code": "x"', 400),
    "no JSON": (b"item_code=x", 400),
    "invalid UTF-8": (b'{"item_code": "\xff\xfe"}', 400),
    "not a number": (b'{"form": {"a": NaN}}', 400),
    "infinity": (b'{"form": {"a": -Infinity}}', 400),
    "a key twice": (b'{"item_code": "x", "item_code": "y"}', 400),
    "nested a thousand deep": (b'{"form": {"a":' + b"[" * 1000 + b"]" * 1000 + b"}}", 400),
    "nested too deep to parse": (b'{"form":' * 90_000 + b"1" + b"}" * 90_000, 400),
    "a list": (b"[]", 400),
    "a huge number": (b'{"form": {"a": ' + b"9" * 5000 + b"}}", 400),
    "a body too large": (b'{"form": {"a": "' + b"x" * (10 * MIB) + b'"}}', 413),
}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("fault", WRONG_FIELDS)
def test_a_wrong_field_is_named(city: City, store: Store, applicant: Applicant, fault: str) -> None:
    make, field = WRONG_FIELDS[fault]
    with store.unchanged():
        refused(send(city, "POST", "/cases", applicant.token, json=make(applicant)), 422, field)


@pytest.mark.parametrize("fault", MALFORMED)
def test_malformed_bodies_are_refused(city: City, store: Store, applicant: Applicant, fault: str) -> None:
    body, status = MALFORMED[fault]
    with store.unchanged():
        refused(send(city, "POST", "/cases", applicant.token, data=body, headers=JSON), status)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/json; charset=gbk"])
def test_other_media_types_are_refused(city: City, store: Store, applicant: Applicant, kind: str) -> None:
    body = json.dumps(applicant.application()).encode()
    with store.unchanged():
        response = send(city, "POST", "/cases", applicant.token, data=body, headers={"Content-Type": kind})
        refused(response, 415)


def test_chunks_without_end_are_cut_off(city: City, store: Store, applicant: Applicant) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 64 * MIB:
            sent += 65536
            yield b" " * 65536

    # The platform may hang up while we are still talking.
    with store.unchanged(), suppress(requests.ConnectionError):
        refused(send(city, "POST", "/cases", applicant.token, data=endless(), headers=JSON), 413)
    assert sent < 32 * MIB


def test_a_command_without_a_key_is_refused(city: City, store: Store, applicant: Applicant) -> None:
    body = applicant.application()
    with store.unchanged():
        document = refused(send(city, "POST", "/cases", applicant.token, key=None, json=body), 400)
    assert document["code"] == "idempotency_key_required"


def test_a_key_is_not_reused_for_another_body(city: City, store: Store, applicant: Applicant) -> None:
    first = applicant.client.post("/cases", applicant.application(), key="once-only")
    other = applicant.application(form={"说明": "另一份"})
    with store.unchanged():
        document = refused(send(city, "POST", "/cases", applicant.token, key="once-only", json=other), 409)
        assert applicant.client.post("/cases", applicant.application(), key="once-only").body == first.body
    assert document["code"] == "idempotency_key_reused"


def test_a_suspended_item_takes_no_application(city: City, store: Store, applicant: Applicant) -> None:
    code = next(i["code"] for i in city.operator.get("/items", q="社会保障卡")["items"])
    city.operator.post(f"/items/{code}/suspend", {"reason": "系统升级"})
    try:
        with store.unchanged():
            body = applicant.application(item_code=code)
            refused(send(city, "POST", "/cases", applicant.token, json=body), 409)
    finally:
        city.operator.post(f"/items/{code}/resume", {})


def test_refused_applications_use_up_no_number(city: City, applicant: Applicant) -> None:
    before = applicant.submit()
    for make, _ in WRONG_FIELDS.values():
        assert send(city, "POST", "/cases", applicant.token, json=make(applicant)).status_code == 422
    after = applicant.submit()
    assert (after[:-4], int(after[-4:])) == (before[:-4], int(before[-4:]) + 1)
