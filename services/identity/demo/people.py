"""Who lives and works in 宜望市. All invented; numbers have right check characters and no real region."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.identity.domain.account import CHECKED, Register
from shared.domain.citizen_id import check_character
from shared.domain.credit_code import make_credit_code

AGENT = "agent"
CREDIT_CODE = make_credit_code("91990102", "MA1B0001")
ENTERPRISE = {
    "name": "宜望市好滋味餐饮有限公司",
    "kind": "enterprise",
    "legal_representative": "周建国",
    "address": "宜望市城东区和平路8号",
}
_PER_DEPARTMENT = {"clerk": "窗口", "examiner": "审查", "approver": "审批", "department_head": "负责人"}
_OF_THE_CITY = {
    "hotline_agent": ("hotline", "热线坐席", "services"),
    "proxy_agent": ("proxy", "帮办代办员", "services"),
    "catalogue_editor": ("editor", "事项编制员", "services"),
    "catalogue_reviewer": ("reviewer", "事项审核员", "services"),
    "supervisor": ("supervisor", "监察员", "supervision"),
    "operator": ("operator", "系统管理员", "services"),
    "security_admin": ("security", "安全管理员", "services"),
    "audit_admin": ("audit", "审计管理员", "supervision"),
}
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"


@dataclass(frozen=True, slots=True)
class Post:
    role: str
    login: str
    name: str
    organisation: dict[str, Any]


def persons(account_id: Callable[[str], str]) -> Iterator[Register]:
    """A citizen and an enterprise's agent (who is its legal representative)."""
    yield Register(
        account_id=account_id("citizen"),
        kind="person",
        name="林小雨",
        roles=("citizen",),
        login="citizen",
        id_no=_citizen_id("990102", "19900307", "122"),
        phone="13800000001",
        email="lin.xiaoyu@example.com",
        real_name_level=CHECKED,
    )
    yield Register(
        account_id=account_id(AGENT),
        kind="person",
        name="周建国",
        roles=("enterprise_agent",),
        login=AGENT,
        id_no=_citizen_id("990102", "19780915", "031"),
        phone="13800000002",
        email="zhou.jianguo@example.com",
        enterprise_id=CREDIT_CODE,
        real_name_level=CHECKED,
    )


def posts(organisations: list[dict[str, Any]]) -> Iterator[Post]:
    """The first of each department role belongs to the body that grants food business permits."""
    by_slug = {organisation["slug"]: organisation for organisation in organisations}
    number = 0
    for role, duty in _PER_DEPARTMENT.items():
        for organisation in (one for one in organisations if one["handles"]):
            yield Post(
                role, f"{role.replace('_', '-')}-{organisation['slug']}", _name(number, duty), organisation
            )
            number += 1
    for role, (login, duty, slug) in _OF_THE_CITY.items():
        yield Post(role, login, _name(number, duty), by_slug[slug])
        number += 1
    market = by_slug["market"]
    yield Post("department_system", "system-market", f"{market['name']}业务系统", market)


def _name(number: int, duty: str) -> str:
    surname = _SURNAMES[number % len(_SURNAMES)]
    return f"{surname}{_GIVEN[(number * 7 + number // len(_SURNAMES)) % len(_GIVEN)]}（{duty}）"


def _citizen_id(region: str, born: str, sequence: str) -> str:
    first_17 = region + born + sequence
    return first_17 + check_character(first_17)
