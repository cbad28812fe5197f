"""Refresh tokens are good once; one that comes again ends the whole family."""

from datetime import timedelta

import pytest
from identity_kit import People

from shared.problems import Problem


def refused(people: People, token: str) -> bool:
    with pytest.raises(Problem) as caught:
        people("refresh", body={"refresh_token": token})
    return caught.value.status == 401


def test_a_refresh_gives_a_new_pair(registered: People) -> None:
    first = registered.sign_in("xiaoming")
    second = registered("refresh", body={"refresh_token": first["refresh_token"]}).value
    assert second["refresh_token"] != first["refresh_token"]
    assert registered.actor(second).id == registered.actor(first).id


def test_an_old_refresh_token_ends_the_family_but_no_other_session(registered: People) -> None:
    stolen, other = registered.sign_in("xiaoming"), registered.sign_in("xiaoming")
    newest = registered("refresh", body={"refresh_token": stolen["refresh_token"]}).value
    assert refused(registered, stolen["refresh_token"])
    assert refused(registered, newest["refresh_token"])
    assert registered("refresh", body={"refresh_token": other["refresh_token"]}).value["access_token"]


def test_signing_out_ends_one_session_or_all(registered: People) -> None:
    one, two = registered.sign_in("xiaoming"), registered.sign_in("xiaoming")
    actor = registered.actor(one)
    registered("sign_out", actor, {"refresh_token": one["refresh_token"]})
    assert refused(registered, one["refresh_token"])
    two = registered("refresh", body={"refresh_token": two["refresh_token"]}).value
    registered("sign_out", actor)
    assert refused(registered, two["refresh_token"])


def test_a_session_does_not_outlive_its_twelve_hours(registered: People) -> None:
    session = registered.sign_in("xiaoming")
    registered.clock.advance_to(registered.clock.now() + timedelta(hours=11))
    session = registered("refresh", body={"refresh_token": session["refresh_token"]}).value
    registered.clock.advance_to(registered.clock.now() + timedelta(hours=1))
    assert refused(registered, session["refresh_token"])


def test_tokens_are_stored_as_digests_only(registered: People) -> None:
    token = registered.sign_in("xiaoming")["refresh_token"]
    row = registered.db.fetch("SELECT * FROM refresh_token")[0]
    assert token.encode() not in bytes(row["digest"])


def test_an_access_token_runs_out_after_fifteen_minutes(registered: People) -> None:
    session = registered.sign_in("xiaoming")
    registered.clock.advance_to(registered.clock.now() + timedelta(minutes=15))
    with pytest.raises(Problem):
        registered.actor(session)
