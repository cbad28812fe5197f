"""The population register: does this name belong to this identity number?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

import requests

from services.identity.domain.account import CHECKED
from shared.problems import Problem

TIMEOUT_SECONDS = 5.0
MISMATCH_MARK = "不符"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`reference` is the register's receipt for this question."""

    matched: bool
    reference: str
    level: int = CHECKED


class PopulationRegister(Protocol):
    method: str

    def compare(self, name: str, id_no: str) -> Comparison:
        """May block for `TIMEOUT_SECONDS`. Raises the 503 problem when the register doesn't answer."""
        ...


class SandboxRegister:
    """Knows nobody and believes everybody, but a name that holds 不符: for demos and tests."""

    method = "sandbox"

    def compare(self, name: str, id_no: str) -> Comparison:
        return Comparison(MISMATCH_MARK not in name, f"sandbox-{uuid4().hex}")


class HttpRegister:
    """Asks `POST <url>` with `{name, id_no}`; expects `{matched, reference}`."""

    method = "population_register"

    def __init__(self, url: str) -> None:
        self._url = url

    def compare(self, name: str, id_no: str) -> Comparison:
        try:
            response = requests.post(self._url, json={"name": name, "id_no": id_no}, timeout=TIMEOUT_SECONDS)
            response.raise_for_status()
            answer = response.json()
            return Comparison(bool(answer["matched"]), str(answer["reference"]))
        except (requests.RequestException, KeyError, ValueError) as error:
            detail = f"the population register gave no usable answer: {type(error).__name__}"
            raise Problem(503, "register_unavailable", detail) from error
