"""The guide holds all that article 30 of the licensing law wants published."""

from threading import Timer

from catalogue_kit import CITIZEN, OPERATOR, Catalogue, demo_item

from services.catalogue.demo import demo_catalogue
from shared.contracts.catalogue import Guide
from shared.testing.invoke import invoke


def test_a_complete_guide(stocked: Catalogue) -> None:
    guide = stocked("guide", CITIZEN, params={"code": demo_item("food-business-permit")["code"]}).value
    assert guide["basis"][0]["law"] == "中华人民共和国食品安全法"
    assert guide["forms"] == [
        {"form": "original_verification", "visits": 1}, {"form": "full_online", "visits": 0},
    ]  # fmt: skip
    assert guide["visits"] == 0
    assert [(step["order"], step["post"], step["limit"]["value"]) for step in guide["procedure"]][:2] == [
        (1, "综合受理岗", 1), (2, "审查岗", 4),
    ]  # fmt: skip
    assert (guide["limits"]["statutory"]["value"], guide["limits"]["promised"]["value"]) == (10, 7)
    assert guide["result"]["name"] == "食品经营许可证"
    assert guide["delivery"] == ["hall", "courier", "electronic"]
    assert guide["fee"] == {"charged": False, "items": []}


def test_the_contract_names_every_part_of_every_guide(stocked: Catalogue) -> None:
    for item in demo_catalogue()["items"]:
        guide = stocked("guide", CITIZEN, params={"code": item["code"]}).value
        assert set(guide) == set(Guide().fields)


def test_a_read_waits_for_the_write_it_names(catalogue: Catalogue) -> None:
    """The projector runs in another thread, later than the read begins."""
    token = invoke(
        catalogue.service, "define_items", actor=OPERATOR, body={"items": demo_catalogue()["items"]}
    ).token
    late = Timer(0.2, catalogue.project)
    late.start()
    found = invoke(catalogue.service, "search", actor=CITIZEN, after_token=token).value
    late.join()
    assert found["total"] == 12


def test_materials_are_listed_by_situation(stocked: Catalogue) -> None:
    guide = stocked("guide", CITIZEN, params={"code": demo_item("food-business-permit")["code"]}).value
    by_code = {entry["code"]: entry["materials"] for entry in guide["materials_by_situation"]}
    assert set(by_code["S2"]) - set(by_code["S1"]) == {"M5"}


def test_shared_data_is_shown_but_not_demanded(stocked: Catalogue) -> None:
    guide = stocked("guide", CITIZEN, params={"code": demo_item("birth-registration")["code"]}).value
    assert {m["name"] for m in guide["materials"] if not m["demanded"]} == {"结婚证"}
