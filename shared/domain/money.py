"""Money is whole fen. Yuan appear only where people read or write them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

FEN_PER_YUAN = 100


class MoneyError(ValueError):
    """The text is no amount; the message says why."""


def fen_from_yuan(amount: str | int | float | Decimal) -> int:
    """`"80"`, `80.5` and `Decimal("80.50")` in fen. More than two decimals or below 0 raises `MoneyError`.

    A float is read as it prints, so 0.1 is ten fen and not a hair more.
    """
    try:
        fen = Decimal(str(amount).strip().replace(",", "")) * FEN_PER_YUAN
    except InvalidOperation as error:
        raise MoneyError("an amount is a number of yuan with at most two decimals") from error
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise MoneyError("an amount has at most two decimals")
    if fen < 0:
        raise MoneyError("an amount is not below 0")
    return int(fen)


def yuan(fen: int) -> str:
    """`8050` as `80.50`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{whole}.{rest:02d}"
