"""Long seeded walks of sensible officers: they reach every status and see every kind of event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from case_scenario import APPLICANT, CLERK, EXAMINER, SECOND, papers
from case_walk import FORMS, ITEMS, Walk

from services.cases import domain as d
from services.cases.domain.transitions import NOT_STATED

WALKS = 250
STEPS = 30

SENSIBLE: dict[str, Callable[[Walk, Random], d.Command]] = {
    "pre-review": lambda walk, luck: d.PreReview(
        luck.choice(["passed", "passed", "failed", "supplement"]), CLERK, "缺页", walk.now + timedelta(days=9)
    ),
    "request-supplement": lambda walk, luck: d.RequestSupplement(
        "BZ", "缺页", [{"code": "M1"}], walk.now + timedelta(days=9), CLERK
    ),
    "supplement": lambda walk, luck: d.Supplement(papers("M1", "M4"), APPLICANT),
    "accept": lambda walk, luck: d.Accept("SL", CLERK),
    "deem-accepted": lambda walk, luck: d.DeemAccepted("SL"),
    "not-accept": lambda walk, luck: d.NotAccept("BS", "不符合", CLERK),
    "claim": lambda walk, luck: d.Claim(EXAMINER),
    "transfer": lambda walk, luck: d.Transfer("出差", EXAMINER, luck.choice(["a", "b"])),
    "recall": lambda walk, luck: d.Recall("急办", CLERK),
    "record-step": lambda walk, luck: d.RecordStep(
        walk.state.current_step or "审查",
        luck.choice(["passed", "passed", "passed", "passed", "returned", "other"]),
        "同意",
        EXAMINER,
        co_officer=SECOND,
    ),
    "start-special-procedure": lambda walk, luck: d.StartSpecialProcedure(
        luck.choice("AB"),
        luck.choice(["听证", "实地核查", "现场踏勘", "延长审批"]),
        "复杂",
        5,
        "局长",
        "TB",
        EXAMINER,
    ),
    "end-special-procedure": lambda walk, luck: d.EndSpecialProcedure(
        "同意", "继续", EXAMINER, luck.choice(walk.state.open_special_procedures).sequence
    ),
    "decide": lambda walk, luck: d.Decide(
        luck.choice(["granted", "granted", "refused", "forwarded"]),
        "JD",
        EXAMINER,
        "理由",
        None,
        {"department": "省厅"},
    ),
    "complete": lambda walk, luck: d.Complete(CLERK, None, "SL", "JD"),
    "verify-originals": lambda walk, luck: d.VerifyOriginals(
        luck.choice(["passed", "passed", "failed"]), "hall", CLERK
    ),
    "pay": lambda walk, luck: d.Pay(8000, "online", "P-1"),
    "announce-result": lambda walk, luck: d.AnnounceResult(CLERK),
    "dispatch": lambda walk, luck: d.Dispatch("SF1", CLERK),
    "deliver": lambda walk, luck: d.Deliver("courier" if walk.state.dispatched else "hall", CLERK),
    "rate": lambda walk, luck: d.Rate(luck.randint(1, 5), APPLICANT, "理由"),
    "withdraw": lambda walk, luck: d.Withdraw("不办了", APPLICANT),
    "lapse": lambda walk, luck: d.Lapse(),
    "void": lambda walk, luck: d.Void("重复", luck.choice(["void", "deleted"]), CLERK),
    "urge": lambda walk, luck: d.Urge(APPLICANT, "快"),
    "correct": lambda walk, luck: d.Correct("e-1", {"form.x": "y"}, "录错", EXAMINER, SECOND),
    "revoke-acceptance": lambda walk, luck: d.RevokeAcceptance("容缺未补", EXAMINER),
    "revoke-result": lambda walk, luck: d.RevokeResult("虚假材料", EXAMINER),
}
SELDOM = frozenset(
    [
        "withdraw",
        "void",
        "not-accept",
        "revoke-acceptance",
        "revoke-result",
        "urge",
        "correct",
        "claim",
        "transfer",
        "recall",
    ]
)


def walked(seed: int) -> Walk:
    luck, walk = Random(seed), Walk()
    walk.submit(luck.choice(ITEMS), application_form=luck.choice(FORMS), materials=papers("M1", "M2"))
    for _ in range(STEPS):
        walk.now += timedelta(days=luck.choice([0, 0, 1, 7]))
        choices = [*d.allowed_actions(walk.state), "deem-accepted", "lapse"]
        often = [action for action in choices if action not in SELDOM]
        action = luck.choice(choices if luck.random() < 0.25 or not often else often)
        walk.ask(SENSIBLE[action](walk, luck))
    assert walk.replayed() == walk.state
    return walk


def test_every_status_and_every_event_is_met_on_lawful_ways() -> None:
    walks = [walked(seed) for seed in range(WALKS)]
    met = {event for walk in walks for event, _, _ in walk.history}
    assert set(d.EVENT_TYPES) - met == NOT_STATED
    statuses = {data["status"] for walk in walks for _, data, _ in walk.history}
    assert set(d.STATUSES) - statuses == set()
