"""An event's data of about 500 bytes, as a case produces it; the same for every contender."""

from __future__ import annotations

import json
from typing import Any

STREAM_LENGTH = 10
"""Events per stream: what a case has."""

TYPE = "case.step_recorded"


def payload(number: int) -> dict[str, Any]:
    return {
        "case": {
            "case_no": f"11510000MB1234567K-20260302-{number:08d}",
            "department_code": "11510000MB1234567K",
            "region_code": "511602000000",
            "item_name": "食品经营许可（新办，餐饮服务）",
        },
        "status": "in_process",
        "step": "审查",
        "action": "passed",
        "opinion": "经审查，符合法定条件，拟予许可。",
        "officer": {
            "id": "6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10",
            "department_code": "11510000MB1234567K",
        },
        "round": number % 7,
        "basis": "《食品经营许可和备案管理办法》第十四条",
        "received_at": "2026-03-02T01:00:00+00:00",
    }


def text(number: int) -> str:
    return json.dumps(payload(number), ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    print(len(text(1).encode()), "bytes")
