"""Registering a person: one account per citizen, a compared name, no password anywhere but hashed."""

from typing import Any

import jwt
import pytest
from identity_kit import MARKS, PERSON, People

from services.identity import SERVICE
from services.identity.registers import Comparison
from shared.contracts.account_events import PUBLISHED
from shared.problems import Problem
from shared.security.own_number import is_marked


def register(people: People, **changes: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        people("register_person", body=PERSON | changes)
    return caught.value


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("id_no", "110105194912310020", "bad_citizen_id"),
        ("phone", "12345678901", "bad_phone"),
        ("email", "nobody", "bad_email"),
        ("login", "1390000", "bad_login"),
        ("password", "Ab1-", "password_length"),
        ("password", "abcdefgh1", "password_too_simple"),
        ("password", "Xiaoming-2026", "password_holds_login"),
        ("name", "王不符", "name_number_mismatch"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(people: People, field: str, value: str, code: str) -> None:
    problem = register(people, **{field: value})
    assert problem.status == 422
    assert (problem.errors[0].field, problem.errors[0].code) == (field, code)
    assert people.db.fetch("SELECT count(*) AS n FROM events")[0]["n"] == 0


@pytest.mark.parametrize("same", ["id_no", "phone", "login"])
def test_a_second_account_with_the_same_mark_is_refused_without_saying_which(
    registered: People, same: str
) -> None:
    other = {"id_no": "360426199101010071", "phone": "13900000002", "login": "somebody"}
    problem = register(registered, **(other | {same: PERSON[same]}))
    assert (problem.status, problem.code) == (409, "already_registered")
    assert problem.errors == ()


def test_the_same_key_makes_one_account(people: People) -> None:
    first = people("register_person", body=PERSON, key="k1")
    assert people("register_person", body=PERSON, key="k1").value == first.value


class SilentRegister:
    method = "silent"

    def compare(self, name: str, id_no: str) -> Comparison:
        raise Problem(503, "register_unavailable", "no answer")


def test_a_silent_register_leaves_the_declared_level_and_can_be_asked_again(database_dsn: str) -> None:
    people = People(database_dsn, SilentRegister())
    assert people("register_person", body=PERSON).value["real_name_level"] == 2
    actor = people.actor(people.sign_in("xiaoming"))
    people.service.app.register = People(database_dsn).service.app.register
    assert people("verify_me", actor).value["real_name_level"] == 3
    assert people.actor(people.sign_in("xiaoming")).real_name_level == 3


def test_the_password_is_in_no_table_in_clear_and_in_no_event(registered: People) -> None:
    for table in ("events", "commands", "credential", "login"):
        assert PERSON["password"] not in str(registered.db.fetch(f"SELECT t::text FROM {table} t"))  # noqa: S608


def test_published_events_carry_nothing_personal(registered: People) -> None:
    page = registered.service.app.store.read_feed()
    assert SERVICE.publish is not None
    shown = [SERVICE.publish(event) for event in page.events]
    for personal in ("王小明", "110105194912310", "13900000001", "xm@example.com", "xiaoming"):
        assert personal not in str(shown)
    for event, data in zip(page.events, shown, strict=True):
        assert PUBLISHED[event.type]().validate(data or {}) == {}


def test_me_shows_ones_own_data_whole(registered: People) -> None:
    me = registered("me", registered.actor(registered.sign_in("xiaoming"))).value
    assert (me["name"], me["id_no"], me["phone"], me["email"]) == (
        "王小明", "11010519491231002X", "13900000001", "xm@example.com",
    )  # fmt: skip


def test_the_token_marks_the_number_without_saying_it(registered: People) -> None:
    session = registered.sign_in("xiaoming")
    actor = registered.actor(session)
    assert is_marked(actor.number_mark, MARKS, actor.id, PERSON["id_no"].lower())
    assert not is_marked(actor.number_mark, MARKS, "another", PERSON["id_no"])
    assert PERSON["id_no"] not in str(
        jwt.decode(session["access_token"], options={"verify_signature": False})
    )
