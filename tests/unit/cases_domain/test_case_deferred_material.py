"""容缺受理: minor material may follow after acceptance, and what is owed stands in the acceptance."""

from __future__ import annotations

from case_scenario import APPLICANT, CLERK, Case, papers

from services.cases.domain import RevokeAcceptance, Supplement


def owing() -> Case:
    return Case(materials=papers("M1", "M2")).accepted()


def test_acceptance_lists_what_may_follow() -> None:
    assert owing().facts[-1].data["deferred_materials"] == [{"code": "M4", "name": "制度清单"}]
    assert Case().accepted().facts[-1].data["deferred_materials"] == []


def test_what_follows_is_taken_off_the_list() -> None:
    case = owing().having(Supplement(papers("M4"), APPLICANT))
    assert case.state.deferred == frozenset()
    assert not case.can("supplement")


def test_what_never_follows_lets_the_acceptance_be_revoked() -> None:
    case = owing()
    assert case.refused(RevokeAcceptance("", CLERK)).field == "reason"
    case.having(RevokeAcceptance("容缺材料逾期未补", CLERK))
    assert (case.status, case.state.outcome) == ("not_accepted", "not_accepted")
