"""NOT-02 to NOT-08: at which events the applicant is told something, and what it says."""

from __future__ import annotations

from typing import Any

import pytest
from notify_kit import CITIZEN, Notify


def _texts(notify: Notify, event_type: str, **data: Any) -> list[str]:
    notify.happen(notify.event(event_type, **data))
    notify.tell()
    return [row["body"] for row in notify.kept("SELECT body FROM sandbox_message WHERE channel = 'sms'")]


def test_submission_tells_the_case_number(notify: Notify) -> None:
    [text] = _texts(notify, "case.submitted", case_no="511602-2025-0007", receipt_no="R-1")
    assert "511602-2025-0007" in text and "食品经营许可" in text


def test_pre_review_passed_asks_for_the_originals_and_names_both_ways(notify: Notify) -> None:
    case = {"application_form": "original_pre_review"}
    [text] = _texts(notify, "case.pre_reviewed", outcome="passed", case=case)
    assert "原件" in text and "办事大厅" in text and "物流快递" in text


def test_pre_review_passed_fully_online_asks_nobody_to_come(notify: Notify) -> None:
    [text] = _texts(notify, "case.pre_reviewed", outcome="passed")
    assert "无需到场" in text and "原件" not in text


@pytest.mark.parametrize("outcome", ["failed", "supplement"])
def test_pre_review_not_met_asks_to_supplement_online(notify: Notify, outcome: str) -> None:
    [text] = _texts(notify, "case.pre_reviewed", outcome=outcome, reason="照片不清晰")
    assert "在线补正" in text and "照片不清晰。" in text


def test_supplement_notice_lists_the_materials(notify: Notify) -> None:
    materials = [{"code": "M1", "name": "申请书"}, {"code": "M2", "name": "平面图"}]
    [text] = _texts(
        notify, "case.supplement_requested", materials=materials, reason="缺少签名", notice_no="N-1",
        due_at="2025-10-30T18:00:00+08:00",
    )  # fmt: skip
    assert "申请书、平面图" in text and "2025-10-30" in text and "N-1" in text


def test_accepted_and_not_accepted_and_completed_are_told(notify: Notify) -> None:
    at = "2025-10-17T09:00:00+08:00"
    notify.happen(notify.event("case.accepted", document_no="D-1", deemed=False, accepted_at=at))
    notify.happen(notify.event("case.not_accepted", case_no="C-2", document_no="D-2", reason="不属于本机关"))
    texts = _texts(notify, "case.completed", case_no="C-3", result_code="0")
    assert len(texts) == 3
    for told in ("受理通知书编号D-1", "不属于本机关", "已办结"):
        assert any(told in text for text in texts)


def test_result_ready_names_hall_and_courier(notify: Notify) -> None:
    [text] = _texts(notify, "case.result_ready", ways=["hall"])
    assert "办事大厅领取" in text and "物流快递送达" in text


def test_certificate_issue_with_original_verification_asks_for_the_originals_both_ways(
    notify: Notify,
) -> None:
    case = {"application_form": "original_verification"}
    [text] = _texts(notify, "case.result_ready", ways=["hall"], case=case)
    assert "原件可携带至" in text and "物流快递寄送" in text and "核验通过后" in text


def test_an_extension_is_told_with_its_reason(notify: Notify) -> None:
    [text] = _texts(notify, "case.extended", days=10, reason="案情复杂", notice_no="N-2")
    assert "10个工作日" in text and "案情复杂" in text


def test_the_time_of_a_special_procedure_is_told_in_writing(notify: Notify) -> None:
    [text] = _texts(
        notify, "case.special_procedure_started", name="听证", limit_days=20, reason="涉及利害关系人",
        stops_clock=True, notice_no="N-3",
    )  # fmt: skip
    assert "听证" in text and "20个工作日" in text and "不计入办理期限" in text


@pytest.mark.parametrize("ending", ["case.withdrawn", "case.lapsed"])
def test_an_early_end_is_told(notify: Notify, ending: str) -> None:
    assert len(_texts(notify, ending, reason="逾期未补正")) == 1


def test_a_refusal_is_told_with_reason_and_remedy_but_a_grant_waits_for_completion(notify: Notify) -> None:
    assert _texts(notify, "case.decided", outcome="granted", decision_no="J-1") == []
    refused = {
        "outcome": "refused",
        "decision_no": "J-2",
        "reason": "不符合条件",
        "remedy": "60日内申请行政复议",
    }
    [text] = _texts(notify, "case.decided", case_no="C-2", **refused)
    assert "不符合条件" in text and "行政复议" in text


def test_imported_history_tells_nobody(notify: Notify) -> None:
    assert _texts(notify, "case.submitted", case={"source": "import"}) == []
    assert notify.kept("SELECT * FROM intent") == []


def test_work_inside_the_office_tells_nobody(notify: Notify) -> None:
    assert _texts(notify, "case.claimed", officer={"id": "o-1"}) == []


def test_the_contact_is_told_where_one_was_named(notify: Notify) -> None:
    notify.cases.known["C-1"] = {
        "applicant": {"subject_id": CITIZEN.id, "name": "某某公司", "phone": "13800000001"},
        "contact": {"name": "李四", "phone": "13911112222", "email": "li.si@example.cn"},
    }
    notify.happen(notify.event("case.submitted", receipt_no=None))
    notify.tell()
    sent = notify.kept("SELECT channel, address FROM sandbox_message ORDER BY channel")
    assert [(row["channel"], row["address"]) for row in sent] == [
        ("email", "l***@example.cn"), ("sms", "139****2222"),
    ]  # fmt: skip
