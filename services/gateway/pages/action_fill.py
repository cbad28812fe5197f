"""What a case suggests for the inputs of its forms: choices instead of codes, values instead of blanks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.gateway.pages.action_form import Input, inputs

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Form:
    """One form on the case page. `variant` tells two forms of one action apart; `title` is already words."""

    action: str
    inputs: tuple[Input, ...]
    variant: str = ""
    title: str = ""

    @property
    def id(self) -> str:
        return f"{self.action}{self.variant}"


@dataclass(frozen=True)
class Desk:
    """What the page knows when it draws forms: the case, and who and what may be chosen."""

    case: Mapping[str, Any]
    word: Callable[[str, str, str], str]
    me: str = ""
    colleagues: tuple[Mapping[str, Any], ...] = ()
    departments: Choices = ()
    timeline: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def item(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.case.get("item") or {}
        return found


def forms(action: str, desk: Desk) -> list[Form]:
    if action == "start-special-procedure":
        return [_special(each, index, desk) for index, each in enumerate(_procedures(desk), start=1)]
    filled = tuple(_filled(each, action, desk) for each in inputs(action))
    return [Form(action, tuple(each for each in filled if each.kind != "none"))]


def _procedures(desk: Desk) -> list[Mapping[str, Any]]:
    """The item's own list; an item without one leaves everything to be filled in."""
    return list(desk.item.get("special_procedures") or ()) or [{}]


def _special(each: Mapping[str, Any], index: int, desk: Desk) -> Form:
    limit, extension = each.get("limit") or {}, desk.item.get("extension") or {}
    known = {"name": each.get("name", ""), "type": each.get("type", "")}
    known["limit_days"] = str(limit.get("value") or "")
    if each.get("type") == "A":
        known["approver"] = extension.get("approver") or ""
        known["limit_days"] = str(extension.get("value") or known["limit_days"])
    fixed = {"name", "type"} if each else set()
    filled = tuple(
        replace(
            _filled(one, "start-special-procedure", desk),
            value=known.get(one.name, ""),
            kind="hidden" if one.name in fixed else one.kind,
        )
        for one in inputs("start-special-procedure")
    )
    return Form("start-special-procedure", filled, f"-{index}", str(each.get("name") or ""))


def _filled(each: Input, action: str, desk: Desk) -> Input:
    fill = _FILLS.get((action, each.name)) or _FILLS.get(("*", each.name))
    return fill(each, desk) if fill else each


def _people(desk: Desk, roles: Iterable[str] = ()) -> Choices:
    """Colleagues but oneself; a program is nobody to hand a case to."""
    wanted = set(roles)
    return tuple(
        (person["id"], person["name"])
        for person in desk.colleagues
        if person["id"] != desk.me
        and "department_system" not in person["roles"]
        and (not wanted or wanted & set(person["roles"]))
    )


def _steps(desk: Desk) -> list[Mapping[str, Any]]:
    return [step for step in desk.item.get("steps") or () if step["kind"] in ("examine", "approve")]


def _step(each: Input, desk: Desk) -> Input:
    names = [step["name"] for step in desk.item.get("steps") or ()]
    now = desk.case.get("current_step") or ""
    choices = tuple((name, name) for name in ([now] if now in names else names))
    return replace(each, kind="choice" if choices else "text", choices=choices, value=now)


def _next_step(each: Input, desk: Desk) -> Input:
    choices = tuple((step["name"], step["name"]) for step in _steps(desk))
    if not choices:
        return replace(each, kind="none")
    return replace(each, kind="choice", choices=choices, hint="hint.next_step")


def _co_officer(each: Input, desk: Desk) -> Input:
    """Asked where the step at hand needs two; the law's article 34 names investigations on the spot."""
    now = desk.case.get("current_step")
    staff = [step.get("min_staff") or 1 for step in _steps(desk) if now in (None, "", step["name"])]
    two = max(staff, default=1) > 1
    people = _people(desk, ("examiner", "approver", "department_head"))
    return replace(each, kind="choice", choices=people, must=two, hint="hint.co_officer" if two else "")


def _colleague(each: Input, desk: Desk) -> Input:
    return replace(each, kind="choice", choices=_people(desk), hint="hint.to_id")


def _releaser(each: Input, desk: Desk) -> Input:
    people = _people(desk, ("approver", "department_head"))
    return replace(each, kind="choice", choices=people, must=False, hint="hint.released_by")


def _department(each: Input, desk: Desk) -> Input:
    if not desk.departments:
        return replace(each, kind="none")
    return replace(each, kind="choice", choices=desk.departments, hint="hint.to_department_code")


def _materials(each: Input, desk: Desk) -> Input:
    choices = tuple((one["code"], one["name"]) for one in desk.item.get("materials") or ())
    return replace(each, choices=choices)


def _deferrable(each: Input, desk: Desk) -> Input:
    here = {row.get("code") for row in desk.case.get("materials") or () if row.get("received", True)}
    choices = tuple(
        (one["code"], one["name"])
        for one in desk.item.get("materials") or ()
        if one["necessity"] == "deferrable" and one["code"] not in here
    )
    return replace(each, choices=choices) if choices else replace(each, kind="none")


def _outcome(each: Input, desk: Desk) -> Input:
    forwards = desk.item.get("case_type") == "forwarded" or desk.item.get("forwarded")
    return replace(each, options=tuple(one for one in each.options if forwards or one != "forwarded"))


def _only_forwarded(each: Input, desk: Desk) -> Input:
    forwards = desk.item.get("case_type") == "forwarded" or desk.item.get("forwarded")
    return each if forwards else replace(each, kind="none")


def _result(part: str) -> Callable[[Input, Desk], Input]:
    return lambda each, desk: replace(each, value=str((desk.item.get("result") or {}).get(part) or ""))


def _fee(each: Input, desk: Desk) -> Input:
    fen = sum(int(fee.get("amount_fen") or 0) for fee in desk.item.get("fee") or ())
    return replace(each, value=f"{fen // 100}.{fen % 100:02d}" if fen else "")


def _delivery(each: Input, desk: Desk) -> Input:
    method = (desk.case.get("delivery") or {}).get("method") or ""
    return replace(each, value=(method,) if each.kind == "checks" else method)


def _collector(each: Input, desk: Desk) -> Input:
    return replace(each, value=str((desk.case.get("applicant") or {}).get("name") or ""))


def _sequence(each: Input, desk: Desk) -> Input:
    running = [one for one in desk.case.get("special_procedures") or () if one.get("open")]
    choices = tuple((str(one["sequence"]), one["name"]) for one in running)
    if not choices:
        return replace(each, kind="none")
    return replace(each, kind="pick", choices=choices, value=choices[0][0])


def _entries(each: Input, desk: Desk) -> Input:
    choices = tuple((entry["id"], f"{entry['title']} {entry['at'][:10]}") for entry in desk.timeline)
    return replace(each, kind="choice", choices=choices) if choices else each


def _changeable(each: Input, desk: Desk) -> Input:
    keys = dict.fromkeys(line["key"] for entry in desk.timeline for line in entry.get("texts") or ())
    return replace(each, choices=tuple((key, desk.word("field", key, key)) for key in keys if key != "flags"))


def _hinted(hint: str) -> Callable[[Input, Desk], Input]:
    return lambda each, desk: replace(each, hint=hint)


_FILLS: dict[tuple[str, str], Callable[[Input, Desk], Input]] = {
    ("record-step", "step"): _step,
    ("record-step", "next_step"): _next_step,
    ("record-step", "co_officer.id"): _co_officer,
    ("transfer", "to.id"): _colleague,
    ("transfer", "to.department_code"): _department,
    ("correct", "released_by.id"): _releaser,
    ("correct", "corrects"): _entries,
    ("correct", "change_field"): _changeable,
    ("accept", "deferred_materials"): _deferrable,
    ("decide", "outcome"): _outcome,
    ("decide", "forwarded_to.department"): _only_forwarded,
    ("decide", "forwarded_to.case_no"): _only_forwarded,
    ("decide", "reason"): _hinted("hint.decide_reason"),
    ("decide", "remedy"): _hinted("hint.decide_remedy"),
    ("complete", "certificate.name"): _result("name"),
    ("complete", "certificate.validity"): _result("validity"),
    ("pay", "amount_fen"): _fee,
    ("announce-result", "ways"): _delivery,
    ("deliver", "method"): _delivery,
    ("deliver", "collector.name"): _collector,
    ("end-special-procedure", "sequence"): _sequence,
    ("end-special-procedure", "result"): lambda each, desk: replace(each, kind="textarea"),
    ("rate", "score"): lambda each, desk: replace(
        each, kind="radios", options=("5", "4", "3", "2", "1"), group="score"
    ),
    ("request-supplement", "due_at"): _hinted("hint.supplement_due_at"),
    ("pre-review", "materials"): lambda each, desk: replace(_materials(each, desk), hint="hint.pre_review"),
    ("*", "materials"): _materials,
    ("*", "document_no"): _hinted("hint.numbered"),
    ("*", "notice_no"): _hinted("hint.numbered"),
    ("*", "decision_no"): _hinted("hint.numbered"),
}
