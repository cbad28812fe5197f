"""A list of cases as it stood at a past moment: the log up to then, folded.

What was recorded by then counts, not what had happened by then: it is what the list could show and what
people acted on. A case that was imported later is therefore not in it, whatever its dates say.

The list is ordered by a moment that never changes (when a case was submitted), so the serving rows name
the candidates in order, and only those that have moved on since are folded from their streams. A page
costs what its candidates cost, however long ago the moment is and however much has happened since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from services.cases.bootstrap import CasesApplication
from services.cases.queries.newest import ORDER, Whose, newest
from services.cases.queries.paging import decode_cursor, encode_cursor
from services.cases.readmodels.prefix import histories_up_to
from services.cases.readmodels.work_list import COLUMNS, row
from shared.problems import FieldError, invalid
from shared.security.actor import Actor
from shared.service.call import Call

AT_ONCE = 200
"""Candidates looked at with one query, after the first: that asks for no more than the page can show."""

AT_MOST = 2_000
"""Candidates looked at for one page; then the page is short, and `next` goes on behind them."""

Row = Mapping[str, Any]

_UNCHANGING = {"item": "item_code", "source": "source", "external_id": "external_id"}
_NEWEST = """
SELECT stream::text, coalesce(min(version) FILTER (WHERE recorded_at > %s) - 1, max(version))
FROM events WHERE stream = ANY(%s::uuid[]) GROUP BY stream
"""


def past_page(app: CasesApplication, call: Call, whose: Whose | None, shown: Sequence[str]) -> dict[str, Any]:
    """`whose` limits it to what is theirs now, for what isn't yours any more is not yours to look at; None to
    nothing. `shown` are the columns of an answer. Raises 422 for a moment that is still to come."""
    moment: datetime = call.params["as_of"]
    if moment > app.clock.now():
        raise invalid([FieldError("as_of", "in_the_future", "this moment is still to come")])
    limit, fits = call.params["limit"], _filter(call, moment)
    looked: list[Row] = []
    candidates = _past_rows(app, call, whose, moment, looked)
    found = list(islice((each for each in candidates if fits(each)), limit + 1))
    last = None
    if len(found) > limit:
        last = found[limit - 1]
    elif len(looked) >= AT_MOST:
        last = looked[-1]
    return {
        "items": [_answer(each, shown, moment) for each in found[:limit]],
        "next": encode_cursor(last["submitted_at"].isoformat(), last["case_no"]) if last else None,
    }


def colour(entry: Row, moment: datetime) -> str:
    """As the list's own query has it: "passed" means strictly before."""
    if entry["closed_colour"]:
        return str(entry["closed_colour"])
    for name in ("red", "yellow", "warning"):
        at = entry[f"{name}_at"]
        if at is not None and at < moment:
            return name
    return "normal"


def _past_rows(
    app: CasesApplication,
    call: Call,
    whose: Whose | None,
    moment: datetime,
    looked: list[Row],
) -> Iterator[Row]:
    """Rows as they were, newest first; `looked` gets every candidate, also one that was not there yet."""
    place, size = decode_cursor(call.params.get("after"), 2), min(call.params["limit"] + 1, AT_ONCE)
    while len(looked) < AT_MOST:
        candidates = _candidates(app, call, whose, moment, place, size)
        for candidate, past in zip(candidates, _as_they_were(app, candidates, moment), strict=True):
            looked.append(candidate)
            if past is not None:
                yield past
        if len(candidates) < size:
            return
        size = AT_ONCE
        place = [candidates[-1]["submitted_at"].isoformat(), candidates[-1]["case_no"]]


def _candidates(
    app: CasesApplication,
    call: Call,
    whose: Whose | None,
    moment: datetime,
    place: list[Any] | None,
    size: int,
) -> list[dict[str, Any]]:
    where, args = ["submitted_at <= %(moment)s"], {"moment": moment, "limit": size}
    for param, column in _UNCHANGING.items():
        if call.params.get(param):
            where.append(f"{column} = %({param})s")
            args[param] = call.params[param]
    if whose is not None:
        args |= whose.args
    if place is not None:
        where.append("(submitted_at, case_no) < (%(after_at)s, %(after_no)s)")
        args |= {"after_at": _time(place[0]), "after_no": str(place[1])}
    return app.db.fetch(
        f"SELECT {', '.join(COLUMNS)} FROM ({newest(where, whose)}) e {ORDER}",  # noqa: S608 - own names
        args,
    )


def _as_they_were(app: CasesApplication, candidates: Sequence[Row], moment: datetime) -> Iterator[Row | None]:
    """Each candidate's row at that moment; None for one whose first event was recorded later."""
    with app.db.transaction() as db:
        db.execute(_NEWEST, (moment, [str(each["stream"]) for each in candidates]))
        newest = {stream: int(version) for stream, version in db.fetchall()}
        moved = {
            UUID(stream): newest[stream]
            for each in candidates
            if 0 < newest[stream := str(each["stream"])] != each["version"]
        }
        folded = {
            str(history.stream): row(history, app.calendar)
            for history in histories_up_to(db, moved, app.name)
        }
    for each in candidates:
        stream = str(each["stream"])
        yield folded.get(stream, each) if newest[stream] else None


def _filter(call: Call, moment: datetime) -> Callable[[Row], bool]:
    """What may have changed since is asked of the row as it was."""
    tests = [
        test(call.params[name], call.actor, moment)
        for name, test in _CHANGING.items()
        if call.params.get(name)
    ]
    return lambda entry: all(test(entry) for test in tests)


def _status(wanted: str, actor: Actor, moment: datetime) -> Callable[[Row], bool]:
    return lambda entry: entry["status"] == wanted


def _department(wanted: str, actor: Actor, moment: datetime) -> Callable[[Row], bool]:
    return lambda entry: wanted in (entry["department_code"], entry["handling_department_code"])


def _clock(wanted: str, actor: Actor, moment: datetime) -> Callable[[Row], bool]:
    return lambda entry: colour(entry, moment) == wanted


def _due_before(wanted: datetime, actor: Actor, moment: datetime) -> Callable[[Row], bool]:
    def due(entry: Row) -> bool:
        dates = [at for at in (entry["promised_due_at"], entry["statutory_due_at"]) if at is not None]
        return entry["closed_colour"] is None and bool(dates) and min(dates) < wanted

    return due


def _text(wanted: str, actor: Actor, moment: datetime) -> Callable[[Row], bool]:
    part = wanted.lower()
    names = ("case_no", "item_name", "external_id")
    return lambda entry: any(part in (entry[name] or "").lower() for name in names)


def _assignee(wanted: str, actor: Actor, moment: datetime) -> Callable[[Row], bool]:
    if wanted == "none":
        return lambda entry: entry["assignee"] is None
    who = actor.id if wanted == "me" else wanted
    return lambda entry: entry["assignee"] == who


_CHANGING: Mapping[str, Callable[[Any, Actor, datetime], Callable[[Row], bool]]] = {
    "status": _status,
    "department": _department,
    "clock": _clock,
    "due_before": _due_before,
    "q": _text,
    "assignee": _assignee,
}


def _answer(entry: Row, shown: Sequence[str], moment: datetime) -> dict[str, Any]:
    values = {name: entry[name] for name in shown} | {"colour": colour(entry, moment)}
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _time(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise invalid([FieldError("after", "unknown_cursor", "this is not a cursor of this list")]) from error
