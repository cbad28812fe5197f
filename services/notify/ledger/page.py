"""Reads the ledger through a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.notify.domain.filters import Filter
from services.notify.ledger.place import encode

_MATCHES = """
    (cardinality(%(types)s::text[]) + cardinality(%(categories)s::text[]) = 0
        OR type = ANY(%(types)s::text[]) OR category = ANY(%(categories)s::text[]))
    AND (cardinality(%(regions)s::text[]) = 0 OR region_code LIKE ANY(%(regions)s::text[]))
    AND (cardinality(%(items)s::text[]) = 0 OR item_code = ANY(%(items)s::text[]))
    AND (cardinality(%(departments)s::text[]) = 0 OR department_code = ANY(%(departments)s::text[]))
    AND (%(scope)s::text IS NULL OR department_code = %(scope)s)
    AND (%(case)s::text IS NULL OR case_no = %(case)s)
    AND (case_no IS NULL OR case_no <> ALL(%(without)s::text[]))
    AND seq > %(after)s AND seq <= %(head)s
"""
_PAGE = f"SELECT seq, case_no, cloudevent FROM ledger WHERE {_MATCHES} ORDER BY seq LIMIT %(limit)s"  # noqa: S608
_COUNT = f"SELECT count(*) FROM ledger WHERE {_MATCHES}"  # noqa: S608
_BY_TYPE = f"SELECT type, count(*) FROM ledger WHERE {_MATCHES} GROUP BY type ORDER BY type"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    case_no: str | None
    cloudevent: dict[str, Any]

    def again(self) -> Entry:
        """The same, marked as sent again by the CloudEvents extension `replayed`."""
        return replace(self, cloudevent={**self.cloudevent, "replayed": True})


@dataclass(frozen=True, slots=True)
class Span:
    """After `after` up to and including `head`; of one case only, or without some cases."""

    after: int
    head: int
    case: str | None = None
    without: Sequence[str] = ()


def head(db: Any) -> int:
    """Everything up to here is committed, and nothing will ever be put before it."""
    db.execute("SELECT seq FROM ledger_head")
    return int(db.fetchone()[0])


def page(db: Any, wanted: Filter, span: Span, limit: int, epoch: str) -> list[Entry]:
    """In ledger order. `cursor` of each event is its place in the ledger."""
    db.execute(_PAGE, {**_args(wanted, span), "limit": limit})
    return [
        Entry(seq, case_no, {**event, "cursor": encode(epoch, seq)}) for seq, case_no, event in db.fetchall()
    ]


def count(db: Any, wanted: Filter, span: Span) -> int:
    db.execute(_COUNT, _args(wanted, span))
    return int(db.fetchone()[0])


def count_by_type(db: Any, wanted: Filter, span: Span) -> dict[str, int]:
    db.execute(_BY_TYPE, _args(wanted, span))
    return {type: int(events) for type, events in db.fetchall()}


def before_time(db: Any, moment: datetime) -> int:
    """The place just before the first event recorded at `moment` or later; the head if there is none."""
    db.execute("SELECT min(seq) - 1 FROM ledger WHERE recorded_at >= %s", (moment,))
    found = db.fetchone()[0]
    return head(db) if found is None else int(found)


def _args(wanted: Filter, span: Span) -> dict[str, Any]:
    return {
        "types": wanted.exact_types,
        "categories": wanted.categories,
        # A prefix is digits only (the contract says so), so nothing in it is a wildcard.
        "regions": [f"{prefix}%" for prefix in wanted.region_prefixes],
        "items": list(wanted.items),
        "departments": list(wanted.departments),
        "scope": wanted.scope,
        "case": span.case,
        "without": list(span.without),
        "after": span.after,
        "head": span.head,
    }
