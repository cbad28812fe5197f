"""An erased account: nobody signs in, nobody is named, the record that there was one stays."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from identity_kit import PERSON, People

from services.identity.erasure import erase
from shared.eventstore.sealing import verify_chain
from shared.eventstore.store import EventStore
from shared.problems import Problem
from shared.security.actor import service_actor


def test_nobody_signs_in_and_nothing_names_the_person(registered: People) -> None:
    session = registered.sign_in("xiaoming")
    actor = registered.actor(session)
    with registered.db.transaction() as db:
        erase(db, actor.id, registered.clock.now())
        erase(db, actor.id, registered.clock.now())
    for login in ("xiaoming", PERSON["phone"], PERSON["id_no"]):
        with pytest.raises(Problem) as refused:
            registered.sign_in(login)
        assert refused.value.status == 401
    with pytest.raises(Problem):
        registered("refresh", body={"refresh_token": session["refresh_token"]})
    account = registered("account", service_actor("cases"), params={"id": actor.id}).value
    assert account["name"] == "已删除"
    # The token of a session that was open carries a name until it runs out, a quarter of an hour at most.
    mine = registered("me", replace(actor, name="")).value
    shown = json.dumps([account, mine], ensure_ascii=False)
    assert [text for text in (*PERSON.values(), "11010519491231002X") if text in shown] == []


def test_the_number_may_be_registered_again_by_a_new_account(registered: People) -> None:
    actor = registered.actor(registered.sign_in("xiaoming"))
    with registered.db.transaction() as db:
        erase(db, actor.id, registered.clock.now())
    again = registered("register_person", body=PERSON, key="again").value["account_id"]
    assert again != actor.id
    assert registered.actor(registered.sign_in("xiaoming")).name == "王小明"


def test_its_events_are_as_they_were_stored(registered: People) -> None:
    store: EventStore = registered.service.app.store
    actor = registered.actor(registered.sign_in("xiaoming"))
    with registered.db.transaction() as db:
        erase(db, actor.id, registered.clock.now())
    streams = {event.stream for event in store.read_feed(category="account").events}
    assert [verify_chain(store.read_stream(stream)) for stream in streams] == [None]
    assert actor.id in str(store.read_feed(category="account").events[0].data)
