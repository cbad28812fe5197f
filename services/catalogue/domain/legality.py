"""What the law demands of an item before it may be published (rules.md 2.3). Pure: findings out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.catalogue.domain.span import longer

PERMIT = "01"
CLOCK_STOPPERS = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审")
"""The eight kinds of article 45 of the licensing law; nothing else stops a permit's statutory clock."""

_CATCH_ALL = re.compile(
    r"(其他|其它|相关|有关|所需|必要)(的|需要|应当|必须|必要|相关|有关|所需|提供|提交|补充|证明|申请)*(材料|资料|文件|证件)"
    r"(等|。|）|\))*\Z|法律.{0,8}(规定|要求)的其[他它]|等(材料|资料|文件)\Z"
)
_EXPLICIT_CATCH_ALL = re.compile(r"其[他它].{0,12}(材料|资料|文件|证明|证件)")


@dataclass(frozen=True, slots=True)
class Finding:
    """`error` keeps the item from being published; `warning` is shown to whoever answers for it."""

    severity: Literal["error", "warning"]
    field: str
    code: str
    reason: str
    basis: str | None = None

    def as_dict(self) -> dict[str, Any]:
        shown = {"field": self.field, "code": self.code, "reason": self.reason}
        return shown | ({"basis": self.basis} if self.basis else {})


def findings(item: Mapping[str, Any]) -> list[Finding]:
    """Everything found wrong with a complete definition, with field paths such as `materials.0.name`."""
    checks = (
        _limits,
        _situation_limits,
        _legal_basis,
        _materials,
        _steps,
        _procedures,
        _incomplete,
        _fees,
        _forms,
    )
    return [found for check in checks for found in check(item)]


def errors(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity == "error"]


def warnings(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity == "warning"]


def _limits(item: Mapping[str, Any]) -> Iterator[Finding]:
    promised = item.get("promised_limit")
    if promised:
        yield from _promise(item, promised, "promised_limit")
    elif item["case_type"] == "promised":
        yield Finding(
            "error",
            "promised_limit",
            "promised_limit_missing",
            "a promised case needs a promised limit",
            "行政许可法 第三十条",
        )
    for name in ("statutory_limit", "promised_limit"):
        applies_to = (item.get(name) or {}).get("applies_to")
        if applies_to and applies_to not in _situation_codes(item):
            yield Finding(
                "error", f"{name}.applies_to", "unknown_situation", f"there is no situation {applies_to}"
            )


def _situation_limits(item: Mapping[str, Any]) -> Iterator[Finding]:
    codes = [situation["code"] for situation in item.get("situations", ())]
    for index, situation in enumerate(item.get("situations", ())):
        path = f"situations.{index}"
        if codes.count(situation["code"]) > 1:
            yield Finding("error", f"{path}.code", "duplicate_code", f"{situation['code']} stands here twice")
        if situation.get("promised_limit"):
            yield from _promise(item, situation["promised_limit"], f"{path}.promised_limit")


def _promise(item: Mapping[str, Any], promised: Mapping[str, Any], path: str) -> Iterator[Finding]:
    statutory = item.get("statutory_limit")
    if not statutory:
        return
    compared = longer(promised, statutory)
    basis = "优化营商环境条例 第三十六条"
    if compared == "longer":
        reason = "the promised limit is longer than the statutory limit; it may only be shorter"
        yield Finding("error", path, "promise_exceeds_statute", reason, basis)
    if compared == "perhaps":
        reason = "the units differ: around long holidays this promise can outlast the statutory limit"
        yield Finding("warning", path, "promise_may_exceed_statute", reason, basis)


def _legal_basis(item: Mapping[str, Any]) -> Iterator[Finding]:
    statutory = item.get("statutory_limit") or {}
    if not (item.get("set_by") or statutory.get("basis") or item.get("materials_basis")):
        reason = "no law is named that sets this item; nothing may be demanded without one"
        severity: Literal["error", "warning"] = "error" if item["item_type"] == PERMIT else "warning"
        yield Finding(severity, "set_by", "no_legal_basis", reason, "优化营商环境条例 第三十五条")
    if statutory and not statutory.get("basis"):
        yield Finding(
            "error", "statutory_limit.basis", "no_legal_basis", "a statutory limit names its law and article"
        )


def _materials(item: Mapping[str, Any]) -> Iterator[Finding]:
    codes = [material["code"] for material in item["materials"]]
    for index, material in enumerate(item["materials"]):
        path = f"materials.{index}"
        if codes.count(material["code"]) > 1:
            yield Finding("error", f"{path}.code", "duplicate_code", f"{material['code']} stands here twice")
        if is_catch_all(material["name"]):
            reason = "a catch-all material must be itemised: applicants can't know what is meant"
            yield Finding(
                "error", f"{path}.name", "catch_all_material", reason, "优化营商环境条例 第三十五条"
            )
        yield from _material_source(material, path)
        yield from _material_condition(item, material, path)


def is_catch_all(name: str) -> bool:
    return bool(_CATCH_ALL.search(name) or _EXPLICIT_CATCH_ALL.search(name))


def _material_source(material: Mapping[str, Any], path: str) -> Iterator[Finding]:
    if material["source"] != "data_sharing":
        return
    basis = "国务院关于在线政务服务的若干规定 第七条"
    reason = "what data sharing provides must not be demanded of the applicant"
    if material["form"] == "paper":
        yield Finding("error", f"{path}.form", "shared_data_demanded", reason, basis)
    for field in ("originals", "copies"):
        if material.get(field):
            yield Finding("error", f"{path}.{field}", "shared_data_demanded", reason, basis)


def _material_condition(item: Mapping[str, Any], material: Mapping[str, Any], path: str) -> Iterator[Finding]:
    situation = material.get("situation")
    if situation and situation not in _situation_codes(item):
        yield Finding("error", f"{path}.situation", "unknown_situation", f"there is no situation {situation}")
    if material["necessity"] == "conditional" and not (material.get("when") or situation):
        yield Finding(
            "error", f"{path}.when", "condition_missing", "a conditional material says when it is needed"
        )


def _steps(item: Mapping[str, Any]) -> Iterator[Finding]:
    names = [(step["name"], step.get("situation")) for step in item["steps"]]
    for index, step in enumerate(item["steps"]):
        situation = step.get("situation")
        if situation and situation not in _situation_codes(item):
            yield Finding(
                "error", f"steps.{index}.situation", "unknown_situation", f"there is no situation {situation}"
            )
        if names.count((step["name"], situation)) > 1:
            yield Finding(
                "error", f"steps.{index}.name", "duplicate_name", f"{step['name']} stands here twice"
            )
    if not any(step["kind"] == "approve" for step in item["steps"]):
        yield Finding("error", "steps", "no_deciding_step", "some post must decide: a step of kind approve")
    withdraw = (item.get("withdraw_until") or {}).get("step")
    if withdraw and withdraw not in {name for name, _ in names}:
        yield Finding("error", "withdraw_until.step", "unknown_step", f"there is no step {withdraw}")
    yield from _step_sum(item)


def _step_sum(item: Mapping[str, Any]) -> Iterator[Finding]:
    """Posts that use their whole limit one after another should still keep the promise.

    A step of kind accept is outside the clock when the clock starts with acceptance.
    """
    promised = item.get("promised_limit")
    counted = [s for s in item["steps"] if not (s["kind"] == "accept" and item["clock_start"] == "accepted")]
    if not promised or promised["unit"] != "work_day":
        return
    if any(step["limit"]["unit"] not in ("work_day", "working_minute") for step in counted):
        return
    minutes = sum(
        step["limit"]["value"] * (480 if step["limit"]["unit"] == "work_day" else 1) for step in counted
    )
    if minutes > max(1, promised["value"]) * 480:
        reason = "the posts' limits one after another are longer than the promised limit"
        yield Finding("warning", "steps", "steps_exceed_promise", reason)


def _procedures(item: Mapping[str, Any]) -> Iterator[Finding]:
    for index, procedure in enumerate(item.get("special_procedures", ())):
        path = f"special_procedures.{index}"
        if procedure["type"] == "A":
            if not item.get("extension"):
                reason = "an extension is only possible where the item states one with its approver"
                yield Finding("error", path, "extension_not_stated", reason, "行政许可法 第四十二条")
            if procedure.get("stops_clock"):
                reason = "an extension lengthens the limit, it never stops the clock"
                yield Finding("error", f"{path}.stops_clock", "extension_stops_clock", reason)
        elif procedure.get("stops_clock"):
            yield from _stopping(item, procedure, path)


def _stopping(item: Mapping[str, Any], procedure: Mapping[str, Any], path: str) -> Iterator[Finding]:
    if item["item_type"] == PERMIT and not any(kind in procedure["name"] for kind in CLOCK_STOPPERS):
        reason = f"only {'、'.join(CLOCK_STOPPERS)} stop a permit's statutory clock"
        yield Finding("error", f"{path}.stops_clock", "must_not_stop_clock", reason, "行政许可法 第四十五条")
    elif not procedure.get("basis"):
        yield Finding(
            "error",
            f"{path}.basis",
            "no_legal_basis",
            "what stops the statutory clock names its law and article",
        )


def _incomplete(item: Mapping[str, Any]) -> Iterator[Finding]:
    if item["item_type"] != PERMIT or item.get("incomplete_basis"):
        return
    if item["incomplete"] != "notice":
        reason = "incomplete material of a permit leads to one notice, unless another law says so"
        yield Finding("error", "incomplete", "notice_required", reason, "行政许可法 第三十二条")
    if item["deemed"] == "none":
        reason = "without a notice in five days the application counts as accepted"
        yield Finding("error", "deemed", "deemed_acceptance_required", reason, "行政许可法 第三十二条")


def _fees(item: Mapping[str, Any]) -> Iterator[Finding]:
    for index, fee in enumerate(item.get("fee") or ()):
        if "amount_fen" not in fee:
            yield Finding("error", f"fee.{index}.amount", "amount_missing", "a fee states its amount")
        if not fee.get("basis"):
            reason = "a fee needs a law or administrative regulation and a published standard"
            yield Finding(
                "error", f"fee.{index}.basis", "no_legal_basis", reason, "行政许可法 第五十八条、第五十九条"
            )


def _forms(item: Mapping[str, Any]) -> Iterator[Finding]:
    if item.get("forwarded") is None and item["case_type"] == "forwarded":
        yield Finding("error", "forwarded", "forwarded_missing", "a forwarded case says to whom it goes")
    paper = [m["name"] for m in item["materials"] if m["form"] == "paper" and m["necessity"] != "deferrable"]
    if paper and item["application_forms"] == ["full_online"]:
        reason = f"fully online handling is offered, yet paper is demanded: {paper[0]}"
        yield Finding("error", "application_forms", "paper_in_full_online", reason)


def _situation_codes(item: Mapping[str, Any]) -> set[str]:
    return {situation["code"] for situation in item.get("situations", ())}
