"""The operations of the cases service, thin: each names its permission and hands over."""

from __future__ import annotations

from services.cases.bootstrap import CasesApplication
from services.cases.commands.act import act_on_case
from services.cases.commands.erasure import erase_subject
from services.cases.commands.files import register_file
from services.cases.commands.submit import submit_case
from services.cases.exchange.push import push_process
from services.cases.importing.log import import_log
from services.cases.queries.case import case_answer, contacts
from services.cases.queries.history import events, timeline
from services.cases.queries.papers import clock_answer, documents, exchange
from services.cases.queries.progress import progress
from services.cases.queries.proof import proof
from services.cases.queries.work_list import list_cases, my_cases, statistics
from shared.contracts.cases import (
    CaseContacts,
    CaseQuery,
    CaseRef,
    ImportLog,
    ListCases,
    MineQuery,
    ProgressQuery,
    PushProcess,
    RegisterFile,
    StatisticsQuery,
    SubmitCase,
)
from shared.contracts.subjects import EraseSubject, SubjectRef
from shared.eventstore.waiting import wait_for
from shared.service.call import Answer, Call
from shared.service.operation import operation


class CasesService:
    """`act` needs no more than reading; the action's own contract says what else it needs."""

    name = "cases"
    app: CasesApplication

    @operation(permission="cases.submit", body=SubmitCase, needs_key=True)
    def submit(self, call: Call) -> Answer:
        return submit_case(self.app, call)

    @operation(permission="cases.read", needs_key=True)
    def act(self, call: Call) -> Answer:
        return act_on_case(self.app, call)

    @operation(permission="files.upload", body=RegisterFile, needs_key=True)
    def register_file(self, call: Call) -> Answer:
        return register_file(self.app, call)

    @operation(permission="cases.import", body=ImportLog, needs_key=True)
    def import_log(self, call: Call) -> Answer:
        return import_log(self.app, call)

    @operation(permission="cases.push", body=PushProcess, needs_key=True)
    def push_process(self, call: Call) -> Answer:
        return push_process(self.app, call)

    @operation(permission="cases.work_list", query=ListCases)
    def list(self, call: Call) -> Answer:
        self._wait(call, "work_list")
        return list_cases(self.app, call)

    @operation(permission="cases.applicant_action", query=MineQuery)
    def mine(self, call: Call) -> Answer:
        self._wait(call, "work_list")
        return my_cases(self.app, call)

    @operation(permission="cases.work_list", query=StatisticsQuery)
    def statistics(self, call: Call) -> Answer:
        self._wait(call, "work_list")
        return statistics(self.app, call)

    @operation(permission="cases.progress", query=ProgressQuery)
    def progress(self, call: Call) -> Answer:
        self._wait(call, "progress")
        return progress(self.app, call)

    @operation(permission="cases.read", query=CaseQuery)
    def timeline(self, call: Call) -> Answer:
        self._wait(call, "timeline")
        return timeline(self.app, call)

    @operation(permission="cases.read", query=CaseQuery)
    def case(self, call: Call) -> Answer:
        return case_answer(self.app, call)

    @operation(permission="cases.read", query=CaseQuery)
    def events(self, call: Call) -> Answer:
        return events(self.app, call)

    @operation(permission="cases.read", query=CaseQuery)
    def clock(self, call: Call) -> Answer:
        return clock_answer(self.app, call)

    @operation(permission="cases.read", query=CaseRef)
    def exchange(self, call: Call) -> Answer:
        return exchange(self.app, call)

    @operation(permission="cases.read", query=CaseRef)
    def documents(self, call: Call) -> Answer:
        return documents(self.app, call)

    @operation(permission="cases.read", query=CaseRef)
    def proof(self, call: Call) -> Answer:
        return proof(self.app, call)

    @operation(permission="subjects.erase", body=EraseSubject, query=SubjectRef, needs_key=True)
    def erase_subject(self, call: Call) -> Answer:
        return erase_subject(self.app, call)

    @operation(permission="cases.contact", body=CaseContacts)
    def contacts(self, call: Call) -> Answer:
        return contacts(self.app, call)

    def _wait(self, call: Call, model: str) -> None:
        """Lists lag; one case is read from its stream and never does."""
        wait_for(self.app, call.after_token, [model], self.app.settings.token_wait)
