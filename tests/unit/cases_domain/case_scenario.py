"""Given, when, then for cases: a case with its history, an item to apply for, and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.cases.domain import (
    INITIAL,
    Accept,
    CaseState,
    Command,
    Complete,
    Decide,
    Officer,
    Party,
    RecordStep,
    Submit,
    allowed_actions,
    decide,
    evolve,
    record,
)
from services.cases.schemas import check_stored
from shared.domain.decision import Fact, Refusal
from shared.domain.working_calendar import WorkingCalendar

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai on 2 March 2026, a working Monday."""

CALENDAR = WorkingCalendar(
    "test", date(2026, 1, 1), date(2026, 12, 31), {date(2026, 10, day): False for day in range(1, 9)}
)

CLERK = Officer("clerk-1", "王窗口", "D1", "区市场监督管理局")
EXAMINER = Officer("examiner-1", "李审查", "D1", "区市场监督管理局")
SECOND = Officer("examiner-2", "赵审查", "D1", "区市场监督管理局")
APPLICANT = Party("citizen-1", "citizen")

PERSON = {
    "type": "natural_person",
    "subject_id": "citizen-1",
    "name": "张三丰",
    "id_type": "citizen_id",
    "id_no": "11010519491231002X",
    "phone": "13812345678",
    "address": "四川省广安市广安区城北路七号",
}
COMPANY = {
    "type": "enterprise",
    "subject_id": "enterprise-1",
    "name": "广安好吃餐饮有限公司",
    "id_type": "credit_code",
    "id_no": "91110000600037341L",
    "legal_representative": "钱代表",
}

PERMIT: dict[str, Any] = {
    "code": "12441500196720244T3442199806003",
    "name": "食品经营许可",
    "version": 3,
    "item_type": "01",
    "case_type": "promised",
    "application_forms": ["original_pre_review", "original_verification", "full_online"],
    "department_code": "D1",
    "department_name": "区市场监督管理局",
    "region_code": "511602000000",
    "clock_start": "accepted",
    "incomplete": "notice",
    "deemed": "after_5_work_days",
    "statutory_limit": {"value": 20, "unit": "work_day"},
    "extension": None,
    "situations": [{"code": "S1", "name": "餐饮服务"}, {"code": "S2", "name": "单位食堂"}],
    "materials": [
        {"code": "M1", "name": "申请书", "necessity": "required", "source": "applicant"},
        {"code": "M2", "name": "营业执照", "necessity": "required", "source": "certificate_library"},
        {"code": "M4", "name": "制度清单", "necessity": "deferrable", "source": "applicant"},
        {
            "code": "M5",
            "name": "经营合同",
            "necessity": "conditional",
            "situation": "S2",
            "source": "applicant",
        },
        {"code": "M6", "name": "授权委托书", "necessity": "conditional", "source": "applicant"},
        {"code": "M7", "name": "备案信息", "necessity": "required", "source": "data_sharing"},
    ],
    "steps": [
        {"name": "受理", "kind": "accept", "min_staff": 1},
        {"name": "现场核查", "kind": "examine", "min_staff": 2},
        {"name": "审核", "kind": "examine", "min_staff": 1},
        {"name": "审批决定", "kind": "approve", "min_staff": 1},
        {"name": "制证", "kind": "issue", "min_staff": 1},
    ],
    "special_procedures": [
        {"type": "B", "name": "实地核查", "stops_clock": True},
        {"type": "B", "name": "听证", "stops_clock": True},
    ],
    "fee": None,
    "delivery": ["hall", "courier", "electronic"],
}
SERVICE: dict[str, Any] = {
    **PERMIT,
    "item_type": "20",
    "deemed": "none",
    "special_procedures": [{"type": "B", "name": "现场踏勘", "stops_clock": True}],
}
IMMEDIATE: dict[str, Any] = {
    **PERMIT,
    "case_type": "immediate",
    "incomplete": "return",
    "deemed": "none",
    "situations": [],
    "steps": [{"name": "审核登记", "kind": "approve"}, {"name": "打印", "kind": "issue"}],
}


def papers(*codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "method": "attachment", "quantity": 1} for code in codes]


def application(item: Mapping[str, Any] = PERMIT, **changes: Any) -> Submit:
    whole = Submit(
        case_no="12441500196720244T3442199806003202603020001",
        receipt_no="SJ-1",
        query_code="K7M2P9QX",
        item=item,
        application_form="full_online",
        applicant=PERSON,
        submitted_by=APPLICANT,
        materials=papers("M1", "M2", "M4"),
    )
    return replace(whole, **changes)


class Case:
    """A case under test. Time stands still until told; every fact is checked against its schema."""

    def __init__(self, item: Mapping[str, Any] = PERMIT, **changes: Any) -> None:
        self.now = MONDAY
        self.state: CaseState = INITIAL
        self.facts: list[Fact] = []
        self._application = application(item, **changes)

    def submitted(self) -> Case:
        return self.having(self._application)

    def accepted(self) -> Case:
        return self.submitted().having(Accept("SL-1", CLERK))

    def in_process(self) -> Case:
        return self.accepted().having(step("现场核查"))

    def examined(self) -> Case:
        return self.in_process().having(step("审核"))

    def decided(self, outcome: str = "granted", **more: Any) -> Case:
        return self.examined().having(Decide(outcome, "JD-1", EXAMINER, **more))

    def completed(self, outcome: str = "granted", **more: Any) -> Case:
        return self.decided(outcome, **more).having(Complete(CLERK))

    def having(self, *commands: Command) -> Case:
        for command in commands:
            self.when(command)
        return self

    def when(self, command: Command) -> list[Fact]:
        facts = decide(self.state, command, at=self.now, calendar=CALENDAR)
        for fact in facts:
            self._take(fact)
        return facts

    def told(self, event: str, data: Mapping[str, Any]) -> Fact:
        """A department states a fact."""
        fact = record(self.state, event, data, self.now)
        self._take(fact)
        return fact

    def refused(self, command: Command) -> Refusal:
        with pytest.raises(Refusal) as caught:
            decide(self.state, command, at=self.now, calendar=CALENDAR)
        return caught.value

    def refuses(self, command: Command) -> str:
        return self.refused(command).code

    def wait(self, **span: float) -> Case:
        self.now += timedelta(**span)
        return self

    def at(self, moment: datetime) -> Case:
        self.now = moment.astimezone(UTC)
        return self

    @property
    def status(self) -> str:
        return self.state.status

    def can(self, action: str) -> bool:
        return action in allowed_actions(self.state)

    def _take(self, fact: Fact) -> None:
        check_stored(fact.type, fact.data)
        self.facts.append(fact)
        self.state = evolve(self.state, fact.type, fact.data, self.now)
        assert fact.data["status"] == self.state.status


def step(name: str, action: str = "passed", **more: Any) -> RecordStep:
    return RecordStep(name, action, "符合条件", EXAMINER, co_officer=SECOND, **more)
