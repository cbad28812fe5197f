"""Signing in: by any mark of the person, with failures that say nothing and a lock after five."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from identity_kit import PERSON, People

from shared.problems import Problem


@pytest.mark.parametrize(
    "login", ["xiaoming", "XiaoMing ", "13900000001", "11010519491231002X", "11010519491231002x"]
)
def test_login_name_phone_and_identity_number_lead_to_the_same_account(
    registered: People, login: str
) -> None:
    actor = registered.actor(registered.sign_in(login))
    assert (actor.name, actor.roles, actor.real_name_level) == ("王小明", frozenset({"citizen"}), 3)


def failure(people: People, login: str, password: str) -> tuple[int, str, str]:
    with pytest.raises(Problem) as caught:
        people.sign_in(login, password)
    return caught.value.status, caught.value.code, caught.value.detail


def test_a_wrong_password_and_an_unknown_login_look_the_same_also_when_locked(registered: People) -> None:
    known = [failure(registered, "xiaoming", "Wrong-2026") for _ in range(7)]
    unknown = [failure(registered, "nobody", "Wrong-2026") for _ in range(7)]
    assert known == unknown
    assert [status for status, *_ in known] == [401] * 5 + [429] * 2


def test_the_lock_holds_for_ten_minutes_for_every_mark_of_the_account(registered: People) -> None:
    for login in ("xiaoming", "13900000001", "xiaoming", "13900000001", "xiaoming"):
        failure(registered, login, "Wrong-2026")
    assert failure(registered, "13900000001", PERSON["password"])[0] == 429
    registered.clock.advance_to(registered.clock.now() + timedelta(minutes=10))
    assert registered.sign_in("xiaoming")["token_type"] == "Bearer"


def test_four_failures_are_forgotten_after_a_success(registered: People) -> None:
    for _ in range(4):
        failure(registered, "xiaoming", "Wrong-2026")
    registered.sign_in("xiaoming")
    assert failure(registered, "xiaoming", "Wrong-2026")[0] == 401


def test_guesses_sent_at_once_are_counted_one_by_one(registered: People) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: failure(registered, "xiaoming", "Wrong-2026")[0], range(12)))
    assert sorted(answers) == [401] * 5 + [429] * 7


def test_every_attempt_leaves_a_record(registered: People) -> None:
    failure(registered, "xiaoming", "Wrong-2026")
    failure(registered, "nobody", "Wrong-2026")
    registered.sign_in("xiaoming")
    rows = registered.db.fetch("SELECT account IS NULL AS nobody, outcome FROM sign_in_log ORDER BY ctid")
    assert [(row["nobody"], row["outcome"]) for row in rows] == [
        (False, "wrong_password"), (True, "wrong_password"), (False, "signed_in"),
    ]  # fmt: skip
