"""Find items. Only what is published and in use; the newest version (CAT-03)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.catalogue.queries.paging import decode, encode
from shared.service.application import Application
from shared.service.call import Answer, Call

_CARD = (
    "code, name, item_version AS version, use_state, department_code, department_name, region_code,"
    " item_type, level, theme, case_type, service_object, application_forms, appliable, visits,"
    " definition -> 'promised_limit' AS promised_limit, updated_at"
)
_ORDER = {
    "name": ("name", "name > %(after)s OR name = %(after)s AND code > %(after_code)s", "name, code"),
    "department": (
        "department_name || chr(1) || name",
        '(department_name || chr(1) || name) COLLATE "C" > %(after)s'
        " OR (department_name || chr(1) || name) = %(after)s AND code > %(after_code)s",
        '(department_name || chr(1) || name) COLLATE "C", code',
    ),
    "updated": (
        "to_char(updated_at, 'YYYYMMDDHH24MISSUS')",
        "to_char(updated_at, 'YYYYMMDDHH24MISSUS') < %(after)s"
        " OR to_char(updated_at, 'YYYYMMDDHH24MISSUS') = %(after)s AND code > %(after_code)s",
        "to_char(updated_at, 'YYYYMMDDHH24MISSUS') DESC, code",
    ),
}


def search(app: Application, call: Call) -> Answer:
    params = call.params
    where, args = _conditions(params)
    extra = {} if params["after"] else _overview(app, " AND ".join(where), args)
    value, follows, order = _ORDER[params["sort"]]
    if params["after"]:
        args["after"], args["after_code"] = decode(params["after"])
        where.append(f"({follows})")
    args["limit"] = params["limit"] + 1
    rows = app.db.fetch(
        f"SELECT {_CARD}, {value} AS place FROM rm_items.item WHERE {' AND '.join(where)}"  # noqa: S608
        f" ORDER BY {order} LIMIT %(limit)s",
        args,
    )
    more = len(rows) > params["limit"]
    rows = rows[: params["limit"]]
    places = [row.pop("place") for row in rows]
    following = encode(places[-1], rows[-1]["code"]) if more else None
    return Answer({"items": [card(row) for row in rows], "next": following, **extra})


def _overview(app: Application, where: str, args: dict[str, Any]) -> dict[str, Any]:
    """With the first page only: how many there are, and by what they could be narrowed."""
    rows = app.db.fetch(
        "SELECT grouping(theme) AS by_department, theme, department_code, department_name, count(*) AS count"  # noqa: S608
        f" FROM rm_items.item WHERE {where}"
        " GROUP BY GROUPING SETS ((theme), (department_code, department_name), ())"
        " ORDER BY count(*) DESC, theme, department_name, department_code",
        args,
    )
    themes = [row for row in rows if not row["by_department"] and row["theme"]]
    departments = [row for row in rows if row["department_name"]]
    total = next(row["count"] for row in rows if row["by_department"] and not row["department_name"])
    return {
        "total": total,
        "facets": {
            "theme": [{"value": row["theme"], "count": row["count"]} for row in themes],
            "department": [
                {"value": row["department_code"], "label": row["department_name"], "count": row["count"]}
                for row in departments
            ],
        },
    }


def card(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def region_prefix(region: str) -> str:
    """A region and everything below it share the digits before the trailing zeros (2, 4, 6, 9, 12)."""
    padded = region.ljust(12, "0")
    for length in (2, 4, 6, 9):
        if set(padded[length:]) == {"0"}:
            return padded[:length]
    return padded


def _conditions(params: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    where, args = ["use_state = 'in_use'"], dict[str, Any]()
    for index, word in enumerate(params.get("q", "").lower().split()):
        where.append(f"searched LIKE %(word{index})s")
        args[f"word{index}"] = f"%{_literal(word)}%"
    if "region" in params:
        where.append("region_code LIKE %(region)s")
        args["region"] = region_prefix(params["region"]) + "%"
    if "department" in params:
        where.append("(department_code = %(department)s OR department_name = %(department)s)")
    if "audience" in params:
        where.append("service_object && %(objects)s")
        args["objects"] = _objects(params["audience"])
    if params.get("form") == "online":
        where.append("appliable")
    elif "form" in params:
        where.append("%(form)s = ANY (application_forms)")
    for name in ("theme", "item_type", "level", "appliable", "case_type"):
        if name in params:
            where.append(f"{name} = %({name})s")
    for name in ("department", "form", "theme", "item_type", "level", "appliable", "case_type"):
        if name in params:
            args[name] = params[name]
    return where, args


def _objects(audience: str) -> list[str]:
    """Everybody who is not a natural person comes in by the enterprises' door."""
    if audience == "natural_person":
        return ["natural_person"]
    return [
        "enterprise", "public_institution", "social_organisation", "administrative_organ",
        "other_organisation",
    ]  # fmt: skip


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
