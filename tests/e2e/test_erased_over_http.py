"""A person lives through a case over HTTP, lies nowhere in clear, is erased by two, and is gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.cli.throwaway import ThrowAway
from shared.client import ApiClient, ApiProblem
from shared.testing.waiting import await_that
from tests.e2e.planted import PASSWORD, WORDS, Planted, dump, found

OWNERS = ("identity", "catalogue", "cases", "notify", "supervision")


def test_a_planted_person(platform: ThrowAway, tmp_path: Path) -> None:
    planted = Planted(platform.url, platform.accounts(), platform.operator(), tmp_path)
    clerk, pages = planted.officer("clerk"), ("", "/events", "/timeline", "/exchange")

    def told() -> bool:
        outbox = platform.operator().get("/operations/outbox", case=planted.number)["items"]
        return bool(outbox) and all(message["ended_at"] for message in outbox)

    def shown() -> str:
        bodies = [clerk.get(f"/cases/{planted.number}{page}").body for page in pages]
        return json.dumps(bodies, ensure_ascii=False)

    def followed() -> bool:
        try:
            ApiClient(platform.url).sign_in(WORDS["login"], PASSWORD)
        except ApiProblem as problem:
            return problem.code == "wrong_credentials"
        return False

    await_that(told, "the messages to be sent")
    assert {WORDS["name"], WORDS["id_no"], WORDS["form"], WORDS["rated"]} <= set(
        found(planted.words, shown())
    )
    lines = (platform.data / "pg" / "postmaster.pid").read_text().splitlines()
    for name in OWNERS:
        dumped = dump(f"postgresql://postgres@/{name}?host={lines[4]}&port={lines[3]}")
        assert found(planted.words, dumped) == [], name

    path, body = f"/subjects/{planted.account}/erasure", {"reason": "requested"}
    assert platform.operator().post(path, body)["state"] == "proposed"
    with pytest.raises(ApiProblem) as alone:
        platform.operator().post(path, body)
    assert alone.value.code == "needs_second_person"
    assert planted.city.person("security_admin").post(path, body)["state"] == "erased"
    await_that(followed, "identity to follow")
    assert found(planted.words, shown()) == []
    assert clerk.get(f"/cases/{planted.number}")["status"] == "delivered"
    assert planted.account in (platform.data / "erasures.jsonl").read_text()
