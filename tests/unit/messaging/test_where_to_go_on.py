"""The owner lost every place that a subscriber shares with it: the operator says where it goes on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from shared.messaging.operations import OwnerOperations
from shared.messaging.subscription import Subscriber
from shared.problems import Problem
from shared.readmodel import stopping
from shared.readmodel.applying import SubscriberStopped
from shared.readmodel.model import ReadModel, Source
from shared.security.actor import Actor
from shared.service.spec import ServiceSpec
from shared.testing.invoke import invoke

OPERATOR = Actor("operator-1", frozenset({"operator"}))


class Copied(ReadModel):
    name = "copied"
    service = "notify"
    sources: ClassVar = (Source("cases", "case"),)
    ddl = "CREATE TABLE copy (n integer)"


@pytest.fixture
def restored(owner) -> Any:
    """The owner after a restore that renumbered: of another epoch, without what came after the backup."""
    made = type(owner)()
    made.append(1)
    return made


@pytest.fixture
def stranded(app, log, owner, restored):
    """A subscriber that has applied two events, of which the owner knows no place; it has stopped."""
    owner.append(1, 2)
    Subscriber(app, log, "cases", owner.pull).receive_batch(owner.messages())
    app.remote = SimpleNamespace(
        call=lambda service, operation, params, timeout: SimpleNamespace(
            value=restored.pull(params["category"], params["after"], params["limit"])
        )
    )
    subscriber = Subscriber(app, log, "cases", restored.pull)
    for resumed in (False, True):  # a plain resumption looks for a common place, and there is none
        if resumed:
            subscriber.begin_again()
        with pytest.raises(SubscriberStopped):
            subscriber.pull_until_current()
    stopping.note(app.db, "log", "cases", "no common place")
    return subscriber


@pytest.fixture
def resume(app, log):
    service = OwnerOperations()
    service.app = app
    service.spec = ServiceSpec("notify", "none", subscriptions=(log,), read_models=(Copied(),))

    def do(start: str, subscriber: str = "log") -> Any:
        body, params = {"from": start}, {"subscriber": subscriber}
        return invoke(service, "resume_subscriber", actor=OPERATOR, body=body, params=params).value

    return do


@pytest.mark.parametrize(("start", "then"), [("head", [1, 2, 7]), ("beginning", [1, 2, 1, 7])])
def test_it_goes_on_where_the_operator_says(app, stranded, restored, resume, seen, start, then):
    assert resume(start) == {"resumed": ["cases"]}
    stranded.begin_again()
    restored.append(7)
    stranded.receive_batch(restored.messages())
    assert seen() == then
    restored.append(8)
    stranded.receive_batch(restored.messages()[-1:])
    assert seen() == [*then, 8]
    [row] = app.db.fetch("SELECT resumed_by, resumed_from FROM stopped")
    assert (row["resumed_by"], row["resumed_from"]) == ("operator-1", start)


def test_a_place_that_is_known_is_moved_by_nobody(app, log, owner, resume):
    """Whoever stopped for another reason would miss events, or have them twice."""
    owner.append(1)
    subscriber = Subscriber(app, log, "cases", owner.pull)
    subscriber.pull_until_current()
    app.remote = SimpleNamespace(
        call=lambda service, operation, params, timeout: SimpleNamespace(
            value=owner.pull(params["category"], params["after"], params["limit"])
        )
    )
    with pytest.raises(Problem) as running:
        resume("head")
    assert running.value.code == "not_stopped"
    stopping.note(app.db, "log", "cases", "21 streams failed")
    with pytest.raises(Problem) as known:
        resume("head")
    assert (known.value.status, known.value.code) == (409, "place_is_known")
    assert resume("common") == {"resumed": ["cases"]}


def test_an_owner_that_is_away_can_t_be_asked_and_nothing_moves(app, stranded, restored, resume):
    before = app.db.fetch("SELECT category, cursor FROM checkpoints ORDER BY category")
    restored.away = True
    with pytest.raises(Problem) as away:
        resume("beginning")
    assert away.value.status == 503
    assert app.db.fetch("SELECT category, cursor FROM checkpoints ORDER BY category") == before
    assert stopping.sources_of(app.db, "log") == {"cases"}


def test_a_read_model_is_not_begun_again_over_its_own_rows(resume):
    with pytest.raises(Problem) as refused:
        resume("beginning", "copied")
    assert (refused.value.code, "yiwang rebuild copied" in refused.value.detail) == (
        "read_model_is_rebuilt",
        True,
    )


def test_nobody_is_placed_who_is_not_there(resume):
    with pytest.raises(Problem) as missing:
        resume("head", "nobody")
    assert missing.value.status == 404
