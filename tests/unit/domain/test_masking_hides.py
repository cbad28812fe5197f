"""Masks keep what rules 10.4 keep and hide the rest; short values are hidden whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import masking as m


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (m.mask_name, "张三丰", "张**"),
        (m.mask_name, "张", "张*"),
        (m.mask_organisation, "广安好吃餐饮有限公司", "广安******公司"),
        (m.mask_organisation, "小店", "小*"),
        (m.mask_id_no, "11010519491231002X", "110105********002X"),
        (m.mask_id_no, "E12345678", "E*******8"),
        (m.mask_phone, "13812345678", "138****5678"),
        (m.mask_phone, "28881234", "******34"),
        (m.mask_phone, "120", "***"),
        (m.mask_email, "zhang@example.cn", "z***@example.cn"),
        (m.mask_address, "四川省广安市广安区城北路七号", "四川省广安市广安区****"),
        (m.mask_address, "广东省东莞市鸿福路99号", "广东省东莞市****"),
        (m.mask_address, "鸿福路99号", "****"),
    ],
)
def test_the_masks(mask: Callable[[str], str], value: str, shown: str) -> None:
    assert mask(value) == shown


@pytest.mark.parametrize(
    "mask", [m.mask_name, m.mask_organisation, m.mask_id_no, m.mask_phone, m.mask_email, m.mask_address]
)
def test_nothing_stays_nothing(mask: Callable[[str | None], str]) -> None:
    assert mask(None) == mask("") == ""


@given(st.text(min_size=2, max_size=40))
def test_no_mask_shows_the_whole_value(value: str) -> None:
    for mask in (m.mask_name, m.mask_organisation, m.mask_id_no, m.mask_phone, m.mask_email, m.mask_address):
        assert mask(value) != value or "*" in value
