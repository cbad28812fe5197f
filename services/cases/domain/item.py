"""Questions to a pinned item snapshot. Every part may be missing: imported items say very little."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Any]

PERMIT = "01"
DEFAULT_EXTENSION_DAYS = 10
"""行政许可法 第四十二条第一款: ten working days, once."""

CLOCK_STOPPING = frozenset(["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"])
"""行政许可法 第四十五条, a closed list for permits."""

_NOT_ASKED_FOR = frozenset({"data_sharing"})
"""Sources the platform itself asks; the applicant must not be asked for them (ZXZW art. 7)."""


def rows(item: Item, key: str) -> list[Mapping[str, Any]]:
    found = item.get(key)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list | tuple) else []


def texts(item: Item, key: str) -> list[str]:
    found = item.get(key)
    return [text for text in found if isinstance(text, str)] if isinstance(found, list | tuple) else []


def whole(value: Any, default: int = 0) -> int:
    """A whole number as snapshots should hold it; anything else is the default."""
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def is_permit(item: Item) -> bool:
    return str(item.get("item_type") or "") == PERMIT


def situation_row(item: Item, situation: str | None) -> Mapping[str, Any]:
    return next((row for row in rows(item, "situations") if row.get("code") == situation), {})


def case_type(item: Item, situation: str | None) -> str:
    """A situation may have a type of its own: decided at once on a commitment, promised without."""
    return str(situation_row(item, situation).get("case_type") or item.get("case_type") or "promised")


def depends_on_situation(item: Item) -> bool:
    """Whether case type or limits differ by situation, so that the applicant has to choose one."""
    limits = [item.get("statutory_limit"), item.get("promised_limit")]
    return any(row.get("case_type") for row in rows(item, "situations")) or any(
        isinstance(limit, Mapping) and limit.get("applies_to") for limit in limits
    )


def steps(item: Item, situation: str | None) -> list[Mapping[str, Any]]:
    """The process of this situation, in order."""
    return [row for row in rows(item, "steps") if row.get("situation") in (None, situation)]


def required_materials(item: Item, situation: str | None) -> set[str]:
    """Codes without which there is no acceptance: required ones, and conditional ones of the situation.

    A condition in words only ("if somebody acts for you") can't be judged here and asks for nothing.
    """
    return {
        str(row["code"])
        for row in rows(item, "materials")
        if row.get("code")
        and row.get("source") not in _NOT_ASKED_FOR
        and row.get("situation") in (None, situation)
        and (
            row.get("necessity") == "required"
            or (row.get("necessity") == "conditional" and row.get("situation") is not None)
        )
    }


def deferrable_materials(item: Item, situation: str | None) -> set[str]:
    """容缺受理: what may come after acceptance."""
    return {
        str(row["code"])
        for row in rows(item, "materials")
        if row.get("code")
        and row.get("necessity") == "deferrable"
        and row.get("situation") in (None, situation)
    }


def material_names(item: Item) -> dict[str, str]:
    return {
        str(row["code"]): str(row.get("name") or "") for row in rows(item, "materials") if row.get("code")
    }


def extension_bound(item: Item) -> int:
    """The most days approval A may add; 0 when the law gives none.

    A permit without an extension of its own has the general law's ten days, unless a special law
    sets its limit: then that law is the whole rule (rules 4.1, "yields to special law").
    """
    own = item.get("extension")
    if isinstance(own, Mapping) and own.get("value") is not None:
        return whole(own["value"])
    if not is_permit(item) or _limited_by_special_law(item):
        return 0
    return DEFAULT_EXTENSION_DAYS


def extension_times(item: Item) -> int:
    own = item.get("extension")
    return whole(own.get("times"), 1) if isinstance(own, Mapping) else 1


def _limited_by_special_law(item: Item) -> bool:
    limit = item.get("statutory_limit")
    basis = limit.get("basis") if isinstance(limit, Mapping) else None
    return bool(basis) and "行政许可法" not in str(basis)


def stops_clock(item: Item, name: str) -> bool:
    """Whether a special procedure of this kind suspends the case."""
    configured = next((row for row in rows(item, "special_procedures") if row.get("name") == name), None)
    says = configured.get("stops_clock") if configured else None
    if is_permit(item):
        parts = set(name.replace("与", " ").replace("、", " ").replace("和", " ").split())
        return bool(parts) and parts <= CLOCK_STOPPING and says is not False
    return says is True


def fee_rows(item: Item) -> list[int]:
    """Amounts in fen. Several rows are alternatives (dwelling or shop), not a sum."""
    return [whole(row.get("amount_fen")) for row in rows(item, "fee")]


def deemed_rule(item: Item) -> str:
    return str(item.get("deemed") or ("after_5_work_days" if is_permit(item) else "none"))


def withdraw_until(item: Item) -> tuple[str | None, str | None]:
    """The step up to which the applicant may withdraw, where a special law names one, and that law."""
    rule = item.get("withdraw_until")
    return (rule.get("step"), basis_text(rule.get("basis"))) if isinstance(rule, Mapping) else (None, None)


def basis_text(basis: Any) -> str | None:
    """The item's own legal basis in words; it is a {law, article}, a list of these, or text."""
    if isinstance(basis, Mapping):
        return f"{basis.get('law') or ''} {basis.get('article') or ''}".strip() or None
    if isinstance(basis, list):
        return "；".join(filter(None, map(basis_text, basis))) or None
    return str(basis) if basis else None
