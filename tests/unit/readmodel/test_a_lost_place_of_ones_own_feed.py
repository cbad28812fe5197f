"""A read model whose place its own store does not know: resumed from now, and built anew, it is whole."""

from __future__ import annotations

from uuid import uuid4

import pytest

from shared.messaging.operations import OwnerOperations
from shared.readmodel import stopping
from shared.readmodel.applying import SubscriberStopped
from shared.readmodel.failures import ReplayFailed
from shared.readmodel.projector import catch_up
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import local_reader
from shared.readmodel.verify import verify
from shared.security.actor import Actor
from shared.testing.invoke import invoke


def test_it_is_whole_again(app, spec, totals, append, rows):
    first = append(1, 2)
    catch_up(app, totals)
    with app.db.transaction() as db:
        db.execute(
            "UPDATE checkpoints SET cursor = 'deadbeef-1-0', last_event = %s WHERE subscriber = 'totals'",
            (str(uuid4()),),
        )
    second = append(3)
    with pytest.raises(SubscriberStopped) as stopped:
        catch_up(app, totals)
    stopping.note(app.db, "totals", "cases", str(stopped.value))
    readers = {"cases": local_reader(app.store)}
    with pytest.raises(ReplayFailed):
        rebuild(app.db, totals, readers)

    service = OwnerOperations()
    service.app, service.spec = app, spec
    invoke(
        service, "resume_subscriber", actor=Actor("o", frozenset({"operator"})),
        params={"subscriber": "totals"}, body={"from": "head"},
    )  # fmt: skip
    catch_up(app, totals)
    rebuild(app.db, totals, readers)
    assert rows() == {first: (2, 2), second: (1, 3)}
    third = append(4)
    catch_up(app, totals)
    assert rows()[third] == (1, 4)
    assert verify(app.db, totals, readers).equal
