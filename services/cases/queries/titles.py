"""What each event is called, in both languages."""

from __future__ import annotations

_TITLES = {
    "case.submitted": ("提交申请", "Application submitted"),
    "case.pre_reviewed": ("网上预审", "Pre-reviewed online"),
    "case.supplement_requested": ("补正告知", "Supplement requested"),
    "case.supplemented": ("补正材料", "Material supplemented"),
    "case.accepted": ("受理", "Accepted"),
    "case.not_accepted": ("不予受理", "Not accepted"),
    "case.claimed": ("签收", "Claimed"),
    "case.transferred": ("转办", "Transferred"),
    "case.recalled": ("收回", "Recalled"),
    "case.step_recorded": ("办理环节", "Step recorded"),
    "case.special_procedure_started": ("特别程序开始", "Special procedure started"),
    "case.special_procedure_ended": ("特别程序结束", "Special procedure ended"),
    "case.extended": ("延长审批", "Limit extended"),
    "case.decided": ("作出决定", "Decided"),
    "case.completed": ("办结", "Completed"),
    "case.originals_verified": ("原件核验", "Originals verified"),
    "case.fee_paid": ("缴费", "Fee paid"),
    "case.result_ready": ("结果可领取", "Result ready"),
    "case.dispatched": ("结果已寄出", "Result dispatched"),
    "case.delivered": ("送达", "Delivered"),
    "case.rated": ("评价", "Rated"),
    "case.withdrawn": ("撤回申请", "Withdrawn"),
    "case.lapsed": ("逾期未补正", "Lapsed"),
    "case.voided": ("作废", "Voided"),
    "case.urged": ("催办", "Urged"),
    "case.corrected": ("更正", "Corrected"),
    "case.acceptance_revoked": ("撤销受理", "Acceptance revoked"),
    "case.result_revoked": ("撤销决定", "Result revoked"),
    "case.subject_erased": ("个人信息已删除", "Personal data erased"),
}


def title(type: str, language: str) -> str:
    chinese, english = _TITLES.get(type, (type, type))
    return english if language.lower().startswith("en") else chinese
