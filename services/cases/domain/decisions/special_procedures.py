"""Special procedures 特别程序: A lengthens the limit, B is everything else and may stop the clock."""

from __future__ import annotations

from collections.abc import Iterator

from services.cases.domain import item as items
from services.cases.domain.commands import EndSpecialProcedure, StartSpecialProcedure
from services.cases.domain.facts import fact
from services.cases.domain.rule import Moment, Rule, blank, one_of, required
from services.cases.domain.state import CaseState, SpecialProcedure
from shared.domain.decision import Fact, Refusal

EXTENSION = "A"
OTHER = "B"
ART_42 = "行政许可法 第四十二条"
ART_45 = "行政许可法 第四十五条"


def is_extension(state: CaseState, command: StartSpecialProcedure) -> bool:
    """A self-made name is always B, whatever letter it comes with (CASE-28)."""
    if command.type != EXTENSION:
        return False
    name = command.name if isinstance(command.name, str) else ""
    own = {
        row.get("name")
        for row in items.rows(state.item, "special_procedures")
        if row.get("type") == EXTENSION
    }
    return blank(name) or name in own or "延" in name or "exten" in name.lower()


def check_start(state: CaseState, command: StartSpecialProcedure, moment: Moment) -> Iterator[Refusal]:
    yield from one_of(command, "type", (EXTENSION, OTHER))
    extension = is_extension(state, command)
    basis = ART_42 if extension else ART_45
    yield from required(command, "reason", "reason_required", "give the reason or basis", basis)
    yield from required(command, "approver", "approver_required", "say who approved it", basis)
    yield from required(command, "notice_no", "notice_no_required", "the applicant is told in writing", basis)
    if not _whole(command.limit_days) or command.limit_days < 1:
        yield Refusal(
            "limit_days_invalid", "say how many days it takes, at least one", field="limit_days", basis=basis
        )
    elif extension:
        yield from _check_bound(state, command)
    if extension:
        if state.extensions >= items.extension_times(state.item):
            yield Refusal("second_extension", "a limit is extended once", basis=ART_42)
    else:
        yield from required(command, "name", "name_required", "name the kind of procedure", basis)
        if any(found.name == command.name for found in state.open_special_procedures):
            yield Refusal("already_open", f"{command.name} is open already", field="name")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_bound(state: CaseState, command: StartSpecialProcedure) -> Iterator[Refusal]:
    bound = items.extension_bound(state.item)
    own = state.item.get("extension")
    basis = items.basis_text(own.get("basis")) if isinstance(own, dict) else None
    if bound == 0:
        yield Refusal(
            "no_extension", "the law gives no extension for this item", field="type", basis=basis or ART_42
        )
    elif command.limit_days > bound:
        yield Refusal(
            "extension_too_long",
            f"the extension is at most {bound} days",
            field="limit_days",
            basis=basis or ART_42,
        )


def start(state: CaseState, command: StartSpecialProcedure, moment: Moment) -> list[Fact]:
    if is_extension(state, command):
        return [_extend(state, command)]
    stops = items.stops_clock(state.item, command.name)
    suspended = stops or state.status == "suspended"
    started = fact(
        state,
        "case.special_procedure_started",
        "suspended" if suspended else "in_process",
        sequence=max((found.sequence for found in state.special_procedures), default=0) + 1,
        type=OTHER,
        name=command.name,
        reason=command.reason,
        limit_days=command.limit_days,
        approver=command.approver,
        notice_no=command.notice_no,
        stops_clock=stops,
        requested_by=command.officer.as_dict(),
    )
    return [started]


def _extend(state: CaseState, command: StartSpecialProcedure) -> Fact:
    return fact(
        state,
        "case.extended",
        days=command.limit_days,
        name=command.name or "延长审批",
        reason=command.reason,
        approver=command.approver,
        notice_no=command.notice_no,
        officer=command.officer.as_dict(),
    )


def check_end(state: CaseState, command: EndSpecialProcedure, moment: Moment) -> Iterator[Refusal]:
    yield from required(
        command, "result", "result_required", "a special procedure ends with a result", "CASE-29"
    )
    if _chosen(state, command) is None and state.open_special_procedures:
        names = ", ".join(f"{found.sequence} {found.name}" for found in state.open_special_procedures)
        yield Refusal("which_special_procedure", f"say which one ends: {names}", field="sequence")


def _chosen(state: CaseState, command: EndSpecialProcedure) -> SpecialProcedure | None:
    """The one meant; without a sequence or name the only open one."""
    found = [
        one
        for one in state.open_special_procedures
        if command.sequence in (None, one.sequence) and command.name in (None, one.name)
    ]
    return found[0] if len(found) == 1 else None


def end(state: CaseState, command: EndSpecialProcedure, moment: Moment) -> list[Fact]:
    chosen = _chosen(state, command)
    if chosen is None:
        raise AssertionError("the check let an unclear choice through")
    others = (one for one in state.open_special_procedures if one is not chosen)
    still_stopped = any(one.stops_clock for one in others)
    status = "in_process" if state.status == "suspended" and not still_stopped else state.status
    ended = fact(
        state,
        "case.special_procedure_ended",
        status,
        sequence=chosen.sequence,
        name=chosen.name,
        result=command.result,
        opinion=command.opinion,
        officer=command.officer.as_dict(),
    )
    return [ended]


RULES = (
    Rule(StartSpecialProcedure, "start-special-procedure", check_start, start),
    Rule(EndSpecialProcedure, "end-special-procedure", check_end, end),
)
