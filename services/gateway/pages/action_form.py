"""Forms for actions on a case, made from the wire contract, so that a form can't drift from it.

A marshmallow field becomes an input; a nested schema becomes inputs named `parent.child`; a list of
materials becomes check boxes over the item's own list. `action_fill.py` then gives each input the
choices and the value that the case at hand suggests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Any

from marshmallow import Schema, fields, validate

from shared.clock import LEGAL_ZONE
from shared.contracts.cases import ACTIONS

_LONG = {"reason", "opinion", "result", "remedy", "content", "description", "referral"}
_LEFT_TO_THE_SERVICE = {"document_no", "notice_no", "decision_no"}
"""Numbers that the service gives when they are left out: shown last and never required."""
_LITTLE = re.compile(r"[0-9]{1,15}")
_TECHNICAL = {"file_id", "certificate_id", "changes"}
_NOT_ASKED = {
    "complete": {"outcome", "decision_no", "document_no"},
    "verify-originals": {"stage"},
    "deliver": {"collector.id_type", "collector.id_no"},
    "record-step": {"started_at", "ended_at", "co_officer.name"},
    "end-special-procedure": {"name"},
    "correct": {"released_by.name"},
}
"""What the contract lets one say and the service knows by itself."""


@dataclass(frozen=True)
class Input:
    """`choices` are (value, words); `hint` is a text key. `kind` `hidden` is not shown."""

    name: str
    kind: str
    must: bool = False
    options: tuple[str, ...] = ()
    group: str = ""
    """The text group that names the options: `outcome`, `delivery`, ..."""
    choices: tuple[tuple[str, str], ...] = ()
    value: str | tuple[str, ...] = ""
    hint: str = ""

    @property
    def label(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def long_label(self) -> str:
        return self.name.replace(".", "_").replace("-", "_")


def inputs(action: str) -> list[Input]:
    """The inputs of an action's form, those the service can fill last."""
    found = [each for each in _inputs(ACTIONS[action].schema(), action) if _asked(each.name, action)]
    if action == "correct":
        found += [Input("change_field", "choice", must=True), Input("change_value", "text", must=True)]
    return sorted(found, key=lambda each: each.label in _LEFT_TO_THE_SERVICE)


def _asked(name: str, action: str) -> bool:
    return name not in _NOT_ASKED.get(action, ())


def _inputs(schema: Schema, action: str, prefix: str = "", optional: bool = False) -> list[Input]:
    found: list[Input] = []
    for name, each in schema.fields.items():
        if name in _TECHNICAL:
            continue
        path = f"{prefix}{name}"
        must = each.required and not optional
        if isinstance(each, fields.Nested):
            found += _inputs(each.schema, action, f"{path}.", optional or not each.required)
        else:
            found.append(Input(path, _kind(name, each), must, _options(each), _group(name, action)))
    return found


def _kind(name: str, each: fields.Field[Any]) -> str:
    if isinstance(each, fields.List):
        return "materials" if "material" in name else "checks"
    if isinstance(each, fields.AwareDateTime):
        return "datetime-local"
    if name.endswith("_fen"):
        return "money"
    if isinstance(each, fields.Integer):
        return "number"
    if _options(each):
        return "choice"
    return "textarea" if name in _LONG else "text"


def _options(each: fields.Field[Any]) -> tuple[str, ...]:
    inner = each.inner if isinstance(each, fields.List) else each
    allowed = [rule.choices for rule in inner.validators if isinstance(rule, validate.OneOf)]
    return tuple(allowed[0]) if allowed else ()


def _group(name: str, action: str) -> str:
    return {
        "method": "delivery" if action in ("deliver", "verify-originals") else "method",
        "ways": "delivery",
        "outcome": "outcome",
        "action": "step_action",
        "result": "check_result",
        "type": "special",
        "kind": "void_kind",
    }.get(name, name)


def body(action: str, form: Any) -> dict[str, Any]:
    """The JSON body a posted form means. Nothing is checked here: the service does that."""
    filled: dict[str, Any] = {}
    for each in inputs(action):
        values = [value.strip() for value in form.getlist(each.name) if value.strip()]
        if values and each.name not in ("change_field", "change_value"):
            _put(filled, each.name, _value(each, values))
    if action == "correct" and form.get("change_field"):
        filled["changes"] = {form["change_field"]: form.get("change_value", "").strip()}
    return filled


def _value(each: Input, values: list[str]) -> Any:
    if each.kind in ("materials", "checks"):
        return values
    if each.kind == "money":
        return _fen(values[0])
    if each.kind == "number":
        return int(values[0]) if _LITTLE.fullmatch(values[0]) else values[0]
    if each.kind == "datetime-local":
        return _moment(values[0])
    return values[0]


def _fen(text: str) -> int | str:
    """`12.34` yuan as 1234 fen; what is no amount goes on as it is and is refused there."""
    try:
        fen = Decimal(text) * 100
    except DecimalException:
        return text
    return int(fen) if fen.is_finite() and fen == fen.to_integral_value() and abs(fen) < 10**15 else text


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE).isoformat()
    except ValueError:
        return text


def _put(target: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        target = target.setdefault(parent, {})
    target[last] = value
