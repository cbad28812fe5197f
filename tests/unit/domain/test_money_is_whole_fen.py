"""Money: yuan as people write them, fen as the platform keeps them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.money import MoneyError, fen_from_yuan, yuan


@pytest.mark.parametrize(
    ("amount", "fen"),
    [("80", 8000), (80.00, 8000), ("0.10", 10), (0.1, 10), (Decimal("12.34"), 1234), ("1,280.5", 128050)],
)
def test_yuan_become_fen(amount: str | float | Decimal, fen: int) -> None:
    assert fen_from_yuan(amount) == fen


@pytest.mark.parametrize("amount", ["", "free", "0.001", "-1", "NaN", "Infinity"])
def test_what_is_no_amount(amount: str) -> None:
    with pytest.raises(MoneyError):
        fen_from_yuan(amount)


@given(st.integers(0, 10**14))
def test_there_and_back(fen: int) -> None:
    assert fen_from_yuan(yuan(fen)) == fen


def test_a_refund_is_shown_with_its_sign() -> None:
    assert yuan(-5) == "-0.05"
