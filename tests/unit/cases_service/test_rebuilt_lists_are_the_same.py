"""A replay gives the rows that serve: whatever the batches, whatever happened in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cases_world import CITIZEN, CLERK, EXAMINER, World

from services.cases import SERVICE
from shared.readmodel.model import ReadModel
from shared.readmodel.projector import catch_up
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import local_reader


def live_through(world: World) -> None:
    """Cases at several stages, projected in batches of odd sizes while they move."""
    numbers = [world.submit()["case_no"] for _ in range(4)]
    for index, no in enumerate(numbers):
        world.act(CLERK, no, "accept")
        world.app.store.tick()
        for model in SERVICE.read_models:
            catch_up(world.app, model, limit=index + 1)
        world.clock.advance_to(world.clock.now() + timedelta(hours=1))
    world.act(EXAMINER, numbers[0], "claim")
    world.act(CITIZEN, numbers[1], "withdraw")
    world.project()


def rows(world: World, model: ReadModel, schema: str) -> dict[str, list[Any]]:
    names = world.db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = %s", (model.schema,))
    return {
        name["tablename"]: sorted(
            map(repr, world.db.fetch(f'SELECT * FROM "{schema}"."{name["tablename"]}"'))  # noqa: S608
        )
        for name in names
    }


@pytest.mark.parametrize("model", SERVICE.read_models, ids=lambda model: model.name)
def test_one_batch_gives_what_many_gave(world: World, model: ReadModel) -> None:
    live_through(world)
    served = rows(world, model, model.schema)
    assert any(served.values()) or model.name == "deadline"
    with world.db.transaction() as db:
        db.execute("DELETE FROM checkpoints WHERE subscriber = %s", (model.name,))
        for table in served:
            db.execute(f'TRUNCATE "{model.schema}"."{table}"')
    catch_up(world.app, model)
    assert rows(world, model, model.schema) == served


def test_several_processes_fold_the_same_rows(world: World) -> None:
    live_through(world)
    readers = {"cases": local_reader(world.app.store)}
    (work_list, *others) = SERVICE.read_models
    done = rebuild(world.db, work_list, readers, workers=2, per_share=5)
    assert (done.rows, done.changed) == ({"entry": (4, 4)}, ())
    for model in others:
        assert rebuild(world.db, model, readers).changed == ()
