"""Invented applicants: names and numbers that pass every check and belong to nobody.

Region 990101 does not exist, so no number made here can be a real person's or company's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
_GIVEN = "安晨芳国海佳静军凯丽敏宁平强瑞诗涛伟文晓雅颖宇子"
_TRADES = ("餐饮", "建材", "文化传媒", "科技", "物流", "农业", "环保", "医疗器械")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Applicant:
    body: dict[str, Any]
    """The `applicant` of `POST /cases`."""


def citizen_number(random: Random) -> str:
    """18 digits with the check digit of GB 11643."""
    born = date(1950, 1, 1) + timedelta(days=random.randrange(365 * 55))
    digits = f"990101{born:%Y%m%d}{random.randrange(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def credit_code(random: Random) -> str:
    """18 characters with both check characters of GB 32100 and GB 11714."""
    body = "".join(random.choice("0123456789") for _ in range(8))
    total = sum(int(digit) * weight for digit, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    inner = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    first = f"91990101{body}{inner}"
    value = sum(_CREDIT_ALPHABET.index(each) * pow(3, at, 31) for at, each in enumerate(first))
    return first + _CREDIT_ALPHABET[(31 - value % 31) % 31]


def person_name(random: Random) -> str:
    return random.choice(_FAMILY) + "".join(random.choice(_GIVEN) for _ in range(random.choice((1, 2, 2))))


def phone(random: Random) -> str:
    """The block 1990000xxxx: shaped like a mobile number."""
    return f"1990000{random.randrange(10_000):04d}"


def natural_person(random: Random) -> Applicant:
    return Applicant(
        {
            "type": "natural_person",
            "name": person_name(random),
            "id_type": "citizen_id",
            "id_no": citizen_number(random),
            "phone": phone(random),
            "address": f"宜望市东城区和顺路{random.randrange(1, 200)}号",
        }
    )


def enterprise(random: Random) -> Applicant:
    name = f"宜望{random.choice(_GIVEN)}{random.choice(_GIVEN)}{random.choice(_TRADES)}有限公司"
    return Applicant(
        {
            "type": "enterprise",
            "name": name,
            "id_type": "credit_code",
            "id_no": credit_code(random),
            "phone": phone(random),
            "legal_representative": person_name(random),
        }
    )
