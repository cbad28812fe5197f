"""Every item of the demo city, in every form and situation it offers, goes from application to delivery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from case_scenario import CLERK, COMPANY, EXAMINER, PERSON, SECOND, Case, papers

from services.cases import domain as d
from services.cases.domain import item as items
from services.catalogue.commands.definition import normalise
from services.catalogue.demo import demo_catalogue
from services.catalogue.domain.snapshot import snapshot

ITEMS = [snapshot(normalise(definition), 1) for definition in demo_catalogue()["items"]]


def variants() -> Iterator[Any]:
    for item in ITEMS:
        situations = [row["code"] for row in item.get("situations") or []] or [None]
        for form in item["application_forms"]:
            for situation in situations:
                yield pytest.param(item, form, situation, id=f"{item['name']}-{form}-{situation}")


@pytest.mark.parametrize(("item", "form", "situation"), variants())
def test_it_runs_through(item: dict[str, Any], form: str, situation: str | None) -> None:
    person = "natural_person" in item["service_object"]
    case = Case(
        item,
        application_form=form,
        situation=situation,
        applicant=PERSON if person else COMPANY,
        materials=papers(*sorted(items.required_materials(item, situation))),
        project_no="2603-990102-04-01-123456" if item.get("project_no_required") else None,
        delivery={"method": "courier", "address": "x"} if "courier" in item["delivery"] else None,
    ).submitted()
    if form == "original_pre_review":
        case.having(d.PreReview("passed", CLERK), d.VerifyOriginals("passed", "hall", CLERK))
    if not case.can("complete"):
        case.having(d.Accept("SL-1", CLERK))
        while not case.can("decide"):
            step = case.state.current_step
            assert step
            case.having(d.RecordStep(step, "passed", "符合", EXAMINER, co_officer=SECOND))
        outcome = "forwarded" if item.get("forwarded") else "granted"
        case.having(d.Decide(outcome, "JD-1", EXAMINER, forwarded_to={"department": "省厅"}))
    case.having(d.Complete(CLERK, None, "SL-1", "JD-1"), d.AnnounceResult(CLERK))
    if item.get("fee"):
        case.having(d.Pay(item["fee"][0]["amount_fen"], "online", "P-1"))
    if form == "original_verification":
        case.having(d.VerifyOriginals("passed", "hall", CLERK))
    case.having(d.Deliver("hall", CLERK))
    assert case.status == "delivered"


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("个体工商户设立登记", 3),
        ("食品经营许可", 5),
        ("设置大型户外广告", 10),
        ("环境影响报告表", 0),
        ("社会保障卡", 0),
    ],
)
def test_the_extension_is_what_the_law_of_the_item_gives(name: str, most: int) -> None:
    item = next(item for item in ITEMS if name in item["name"])
    assert items.extension_bound(item) == most
