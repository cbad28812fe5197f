"""Organisations and regions, as lists and one by one."""

from __future__ import annotations

from typing import Any

from services.identity.application import Identity
from services.identity.streams import events_of, organisation_stream
from shared.service.call import Answer, Call


def organisation_of(db: Any, code: str) -> dict[str, Any] | None:
    """From its stream: an appointment must not depend on how far a read model is."""
    events = events_of(db, organisation_stream(code))
    return events[-1][1] if events else None


def organisations(app: Identity, call: Call) -> Answer:
    """Ordered by region and name. `next` is the last code of the page."""
    params = call.params
    rows = app.db.fetch(
        "SELECT code, name, region_code, parent_code FROM rm_organisations.organisation"
        " WHERE (%(region)s::text IS NULL OR region_code LIKE %(region)s || '%%')"
        " AND (%(q)s::text IS NULL OR strpos(name, %(q)s) > 0)"
        " AND (%(after)s = '' OR (region_code, name, code) >"
        "   (SELECT region_code, name, code FROM rm_organisations.organisation WHERE code = %(after)s))"
        " ORDER BY region_code, name, code LIMIT %(limit)s",
        {
            "region": _prefix(params.get("region")),
            "q": params.get("q"),
            "after": params["after"],
            "limit": params["limit"] + 1,
        },
    )
    return _page(rows, params["limit"], "code")


def regions(app: Identity, call: Call) -> Answer:
    """With neither `parent` nor `q`: the top of the tree."""
    params = call.params
    parent, q = params.get("parent"), params.get("q")
    rows = app.db.fetch(
        "SELECT r.region_code, r.name, r.level, r.parent_code, p.name AS parent_name"
        " FROM rm_regions.region r LEFT JOIN rm_regions.region p ON p.region_code = r.parent_code"
        " WHERE (%(parent)s::text IS NULL OR r.parent_code = %(parent)s)"
        " AND (%(q)s::text IS NULL OR strpos(r.name, %(q)s) > 0 OR r.region_code = %(q)s)"
        " AND (%(top)s = false OR r.parent_code IS NULL) AND r.region_code > %(after)s"
        " ORDER BY r.region_code LIMIT %(limit)s",
        {
            "parent": parent,
            "q": q,
            "top": parent is None and q is None,
            "after": params["after"],
            "limit": params["limit"] + 1,
        },
    )
    return _page(rows, params["limit"], "region_code")


def _page(rows: list[dict[str, Any]], limit: int, key: str) -> Answer:
    following = rows[limit - 1][key] if len(rows) > limit else None
    return Answer({"items": rows[:limit], "next": following})


def _prefix(region: str | None) -> str | None:
    """A region and what lies below it share the digits before the trailing zeros."""
    if region is None:
        return None
    padded = region.ljust(12, "0")
    return next((padded[:length] for length in (2, 4, 6, 9) if set(padded[length:]) == {"0"}), padded)
