"""A cases service on a real database, with a catalogue of three items and people of every kind."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from services.cases import SERVICE
from services.cases.bootstrap import bootstrap
from services.cases.service import CasesService
from services.cases.settings import CasesSettings
from services.cases.streams import case_stream
from shared.clock import LEGAL_ZONE, SimulatedClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.problems import not_found
from shared.readmodel.projector import catch_up
from shared.security.actor import Actor, service_actor
from shared.service.call import Answer, Call
from shared.service.operation import operation
from shared.testing.invoke import LocalRemote, invoke
from shared.testing.vault import new_vault

DEPARTMENT = "11511602MB1A2B3C4X"
START = datetime(2026, 3, 2, 10, 0, tzinfo=LEGAL_ZONE)
"""A Monday morning."""

CITIZEN = Actor("acc-citizen", frozenset({"citizen"}), "王小明", real_name_level=2)
STRANGER = Actor("acc-stranger", frozenset({"citizen"}), "李四", real_name_level=2)
AGENT = Actor(
    "acc-agent", frozenset({"enterprise_agent"}), "赵经办", enterprise_id="ent-1", real_name_level=2
)
COLLEAGUE = Actor("acc-agent-2", frozenset({"enterprise_agent"}), "钱经办", enterprise_id="ent-1")
SUPERVISOR = Actor("acc-supervisor", frozenset({"supervisor"}), "监察员")
OPERATOR = Actor("acc-operator", frozenset({"operator"}), "运维")
NOTIFY = service_actor("notify")


def staff(role: str, department: str = DEPARTMENT, name: str = "") -> Actor:
    return Actor(
        f"acc-{role}-{department[-4:]}{name}",
        frozenset({role}),
        name or f"{role}员",
        department_code=department,
        department_name="区市场监督管理局",
        region_code="511602000000",
    )


CLERK, EXAMINER, APPROVER, HEAD = (
    staff("clerk"), staff("examiner"), staff("approver"), staff("department_head"),
)  # fmt: skip
OTHER_CLERK = staff("clerk", "11511602MB9Z8Y7X6W")
OTHER_HEAD = staff("department_head", "11511602MB9Z8Y7X6W")
SYSTEM = Actor("sys-1", frozenset({"department_system"}), "业务系统", department_code=DEPARTMENT)


def _limit(days: int) -> dict[str, Any]:
    return {"value": days, "unit": "work_day"}


_STEPS = [
    {"name": name, "kind": kind, "post": post, "limit": _limit(days), "min_staff": 1}
    for name, kind, post, days in (
        ("受理", "accept", "受理岗", 1), ("审查", "examine", "审查岗", 4), ("决定", "approve", "审批岗", 2),
    )
]  # fmt: skip
_MATERIALS = [
    {"code": code, "name": name, "necessity": necessity, "form": form, "source": source, "kind": kind}
    for code, name, necessity, form, source, kind in (
        ("M1", "申请书", "required", "electronic", "applicant", "form"),
        ("M2", "身份证", "required", "electronic", "certificate_library", "certificate"),
        ("M3", "清单", "deferrable", "either", "applicant", "proof"),
    )
]
_ITEM: dict[str, Any] = {
    "name": "食品经营许可", "version": 1, "serial": None, "item_type": "01", "level": 4,
    "case_type": "promised", "application_forms": ["full_online"], "theme": "餐饮",
    "department_code": DEPARTMENT, "department_name": "区市场监督管理局", "region_code": "511602000000",
    "clock_start": "accepted", "incomplete": "notice", "deemed": "after_5_work_days",
    "statutory_limit": _limit(10), "promised_limit": _limit(7), "delivery_limit": _limit(5),
    "extension": {**_limit(5), "approver": "负责人", "times": 1}, "pre_review_limit": None,
    "steps": _STEPS, "materials": _MATERIALS, "situations": [], "fee": None,
    "special_procedures": [{"type": "B", "name": "听证", "limit": _limit(20), "stops_clock": True}],
    "delivery": ["hall", "courier", "electronic"], "project_no_required": False, "forwarded": None,
    "result": {"name": "食品经营许可证", "kind": "certificate", "validity": "5年", "electronic": True},
    "service_object": ["natural_person"],
}  # fmt: skip


def item(code: str, **changes: Any) -> dict[str, Any]:
    """An ItemSnapshot: a permit of 10 working days, promised in 7."""
    return {"code": code} | copy.deepcopy(_ITEM) | changes


FOOD = "11511602MB1A2B3C4X4511602001000"
QUICK = "11511602MB1A2B3C4X4511602002000"
LONG = "511Z07001006-511602000000-000-11511301008778183N-1-00"


class Catalogue:
    """Stands in for the catalogue service: the one question the cases service asks it."""

    name = "catalogue"

    def __init__(self) -> None:
        immediate = {"case_type": "immediate", "clock_start": "received", "name": "个体工商户设立登记"}
        self.items = {
            FOOD: item(FOOD),
            QUICK: item(QUICK, **immediate, steps=[], promised_limit={"value": 0, "unit": "work_day"}),
            LONG: item(LONG, serial="GA0001"),
        }
        self.asked = 0

    @operation(permission="catalogue.read_any")
    def item_for_case(self, call: Call) -> Answer:
        self.asked += 1
        if call.params["code"] not in self.items:
            raise not_found("item")
        return Answer(copy.deepcopy(self.items[call.params["code"]]))


class Identity:
    """Stands in for the identity service: one's own number, and who holds which post."""

    name = "identity"

    def __init__(self) -> None:
        self.numbers = {CITIZEN.id: "11010519491231002X", STRANGER.id: "110105199003071220"}
        self.posts = {each.id: each for each in (CLERK, EXAMINER, APPROVER, HEAD, OTHER_CLERK, OTHER_HEAD)}
        self.asked = 0

    @operation(permission="identity.self")
    def me(self, call: Call) -> Answer:
        self.asked += 1
        return Answer({"id": call.actor.id, "id_no": self.numbers.get(call.actor.id)})

    @operation(permission="identity.read_any")
    def account(self, call: Call) -> Answer:
        self.asked += 1
        if call.params["id"] not in self.posts:
            raise not_found("account")
        found = self.posts[call.params["id"]]
        post = {"roles": sorted(found.roles), "department_code": found.department_code}
        return Answer({"id": found.id, "name": found.name, "closed": False, **post})


MARKS = ("key", "if_match", "after_token", "language")


class World:
    def __init__(self, dsn: str, settings: CasesSettings | None = None) -> None:
        self.clock = SimulatedClock(START)
        self.db = Database(dsn, vault=new_vault(SERVICE.personal))
        migrate(self.db, SERVICE)
        self.catalogue = Catalogue()
        remote = LocalRemote()
        self.identity = Identity()
        remote.services |= {"catalogue": self.catalogue, "identity": self.identity}
        remote.caller = service_actor("cases")
        self.app = bootstrap(db=self.db, remote=remote, clock=self.clock, settings=settings)
        self.service = CasesService()
        self.service.app = self.app

    def close(self) -> None:
        self.db.close()

    def call(self, name: str, actor: Actor, body: Any = None, **params: Any) -> Answer:
        marks = {
            mark: params.pop(mark)
            for mark in ("key", "if_match", "after_token", "language")
            if mark in params
        }
        return invoke(self.service, name, actor=actor, body=body, params=params, **marks)

    def submit(self, actor: Actor = CITIZEN, body: Any = None, **marks: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.call("submit", actor, body or application(), **marks).value
        return answer

    def act(self, actor: Actor, no: str, action: str, body: Any = None, **marks: Any) -> Answer:
        return self.call("act", actor, body or {}, no=no, action=action, **marks)

    def project(self) -> None:
        """Bring every read model to the present."""
        self.app.store.tick()
        for model in SERVICE.read_models:
            catch_up(self.app, model)

    def types(self, no: str) -> list[str]:
        return [event.type for event in self.app.store.read_stream(case_stream(no))]


def application(code: str = FOOD, **changes: Any) -> dict[str, Any]:
    return {
        "item_code": code,
        "application_form": "full_online",
        "applicant": {
            "type": "natural_person",
            "name": "王小明",
            "id_type": "citizen_id",
            "id_no": "11010519491231002X",
            "phone": "13800001234",
            "address": "广安市广安区某路1号",
            "postal_code": "638000",
        },
        "materials": [{"code": "M1"}, {"code": "M2", "method": "certificate_library"}],
        "form": {"经营面积": "80"},
        "delivery": {"method": "hall"},
    } | changes


def enterprise_application(code: str = FOOD, **changes: Any) -> dict[str, Any]:
    applicant = {
        "type": "enterprise",
        "name": "广安某某餐饮有限公司",
        "id_type": "credit_code",
        "id_no": "91350100M000100Y43",
        "legal_representative": "钱多多",
    }
    return application(code, applicant=applicant, **changes)
