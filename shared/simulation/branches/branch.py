"""The registry of branches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.simulation.handling import Handling

Life = Iterator[timedelta]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Branch:
    """`suits` says which items can go this way; `ends` is the status it must end in."""

    name: str
    live: Callable[[Handling], Life]
    suits: Callable[[dict[str, Any]], bool]
    ends: str


BRANCHES: dict[str, Branch] = {}


def branch(
    suits: Callable[[dict[str, Any]], bool], ends: str
) -> Callable[[Callable[[Handling], Life]], Callable[[Handling], Life]]:
    """Register a generator function as a branch, under its own name."""

    def register(live: Callable[[Handling], Life]) -> Callable[[Handling], Life]:
        BRANCHES[live.__name__] = Branch(live.__name__, live, suits, ends)
        return live

    return register


def offers(form: str, *, case_type: str | None = None) -> Callable[[dict[str, Any]], bool]:
    """Items that may be applied for in this form."""

    def suits(item: dict[str, Any]) -> bool:
        forms = item["application_forms"]
        return form in forms and case_type in (None, item["case_type"])

    return suits


def promised(item: dict[str, Any]) -> bool:
    return bool(item["case_type"] == "promised" and item.get("promised_limit"))


def any_form(item: dict[str, Any]) -> str:
    """A form without originals where there is one: the shortest way."""
    forms: list[str] = item["application_forms"]
    return next((form for form in ("full_online", "original_verification") if form in forms), forms[0])


def begin(case: Handling, **options: Any) -> Life:
    """Submit and get accepted, whatever the form asks for on the way."""
    form = any_form(case.item)
    case.submit(form, situation=situation_of(case.item), **options)
    yield HOUR
    if form == "original_pre_review":
        case.act("clerk", "pre-review", outcome="passed")
        yield DAY
        case.act("clerk", "verify-originals", result="passed", method="hall")
    case.accept()
    yield HOUR


def finish(case: Handling, way: str | None = None) -> Life:
    """From the decision to delivery."""
    way = way or case.item["delivery"][0]
    case.issue(way)
    yield DAY
    if case.form == "original_verification":
        case.act("clerk", "verify-originals", result="passed", method="hall")
    yield from hand_over(case, way)


def hand_over(case: Handling, way: str) -> Life:
    """The result changes hands; originals that had to be seen have been seen."""
    if way == "courier":
        case.act("clerk", "dispatch", waybill_no=f"YT{case.case_no[-10:]}", carrier="宜望速递")
        yield DAY * 2
        case.act("clerk", "deliver", method="courier", waybill_no=f"YT{case.case_no[-10:]}")
    else:
        case.act("clerk", "deliver", method=way, collector={"name": "申请人本人"})
    yield HOUR


def situation_of(item: dict[str, Any]) -> str | None:
    """The last situation of an item that has some: those before it are commitments and the like."""
    situations = item.get("situations") or []
    return str(situations[-1]["code"]) if situations else None
