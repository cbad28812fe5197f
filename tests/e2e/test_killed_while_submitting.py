"""kill -9 in the middle of 200 submissions: what was acknowledged is there, once; nothing is half there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from shared.cli.throwaway import throw_away_platform
from shared.client import ApiClient, ApiProblem
from shared.simulation.city import City
from tests.e2e.conftest import MONDAY

SUBMISSIONS = 200
KILL_AFTER = 60


def body(definition: dict[str, Any], me: dict[str, Any]) -> dict[str, Any]:
    return {
        "item_code": definition["code"],
        "application_form": "full_online",
        "applicant": {
            "type": "natural_person", "name": me["name"], "id_type": "citizen_id", "id_no": me["id_no"],
        },
        "materials": [
            {"code": each["code"], "method": "paper"}
            for each in definition["materials"] if each["necessity"] == "required"
        ],
        "source": "portal",
        "delivery": {"method": "hall"},
    }  # fmt: skip


def test_every_acknowledged_case_survives_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    acknowledged: dict[str, str] = {}
    unsure: list[str] = []
    enough = threading.Event()

    with throw_away_platform(MONDAY, keep=data) as platform:
        city = City(platform.url, platform.accounts(), platform.operator())
        found = city.operator.get("/items", q="食品经营许可")["items"][0]
        definition = city.operator.get(f"/items/{found['code']}")["definition"]
        citizen = city.person("citizen")
        account = citizen.account
        me = citizen.get("/me").body
        application = body(definition, me)
        token = ApiClient(platform.url)
        token.sign_in(account.login, account.password)

        def submit(number: int) -> None:
            client = ApiClient(platform.url, token.token, timeout=10)
            key = f"kill-{number}"
            try:
                acknowledged[key] = client.post("/cases", application, key=key)["case_no"]
            except ApiProblem as problem:
                assert problem.status in (0, 500, 503), problem
                unsure.append(key)
            if len(acknowledged) >= KILL_AFTER:
                enough.set()

        with ThreadPoolExecutor(8) as pool:
            pending = [pool.submit(submit, number) for number in range(SUBMISSIONS)]
            assert enough.wait(60), "the submissions never got going"
            os.kill(platform.pid, signal.SIGKILL)
            for each in pending:
                each.result()
    assert len(acknowledged) < SUBMISSIONS, "it was killed too late to prove anything"
    assert len(acknowledged) + len(unsure) == SUBMISSIONS

    with throw_away_platform(MONDAY, keep=data) as platform:
        citizen_client = ApiClient(platform.url)
        citizen_client.sign_in(account.login, account.password)
        answers = {
            key: citizen_client.post("/cases", application, key=key) for key in (*acknowledged, *unsure)
        }
        again = {key: answer["case_no"] for key, answer in answers.items()}
        assert {key: again[key] for key in acknowledged} == acknowledged
        newest = max(
            (str(answer.token) for answer in answers.values()), key=lambda token: int(token.split(":")[1])
        )
        mine = [row["case_no"] for row in citizen_client.pages("/cases/mine", limit=200, after_token=newest)]
        assert sorted(mine) == sorted(set(again.values()))
        assert len(mine) == SUBMISSIONS
        sequences = sorted(int(number[-4:]) for number in mine)
        assert sequences == list(range(1, SUBMISSIONS + 1)), "a number was lost or given twice"
        verified = subprocess.run(
            [sys.executable, "-m", "shared.cli", "verify", "--data", str(data)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert verified.returncode == 0, verified.stdout + verified.stderr
