"""Lives of cases, decided by the domain itself, to be written by the million: about ten events each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.cases.domain import (
    INITIAL,
    Accept,
    AnnounceResult,
    Claim,
    Command,
    Complete,
    Decide,
    Deliver,
    EndSpecialProcedure,
    NotAccept,
    Officer,
    Party,
    PreReview,
    Rate,
    RecordStep,
    RequestSupplement,
    StartSpecialProcedure,
    Submit,
    Supplement,
    Transfer,
    decide,
    evolve,
)
from shared.eventstore.sealing import canonical
from shared.service.calendar import seeded_calendar

NUMBER, WHO = "@CASE@", "@WHO@"
"""What stands in a template's data for the case number and for the applicant's account."""

DEPARTMENTS, DAYS = 40, 20
FIRST_DAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
BY = Party(WHO, "citizen")


@dataclass(frozen=True, slots=True)
class Fact:
    type: str
    at: datetime
    data: str


Template = tuple[Fact, ...]


def templates() -> list[Template]:
    """One per course, department and first day, in an order that mixes them: the n-th case takes the n-th."""
    return [
        _live(courses[(day + department) % len(courses)], department, FIRST_DAY + timedelta(days=day))
        for day in range(DAYS)
        for department in range(DEPARTMENTS)
        if (courses := _courses(department))
    ]


def few_templates() -> list[Template]:
    """One per course, of one department and day: quick to make."""
    return [_live(course, 0, FIRST_DAY) for course in _courses(0)]


def _live(course: Sequence[Command], department: int, now: datetime) -> Template:
    state, facts, calendar = INITIAL, [], seeded_calendar()
    for command in course:
        for fact in decide(state, command, at=now, calendar=calendar):
            state = evolve(state, fact.type, fact.data, now)
            facts.append(Fact(fact.type, now, canonical(fact.data)))
        now += timedelta(hours=7 + department % 5)
    if any("\\" in fact.data for fact in facts):
        raise ValueError("COPY would read a backslash as an escape")
    return tuple(facts)


def department_code(department: int) -> str:
    return f"115116020000{department:05}X"


def _courses(department: int) -> list[list[Command]]:
    """Of ten: four to the end, two with a hearing, two still open, one supplemented, one refused early."""
    code = department_code(department)
    clerk = Officer("clerk-1", "王窗口", code, "区市场监督管理局")
    examiner = Officer(f"examiner-{department}", "李审查", code, "区市场监督管理局")
    second = Officer("examiner-second", "赵审查", code, "区市场监督管理局")
    begin = [_submit(department, code), PreReview("passed", clerk), Accept("SL-1", clerk), Claim(examiner)]
    steps = [
        RecordStep("现场核查", "passed", "现场与申报材料一致，符合条件。", examiner, co_officer=second),
        RecordStep("审核", "passed", "经审查，符合法定条件，拟予许可。", examiner),
    ]
    end = [
        Decide("granted", "JD-1", examiner),
        Complete(clerk),
        AnnounceResult(clerk),
        Deliver("hall", clerk),
    ]
    hearing = [
        StartSpecialProcedure("B", "听证", "利害关系人申请听证", 10, "局长", "TZ-1", examiner),
        EndSpecialProcedure("同意", "听证后意见一致", examiner),
    ]
    finished = [*begin, *steps, *end, Rate(5, BY, None)]
    paused = [*begin, *hearing, *steps, *end, Rate(4, BY, None)]
    passed_on = Transfer("分管范围调整", examiner, "examiner-second", None)
    open_ = [*begin, steps[0], passed_on, RecordStep("审核", "other", "拟退回补充", second), hearing[0]]
    papers = [{"code": "M2", "method": "attachment", "quantity": 1}]
    due = FIRST_DAY + timedelta(days=90)
    supplemented = [
        _submit(department, code), RequestSupplement("BZ-1", "缺营业执照", papers, due, clerk),
        Supplement(papers, BY), *begin[2:], *steps, *end[:2],
    ]  # fmt: skip
    refused = [
        _submit(department, code),
        PreReview("passed", clerk),
        NotAccept("BY-1", "不属本机关职权", clerk),
    ]
    return [*[finished] * 4, *[paused] * 2, *[open_] * 2, supplemented, refused]


def _submit(department: int, code: str) -> Submit:
    materials = [{"code": f"M{number}", "method": "attachment", "quantity": 1} for number in (1, 2, 4)]
    return Submit(
        case_no=NUMBER, receipt_no="SJ-1", query_code="K7M2P9QX", item=_item(department, code),
        application_form="full_online", submitted_by=BY, materials=materials,
        applicant={
            "type": "natural_person", "subject_id": WHO, "name": "张三丰", "id_type": "citizen_id",
            "id_no": "11010519491231002X", "phone": "13812345678", "address": "四川省广安市广安区城北路七号",
        },
    )  # fmt: skip


def _item(department: int, code: str) -> dict[str, Any]:
    kinds = ("申请书", "营业执照", "平面图", "制度清单", "健康证明")
    return {
        "code": f"12441500196720244T34421998{department:05}", "name": "食品经营许可（新办，餐饮服务）",
        "version": 3, "item_type": "01", "case_type": "promised", "department_code": code,
        "application_forms": ["original_pre_review", "original_verification", "full_online"],
        "department_name": "区市场监督管理局", "region_code": "511602000000", "clock_start": "accepted",
        "incomplete": "notice", "deemed": "none", "fee": None, "delivery": ["hall", "courier", "electronic"],
        "statutory_limit": {"value": 20, "unit": "work_day"},
        "promised_limit": {"value": 5 + department % 9, "unit": "work_day"},
        "delivery_limit": {"value": 10, "unit": "work_day"}, "extension": None, "situations": [],
        "materials": [
            {"code": f"M{number}", "name": name, "necessity": "conditional", "source": "applicant"}
            for number, name in enumerate(kinds, start=1)
        ],
        "steps": [
            {"name": name, "kind": kind, "min_staff": staff}
            for name, kind, staff in (
                ("受理", "accept", 1), ("现场核查", "examine", 2), ("审核", "examine", 1),
                ("审批决定", "approve", 1), ("制证", "issue", 1),
            )
        ],
        "special_procedures": [{"type": "B", "name": "听证", "stops_clock": True}],
    }  # fmt: skip
