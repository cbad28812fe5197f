"""From a definition as it is written to one as it is stored: whole fen, whole numbers, known code."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.catalogue.domain.legality import Finding, errors, findings, warnings
from shared.domain.item_code import IN_CASE_NUMBER, is_acceptable, parse, short_serial
from shared.problems import FieldError, invalid


def normalise(written: dict[str, Any]) -> dict[str, Any]:
    """The stored form. Amounts become integer fen; a long code gets a serial for case numbers."""
    definition = dict(written)
    code = definition["code"]
    parts = parse(code)
    if parts and "basic_code" not in definition:
        definition["basic_code"] = parts.basic_code
    if len(code) > IN_CASE_NUMBER:
        definition["serial"] = short_serial(code)
    definition["fee"] = [_fee(fee) for fee in definition["fee"]] if definition.get("fee") else None
    return definition


def _fee(fee: dict[str, Any]) -> dict[str, Any]:
    stored = dict(fee)
    amount = stored.pop("amount", None)
    if amount is not None:
        stored["amount_fen"] = int(Decimal(amount) * 100)
    return stored


def checked(written: dict[str, Any], path: str = "") -> tuple[dict[str, Any], list[Finding]]:
    """The normalised definition and its warnings. Raises the 422 problem with every error's field path."""
    definition = normalise(written)
    found = findings(definition) + _code_findings(definition)
    wrong = errors(found)
    if wrong:
        raise invalid([_as_field_error(finding, path) for finding in wrong], "the item breaks rules of law")
    return definition, warnings(found)


def _as_field_error(finding: Finding, path: str) -> FieldError:
    reason = f"{finding.reason} ({finding.basis})" if finding.basis else finding.reason
    return FieldError(f"{path}{finding.field}", finding.code, reason)


def _code_findings(definition: dict[str, Any]) -> list[Finding]:
    code = definition["code"]
    if not is_acceptable(code):
        return [Finding("error", "code", "unusable_code", "letters, digits, '-', '.', '_' only, at most 64")]
    parts = parse(code)
    if parts is None:
        return [
            Finding("warning", "code", "code_free_form", "the code does not follow the 31-character rule")
        ]
    found = []
    if parts.level != definition["level"]:
        found.append(Finding("error", "code", "code_level_differs", f"the code says level {parts.level}"))
    if definition.get("basic_code", parts.basic_code) != parts.basic_code:
        found.append(
            Finding("error", "basic_code", "basic_code_differs", f"the code says {parts.basic_code}")
        )
    return found
