"""Stated facts brought into the shape of stored ones: every key of the type, nothing unknown.

What nobody said is None (or what follows from the case), and every value is of a kind its key may
have; what is not is kept under `extra`, so that nothing stated is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.cases.domain import item as items
from services.cases.domain.applicant import contact_of
from services.cases.domain.facts import moment_text, parse_moment
from services.cases.domain.materials import filled
from services.cases.domain.shapes import (
    COLLECTOR,
    MATERIALS,
    MOMENT,
    NUMBER,
    OBJECT,
    OFFICER,
    PARTY,
    ROWS,
    SHAPES,
    TEXT,
    TEXTS,
    TRANSFER,
    YES_NO,
)
from services.cases.domain.state import CaseState

Data = Mapping[str, Any]

_COMMON = frozenset({"case", "status", "flags", "extra"})
_NOTHING: dict[str, Any] = {ROWS: [], MATERIALS: [], TEXTS: [], OBJECT: {}}


def completed_data(state: CaseState, fact_type: str, data: Data, at: datetime) -> dict[str, Any]:
    """All keys of the type. `extra` holds what is unknown or of the wrong kind, if anything."""
    whole: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    known = _COMMON
    follows = _FOLLOWS[fact_type](state, data, at) if fact_type in _FOLLOWS else {}
    for name, kind in SHAPES[fact_type].items():
        key = name.rstrip("?")
        known |= {key}
        value = _READ[kind](state, data[key]) if data.get(key) is not None else None
        if value is None and data.get(key) is not None:
            extra[key] = data[key]
        value = follows.get(key) if value is None else value
        if value is not None or key == name:
            whole[key] = _NOTHING.get(kind) if value is None else value
    extra |= {str(key): value for key, value in data.items() if key not in known}
    if extra:
        whole["extra"] = {key: plain(value) for key, value in extra.items()}
    return whole


def plain(value: Any) -> Any:
    """JSON without floats: a fraction is kept as its text, and so is anything JSON doesn't know."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, str | int):
        return value
    return str(value)


def _object(state: CaseState, value: Any) -> dict[str, Any] | None:
    return plain(value) if isinstance(value, Mapping) else None


def _person(state: CaseState, value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    keys = ("id", "name", "department_code", "department_name")
    return {key: value[key] if isinstance(value.get(key), str) else None for key in keys}


def _party(state: CaseState, value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    return {key: value[key] if isinstance(value.get(key), str) else None for key in ("id", "role")}


def _transfer(state: CaseState, value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    keys = ("id", "department_code")
    return {key: value[key] if isinstance(value.get(key), str) else None for key in keys}


def _coded(value: Any) -> list[dict[str, Any]] | None:
    rows = value if isinstance(value, list | tuple) else None
    if rows is None or not all(isinstance(row, Mapping) for row in rows):
        return None
    return [plain(row) for row in rows]


def _rows(state: CaseState, value: Any) -> list[dict[str, Any]] | None:
    rows = _coded(value)
    names = items.material_names(state.item)
    wanted = ("code", "name", "reason")
    return rows and [
        {"name": names.get(str(row.get("code")))}
        | {key: row[key] for key in wanted if _is_text(row.get(key))}
        for row in rows
    ]


def _materials(state: CaseState, value: Any) -> list[dict[str, Any]] | None:
    rows = _coded(value)
    texts = ("code", "name", "method", "file_id", "certificate_id", "remark")
    return rows and filled(
        state.item,
        [
            {key: row[key] for key in texts if _is_text(row.get(key))}
            | {"code": str(row.get("code") or row.get("name") or "")}
            | {"quantity": items.whole(row.get("quantity"), 1), "received": row.get("received") is not False}
            for row in rows
        ],
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_READ: dict[str, Callable[[CaseState, Any], Any]] = {
    TEXT: lambda state, value: value if isinstance(value, str) else None,
    NUMBER: lambda state, value: value if isinstance(value, int) and not isinstance(value, bool) else None,
    YES_NO: lambda state, value: value if isinstance(value, bool) else None,
    MOMENT: lambda state, value: (found := parse_moment(value)) and moment_text(found),
    OFFICER: _person,
    PARTY: _party,
    ROWS: _rows,
    MATERIALS: _materials,
    TEXTS: lambda state, value: _list_of_text(value),
    OBJECT: _object,
    TRANSFER: _transfer,
    COLLECTOR: lambda state, value: value if isinstance(value, str) else _object(state, value),
}


def _list_of_text(value: Any) -> list[str] | None:
    texts = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    return list(value) if texts else None


def _submission(state: CaseState, data: Data, at: datetime) -> dict[str, Any]:
    item = data["item"] if isinstance(data.get("item"), Mapping) else {}
    situation = data["situation"] if isinstance(data.get("situation"), str) else None
    applicant = data["applicant"] if isinstance(data.get("applicant"), Mapping) else {}
    return {
        "case_type": items.case_type(item, situation),
        "contact": contact_of(plain(applicant), None),
        "delivery": {"method": "hall"},
        "submitted_by": {"id": None, "role": "import"},
    }


def _procedure(state: CaseState, data: Data, at: datetime) -> dict[str, Any]:
    name = data["name"] if isinstance(data.get("name"), str) else ""
    return {
        "sequence": max((found.sequence for found in state.special_procedures), default=0) + 1,
        "type": "B",
        "stops_clock": items.stops_clock(state.item, name),
    }


def _procedure_end(state: CaseState, data: Data, at: datetime) -> dict[str, Any]:
    """Without a sequence the newest open one of that name is meant, else the newest open one."""
    running = list(state.open_special_procedures)
    named = [found for found in running if found.name == data.get("name")]
    chosen = (named or running)[-1:]
    return {"sequence": chosen[0].sequence, "name": chosen[0].name} if chosen else {}


_FOLLOWS: dict[str, Callable[[CaseState, Data, datetime], dict[str, Any]]] = {
    "case.submitted": _submission,
    "case.supplement_requested": lambda state, data, at: {"before_acceptance": state.before_acceptance},
    "case.accepted": lambda state, data, at: {"deemed": False, "accepted_at": moment_text(at)},
    "case.step_recorded": lambda state, data, at: {
        "started_at": moment_text(state.step_since or at),
        "ended_at": moment_text(at),
        "action": "other",
    },
    "case.special_procedure_started": _procedure,
    "case.special_procedure_ended": _procedure_end,
    "case.extended": lambda state, data, at: {"name": "延长审批"},
    "case.completed": lambda state, data, at: {"result_code": state.outcome or "other"},
    "case.originals_verified": lambda state, data, at: {
        "stage": "acceptance" if state.before_acceptance else "delivery"
    },
    "case.voided": lambda state, data, at: {"kind": "void"},
}
