"""A department's page costs what it shows, however many cases there are."""

from __future__ import annotations

import pytest
from cases_world import CLERK, OTHER_CLERK, SUPERVISOR, World

from services.cases.queries.newest import ORDER, Whose, newest, of_department
from shared.security.actor import Actor

OWN, OTHER = CLERK.department_code or "", OTHER_CLERK.department_code or ""


def plan(world: World, whose: Whose, *where: str) -> str:
    """How the server reads a page when it may. In a table of three rows it would rather sort."""
    with world.app.db.transaction() as db:
        db.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        db.execute(f"EXPLAIN SELECT * FROM ({newest(where, whose)}) e {ORDER}", {**whose.args, "limit": 51})  # noqa: S608
        return "\n".join(row[0] for row in db.fetchall())


def test_nothing_is_sorted_for_a_departments_page(world: World) -> None:
    read = plan(world, of_department(OWN))
    assert "entry_own_department" in read
    assert "entry_handled_for_others" in read
    assert "Sort  " not in read
    assert "Merge Append" in read


def transferred(world: World) -> str:
    no = str(world.submit()["case_no"])
    world.act(CLERK, no, "accept")
    world.act(CLERK, no, "transfer", {"to": {"department_code": OTHER}, "reason": "职责调整"})
    world.project()
    return no


@pytest.mark.parametrize(
    ("actor", "asked"),
    [(CLERK, {}), (OTHER_CLERK, {}), (CLERK, {"department": OTHER}), (SUPERVISOR, {"department": OWN}),
     (SUPERVISOR, {"department": OTHER})],
)  # fmt: skip
def test_a_transferred_case_is_on_both_departments_lists_once(
    world: World, actor: Actor, asked: dict[str, str]
) -> None:
    no, stays = transferred(world), str(world.submit()["case_no"])
    world.project()
    found = [each["case_no"] for each in world.call("list", actor, limit=50, **asked).value["items"]]
    sees_both = asked.get("department", actor.department_code) == OWN
    assert sorted(found) == sorted([no, stays] if sees_both else [no])
    counted = world.call("statistics", actor, **asked).value["total"]
    assert counted == len(found)
