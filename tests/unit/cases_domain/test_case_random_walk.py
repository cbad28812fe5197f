"""Whatever is asked of a case in whatever order, it stays within its table and can be replayed.

Commands are drawn at random, sensible and senseless ones alike, and driven against items of every
kind; time moves on between them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from case_scenario import (
    APPLICANT,
    CLERK,
    COMPANY,
    EXAMINER,
    IMMEDIATE,
    MONDAY,
    PERMIT,
    PERSON,
    SECOND,
    papers,
)
from case_walk import FORMS, ITEMS, Walk
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.cases import domain as d
from services.cases.domain.decide import RULES

text = st.sampled_from(["", "隐言"])
number = st.sampled_from(["", "NO-1", "NO-2"])
officers = st.sampled_from([CLERK, EXAMINER, SECOND])
material_rows = st.sampled_from([[], papers("M1"), papers("M4"), papers("M99")])
step_names = st.sampled_from([row["name"] for row in [*PERMIT["steps"], *IMMEDIATE["steps"]]])
kinds = st.sampled_from(["听证", "专家评审", "实地核查", "现场踏勘", "延长审批"])

COMMANDS: dict[str, st.SearchStrategy[d.Command]] = {
    "pre-review": st.builds(
        d.PreReview, st.sampled_from(["passed", "passed", "failed", "supplement"]), officers, text
    ),
    "request-supplement": st.builds(
        d.RequestSupplement,
        number,
        text,
        material_rows,
        st.integers(1, 40).map(lambda days: MONDAY + timedelta(days=days)),
        officers,
    ),
    "supplement": st.builds(d.Supplement, material_rows, st.just(APPLICANT)),
    "accept": st.builds(d.Accept, number, officers),
    "deem-accepted": st.builds(d.DeemAccepted, number),
    "claim": st.builds(d.Claim, officers),
    "transfer": st.builds(
        d.Transfer, text, officers, st.sampled_from(["x", None]), st.sampled_from(["D2", None])
    ),
    "recall": st.builds(d.Recall, text, officers),
    "record-step": st.builds(
        d.RecordStep,
        step_names,
        st.sampled_from(["passed", "returned", "other"]),
        text,
        officers,
        co_officer=st.sampled_from([None, SECOND, CLERK]),
    ),
    "start-special-procedure": st.builds(
        d.StartSpecialProcedure,
        st.sampled_from("AB"),
        kinds,
        text,
        st.integers(0, 12),
        st.just("局长"),
        number,
        officers,
    ),
    "end-special-procedure": st.builds(
        d.EndSpecialProcedure, st.just("同意"), text, officers, st.sampled_from([None, 1, 2])
    ),
    "decide": st.builds(
        d.Decide, st.sampled_from(["granted", "refused", "forwarded"]), number, officers, text
    ),
    "complete": st.builds(d.Complete, officers, st.none(), number, number),
    "verify-originals": st.builds(
        d.VerifyOriginals, st.sampled_from(["passed", "passed", "failed"]), st.just("hall"), officers
    ),
    "pay": st.builds(d.Pay, st.sampled_from([8000, 1]), st.just("online"), number),
    "announce-result": st.builds(d.AnnounceResult, officers),
    "dispatch": st.builds(d.Dispatch, number, officers),
    "deliver": st.builds(d.Deliver, st.sampled_from(["hall", "courier"]), officers, st.just("隐言")),
    "rate": st.builds(d.Rate, st.integers(0, 6), st.just(APPLICANT), text),
    "urge": st.builds(d.Urge, st.just(APPLICANT), text),
    "correct": st.builds(
        d.Correct,
        st.just("e-1"),
        st.just({"applicant.name": "隐言"}),
        st.just("更正"),
        officers,
        st.sampled_from([None, SECOND]),
    ),
}
ENDS: dict[str, st.SearchStrategy[d.Command]] = {
    "not-accept": st.builds(d.NotAccept, number, text, officers),
    "withdraw": st.builds(d.Withdraw, text, st.just(APPLICANT)),
    "lapse": st.builds(d.Lapse),
    "void": st.builds(d.Void, text, st.sampled_from(["void", "deleted"]), officers),
    "revoke-acceptance": st.builds(d.RevokeAcceptance, text, officers),
    "revoke-result": st.builds(d.RevokeResult, text, officers),
}


class CaseWalk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk()

    @initialize(
        item=st.sampled_from(ITEMS),
        form=st.sampled_from(FORMS),
        applicant=st.sampled_from([PERSON, COMPANY]),
        whole=st.booleans(),
    )
    def submit(self, item: Any, form: str, applicant: Any, whole: bool) -> None:
        rows = papers("M1", "M2", "M4") if whole else papers("M1", "M2")
        self.walk.submit(item, application_form=form, applicant=applicant, materials=rows)

    @rule(command=st.one_of(list(COMMANDS.values())))
    def ask_anything(self, command: d.Command) -> None:
        self.walk.ask(command)

    @rule(data=st.data())
    def ask_what_is_offered(self, data: st.DataObject) -> None:
        offered = [action for action in d.allowed_actions(self.walk.state) if action in COMMANDS]
        if offered:
            self.walk.ask(data.draw(COMMANDS[data.draw(st.sampled_from(offered))]))

    @rule(command=st.one_of(list(ENDS.values())), really=st.integers(0, 5))
    def end_it(self, command: d.Command, really: int) -> None:
        """Seldom, so that walks get far."""
        if really == 0:
            self.walk.ask(command)

    @rule()
    def next_step_as_it_should_be(self) -> None:
        name = self.walk.state.current_step
        if name:
            self.walk.ask(d.RecordStep(name, "passed", "同意", EXAMINER, co_officer=SECOND))

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        self.walk.now += timedelta(days=days)

    @invariant()
    def the_past_replays_to_the_same_state(self) -> None:
        assert self.walk.replayed() == self.walk.state


TestCaseWalk = CaseWalk.TestCase
TestCaseWalk.settings = settings(
    max_examples=50, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_every_action_is_walked() -> None:
    assert set(COMMANDS) | set(ENDS) | {"submit"} == {rule.action for rule in RULES.values()}
