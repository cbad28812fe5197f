"""A person's data is erased: their keys are destroyed, and what stood beside events is scrubbed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.cases.bootstrap import CasesApplication
from services.cases.commands.append import append_facts, dated
from services.cases.commands.questions import account, answered_before
from services.cases.domain import erasure
from services.cases.domain.facts import fact
from services.cases.streams import CaseFile, file_of
from shared.eventstore.event import Metadata
from shared.eventstore.store import UnitOfWork
from shared.personal.destruction import destroy_keys, streams_of
from shared.personal.erasures import erased_in, note
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.execute import execute


def erase_subject(app: CasesApplication, call: Call) -> Answer:
    """Proposed by the first person, done by the second. Answers what is left to forget: `files`, the
    addresses of bytes that nobody names any more.
    """
    posts = () if answered_before(app, call) else _posts(app, call.params["id"])

    def work(unit: UnitOfWork) -> Answer:
        subject, now = call.params["id"], app.clock.now()
        stream = subject_stream(subject)
        state = erasure.fold((event.type, event.data) for event in unit.read_stream(stream))
        files = _cases(unit, subject)
        command = erasure.Erase(subject, call.body["reason"], call.actor.id, posts)
        open_cases = [str(file.case_no) for file in files if file.state.is_open]
        facts = erasure.decide(state, command, open_cases, len(files))
        append_facts(unit, stream, state.version, dated(facts, now), call.metadata())
        value = {"subject_id": subject, "state": "proposed", "cases": len(files), "files": []}
        if facts[0].type == erasure.ERASED:
            value |= {"state": "erased", "files": erase(app, unit, subject, call.metadata(), now)}
        return Answer(value, version=state.version + 1)

    answer = execute(app, call, work)
    file = app.settings.erasures_file
    if answer.value["state"] == "erased" and file:
        subject = call.params["id"]
        note(file, {subject: erased_in(app.db)[subject]})
    return answer


def erase_again(app: Application, unit: UnitOfWork, subject: str, at: datetime) -> None:
    """After a restore: by the list, that is by nobody in particular."""
    erase(app, unit, subject, Metadata(), at)


def erase(app: Application, unit: UnitOfWork, subject: str, metadata: Metadata, at: datetime) -> list[str]:
    """Also after a restore, and as often as you like. Each case is told, so that its rows are made anew
    after the keys are gone, in the order of its events.
    """
    cases = _cases(unit, subject)
    destroy_keys(unit.cursor, subject, at)
    for case in cases:
        if case.events[-1].type != "case.subject_erased":
            told = fact(case.state, "case.subject_erased", subject_id=subject)
            append_facts(unit, case.stream, case.version, dated([told], at), metadata)
    return _forget_files(unit.cursor, subject, cases)


def subject_stream(subject: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"yiwang:subject:{subject}")


def _posts(app: CasesApplication, subject: str) -> tuple[str, ...]:
    """Raises the 503 of an identity service that can't be asked: who is in post is not erased by mistake."""
    return tuple((account(app, subject) or {}).get("roles", ()))


def _cases(unit: UnitOfWork, subject: str) -> list[CaseFile]:
    return [file_of(stream, unit.read_stream(stream)) for stream in streams_of(unit.cursor, subject)]


def _forget_files(cursor: Any, subject: str, cases: list[CaseFile]) -> list[str]:
    """The person's own uploads and what was handed in with their cases, unless another case names it."""
    named = [
        material["file_id"]
        for case in cases
        for event in case.events
        for material in event.data.get("materials") or ()
        if isinstance(material, dict) and material.get("file_id")
    ]
    cursor.execute(
        "WITH gone AS"
        " (DELETE FROM file WHERE owner = %s OR file_id::text = ANY(%s) RETURNING file_id, sha256)"
        " SELECT DISTINCT sha256 FROM gone WHERE NOT EXISTS"
        " (SELECT FROM file f WHERE f.sha256 = gone.sha256 AND f.file_id NOT IN (SELECT file_id FROM gone))",
        (subject, named),
    )
    return sorted(row[0] for row in cursor.fetchall())
