"""One-time codes (RFC 6238): asked for when in force, good once."""

from datetime import UTC, datetime, timedelta

import pytest
from identity_kit import PERSON, People

from shared.problems import Problem
from shared.security import totp


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_agree_with_the_rfc(seconds: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.matching_step(secret, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def code_now(people: People, secret: str) -> str:
    return totp.code_at(secret, int(people.clock.now().timestamp()) // 30)


def failure(people: People, **more: str) -> str:
    with pytest.raises(Problem) as caught:
        people.sign_in("xiaoming", **more)
    return caught.value.code


@pytest.fixture
def secret(registered: People) -> str:
    actor = registered.actor(registered.sign_in("xiaoming"))
    found: str = registered("begin_totp", actor).value["secret"]
    registered("confirm_totp", actor, {"code": code_now(registered, found)})
    registered.clock.advance_to(registered.clock.now() + timedelta(seconds=30))
    return found


def test_the_code_is_needed_and_good_once(registered: People, secret: str) -> None:
    assert failure(registered) == "code_required"
    code = code_now(registered, secret)
    assert registered.sign_in("xiaoming", code=code)["access_token"]
    assert failure(registered, code=code) == "wrong_credentials"


def test_a_secret_that_was_never_confirmed_locks_nobody_out(registered: People) -> None:
    registered("begin_totp", registered.actor(registered.sign_in("xiaoming")))
    assert registered.sign_in("xiaoming")["access_token"]


def test_a_new_password_ends_the_sessions(registered: People) -> None:
    session = registered.sign_in("xiaoming")
    body = {"old_password": PERSON["password"], "new_password": "Another-2026"}
    registered("change_password", registered.actor(session), body)
    with pytest.raises(Problem):
        registered("refresh", body={"refresh_token": session["refresh_token"]})
    assert registered.sign_in("xiaoming", "Another-2026")["access_token"]
