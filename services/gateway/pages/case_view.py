"""One case on a page: what it is, why it is due when, what happened, and what may be done now."""

from __future__ import annotations

from typing import Any

from werkzeug import Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from services.gateway.pages import action_form, uploads
from services.gateway.pages.account import sign_in_first
from services.gateway.pages.action_fill import Choices, Desk, Form, forms
from services.gateway.pages.page import Page
from shared.contracts.cases import ACTIONS
from shared.contracts.moments import parse_time
from shared.problems import FieldError, Problem, invalid

_ENDINGS = {"not_accepted", "returned", "withdrawn", "lapsed", "voided", "pre_review_failed"}
_ROAD = ("submitted", "accepted", "in_process", "decided", "completed", "delivered")
_REACHED = {
    "submitted": 0, "pre_review_passed": 0, "supplement_required": 0, "supplemented": 0, "accepted": 1,
    "in_process": 2, "suspended": 2, "decided": 3, "completed": 4, "delivered": 5,
}  # fmt: skip
_NOTICES = ("case.supplement_requested", "case.pre_reviewed")
_WANT_COLLEAGUES = {"transfer", "record-step", "correct"}
_LAST = ("void", "correct", "revoke-acceptance", "revoke-result", "withdraw", "not-accept")
"""What ends or undoes a case comes after what brings it on."""


def show(page: Page, no: str, template: str, refused: Problem | None = None, tried: str = "") -> Response:
    """Three questions to the cases service, one page, at a past moment if `as_of` names one. 404 for a case
    the actor may not see.

    `refused` and `tried`: an action that was not done, shown again as it was filled in.
    """
    if not page.session.signed_in:
        return sign_in_first(page)
    which = {"no": no, "as_of": _moment(page.request.args.get("as_of", ""))}
    case = page.ask("cases", "case", params=which).value
    timeline = page.ask("cases", "timeline", params=which).value["items"]
    clock = page.ask("cases", "clock", params=which).value
    return page.render(
        template,
        refused.status if refused else 200,
        case=case,
        timeline=timeline,
        clock=clock,
        forms=_forms(page, case, timeline),
        asked_for=asked_for(page, case) if "supplement" in case["allowed_actions"] else [],
        notice=_latest_reason(timeline) if case.get("supplement_due_at") else "",
        road=road(case["status"], timeline),
        trouble=page.trouble(refused, _targets(tried), _material_labels(case)),
        tried=tried,
        posted=page.request.form,
        limit_mib=page.file_limit // 2**20,
    )


def _moment(typed: str) -> str:
    """What the reader typed as a legal time, with its offset; nothing means now. Raises the 422 problem."""
    try:
        return parse_time(typed).isoformat() if typed.strip() else ""
    except ValueError:
        raise invalid([FieldError("as_of", "wrong_type", "not a time")]) from None


def _forms(page: Page, case: dict[str, Any], timeline: list[dict[str, Any]]) -> list[Form]:
    free = not case["item"].get("fee")
    allowed = [name for name in case["allowed_actions"] if name in ACTIONS and not (free and name == "pay")]
    allowed.sort(key=lambda name: (name != "claim", name in _LAST))
    desk = Desk(case, page.word, page.actor.id, *_choosable(page, set(allowed)), tuple(timeline))
    return [form for name in allowed for form in forms(name, desk)]


def _choosable(page: Page, allowed: set[str]) -> tuple[tuple[dict[str, Any], ...], Choices]:
    """Colleagues, and other departments by code and name; nothing where no form needs them."""
    colleagues, departments = [], []
    if allowed & _WANT_COLLEAGUES and page.actor.department_code:
        colleagues = page.ask_or({"items": []}, "identity", "colleagues")["items"]
    if "transfer" in allowed:
        departments = page.ask_or({"items": []}, "identity", "organisations", params={"limit": 200})["items"]
    others = ((one["code"], one["name"]) for one in departments if one["code"] != page.actor.department_code)
    return tuple(colleagues), tuple(others)


def act(page: Page, no: str, action: str, template: str, back: str) -> Response:
    """Do what a form on the case page asks; a refusal is shown on the page it came from."""
    if action not in ACTIONS:
        raise NotFound
    if page.request.method != "POST":
        raise MethodNotAllowed
    form = page.form()
    tried = f"{action}{page.request.form.get('_variant', '')}"
    try:
        body = (
            _supplement(page, no, form)
            if action == "supplement"
            else action_form.body(action, page.request.form)
        )
        page.ask("cases", "act", params={"no": no, "action": action}, body=body, key=page.posted_key)
    except Problem as problem:
        if problem.status >= 500 or problem.status in (401, 404):
            raise
        return show(page, no, template, problem, tried)
    return page.go(f"{back}?done={action}")


def _supplement(page: Page, no: str, form: dict[str, str]) -> dict[str, Any]:
    """Only what was asked for can be handed in."""
    case = page.ask("cases", "case", params={"no": no}).value
    codes = [material["code"] for material in asked_for(page, case)]
    wrong = uploads.collect(page, codes, form)
    rows = uploads.rows(codes, form)
    if codes and not rows and not wrong:
        wrong = [FieldError(f"file-{codes[0]}", "material_missing", "hand in this material")]
    if wrong:
        raise invalid(wrong)
    return {"materials": rows}


def asked_for(page: Page, case: dict[str, Any]) -> list[dict[str, Any]]:
    """{code, name, reason?} of what is to be handed in now: what an open notice names, else what was
    deferred at acceptance (容缺) or is required and has not come."""
    events = page.ask_or({"items": []}, "cases", "events", params={"no": case["case_no"]})["items"]
    listed = {material["code"]: material["name"] for material in case["item"].get("materials") or ()}
    notices = [event["data"].get("materials") for event in events if event["type"] in _NOTICES]
    if case.get("supplement_due_at") or case["status"] == "supplement_required":
        named = next((notice for notice in reversed(notices) if notice), None)
        if named:
            return [{**one, "name": one.get("name") or one["code"]} for one in named]
    here = {row["code"] for row in case.get("materials") or () if row.get("received", True)}
    deferred = [row["code"] for event in events for row in event["data"].get("deferred_materials") or ()]
    codes = [*(case.get("missing_materials") or ()), *(code for code in deferred if code not in here)]
    return [{"code": code, "name": listed.get(code, code)} for code in dict.fromkeys(codes)]


def _latest_reason(timeline: list[dict[str, Any]]) -> str:
    """In the words of the last notice, why something is still missing."""
    told = [entry.get("texts") or () for entry in timeline if entry["type"] in _NOTICES]
    return next((line["text"] for line in (told[-1] if told else ()) if line["key"] == "reason"), "")


def _targets(tried: str) -> dict[str, str]:
    """Input ids of the form that was tried, by field path of its body."""
    action = tried.rstrip("-0123456789")
    if action not in ACTIONS or action == "supplement":
        return {"materials": "file"}
    targets = {each.name: f"{tried}-{each.long_label}" for each in action_form.inputs(action)}
    return targets | {
        "co_officer": f"{tried}-co_officer_id", "to": f"{tried}-to_id", "changes": f"{tried}-change_field",
        "released_by": f"{tried}-released_by_id", "certificate": f"{tried}-certificate_name",
    }  # fmt: skip


def _material_labels(case: dict[str, Any]) -> dict[str, str]:
    return {f"file-{one['code']}": one["name"] for one in case["item"].get("materials") or ()}


def road(status: str, timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The main stages with what is done and where the case stands; a case that ended early says how."""
    if status in _ENDINGS:
        accepted = any(entry["type"] == "case.accepted" for entry in timeline)
        passed = ["submitted", "accepted"] if accepted else ["submitted"]
        return [*({"name": name, "state": "done"} for name in passed), {"name": status, "state": "end"}]
    reached = _REACHED.get(status, 0)
    stages = [
        {"name": name, "state": "done" if at < reached else "now" if at == reached else ""}
        for at, name in enumerate(_ROAD)
    ]
    if status == "delivered":
        stages[-1]["state"] = "done"
    return stages
