"""Before acceptance: pre-review, supplement, refusal, lapse, withdrawal."""

from __future__ import annotations

from typing import Any

from shared.simulation.branches.branch import DAY, HOUR, Life, branch, finish, offers, promised, situation_of
from shared.simulation.handling import Handling


def _pre_review(item: dict[str, Any]) -> bool:
    return offers("original_pre_review")(item) and promised(item)


def _notice(item: dict[str, Any]) -> bool:
    return promised(item) and item.get("incomplete") == "notice" and not _only_pre_review(item)


def _only_pre_review(item: dict[str, Any]) -> bool:
    return bool(item["application_forms"] == ["original_pre_review"])


def _form(item: dict[str, Any]) -> str:
    return next(form for form in item["application_forms"] if form != "original_pre_review")


@branch(_pre_review, ends="delivered")
def pre_reviewed_then_granted(case: Handling) -> Life:
    case.submit("original_pre_review", situation=situation_of(case.item))
    yield HOUR
    case.act("clerk", "claim")
    case.act("clerk", "pre-review", outcome="passed")
    yield DAY
    case.act("clerk", "verify-originals", result="passed", method="hall")
    case.accept()
    yield HOUR
    case.steps()
    yield DAY
    if case.item["case_type"] == "promised":
        case.decide()
    yield HOUR
    way = "hall"
    case.issue(way)
    yield DAY
    case.act("clerk", "deliver", method=way, collector={"name": "申请人本人"})
    yield HOUR
    case.act("applicant", "rate", score=5)


@branch(_pre_review, ends="withdrawn")
def pre_review_failed_then_withdrawn(case: Handling) -> Life:
    case.submit("original_pre_review", situation=situation_of(case.item))
    yield HOUR
    case.act("clerk", "pre-review", outcome="failed", reason="申请表填写有误，请核对后重新提交")
    yield DAY
    case.act("applicant", "withdraw", reason="另行准备材料")


@branch(_pre_review, ends="not_accepted")
def pre_review_supplement_then_not_accepted(case: Handling) -> Life:
    case.submit("original_pre_review", situation=situation_of(case.item))
    yield HOUR
    case.act("clerk", "pre-review", outcome="supplement", reason="证明材料不清晰，请重新上传")
    yield DAY
    case.act(
        "applicant", "supplement", materials=[{"code": case.item["materials"][0]["code"], "method": "paper"}]
    )
    yield HOUR
    case.act("clerk", "not-accept", reason="不属于本机关职权范围", referral="请向市级主管部门申请")


@branch(_notice, ends="delivered")
def supplemented_then_granted(case: Handling) -> Life:
    first = case.item["materials"][0]["code"]
    case.submit(_form(case.item), situation=situation_of(case.item))
    yield DAY
    case.act("clerk", "request-supplement", reason="申请书缺少签字", materials=[{"code": first}])
    yield DAY * 2
    case.act("applicant", "supplement", materials=[{"code": first, "method": "paper"}])
    yield HOUR
    case.accept()
    yield HOUR
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(_notice, ends="lapsed")
def supplement_never_came(case: Handling) -> Life:
    """The notice's deadline passes; the platform announces the lapse by itself."""
    first = case.item["materials"][0]["code"]
    case.submit(_form(case.item), situation=situation_of(case.item))
    yield HOUR
    due = (case.city.now() + DAY * 3).isoformat()
    case.act("clerk", "request-supplement", reason="缺少证明材料", materials=[{"code": first}], due_at=due)
    yield DAY * 6
    case.wait_for("lapsed")


@branch(lambda item: _notice(item) and item.get("deemed") == "after_5_work_days", ends="delivered")
def deemed_accepted(case: Handling) -> Life:
    """Nobody tells the applicant anything for five working days: the law accepts (licensing law, art. 32)."""
    case.submit(_form(case.item), situation=situation_of(case.item))
    yield DAY * 16
    case.wait_for("accepted")
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(lambda item: item.get("incomplete") == "return", ends="returned")
def material_returned(case: Handling) -> Life:
    case.submit(case.item["application_forms"][0])
    yield HOUR
    case.act("clerk", "not-accept", reason="材料不齐，退还材料：缺少经营场所使用证明")


@branch(lambda item: item.get("incomplete") == "not_accepted", ends="not_accepted")
def not_accepted_with_list(case: Handling) -> Life:
    case.submit(case.item["application_forms"][0])
    yield HOUR
    case.act("clerk", "not-accept", reason="缺少不动产权证书原件，请补齐后重新申请")


@branch(promised, ends="withdrawn")
def withdrawn_at_once(case: Handling) -> Life:
    case.submit(case.item["application_forms"][0], situation=situation_of(case.item))
    yield HOUR
    case.act("applicant", "urge", content="请尽快办理")
    yield HOUR
    case.act("applicant", "withdraw", reason="不再需要")
