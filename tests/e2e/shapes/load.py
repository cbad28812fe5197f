"""People who apply on a stack while it is hurt."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from shared.client import ApiProblem
from shared.testing.waiting import await_that
from tests.e2e.shapes.applicant import Applicant

PEOPLE = 2
PAUSE = 0.15
PASSING = (0, 503)
"""No answer, or none now: whoever gets these asks again with the same key."""


class Load:
    """People who apply one case after another, and insist with the same key until they have an answer."""

    def __init__(self, applicant: Applicant) -> None:
        self.acknowledged: dict[str, str] = {}
        self.refused: list[ApiProblem] = []
        self.unanswered: Counter[str] = Counter()
        self._applicant = applicant
        self._stop = threading.Event()
        self._people = [threading.Thread(target=self._apply, args=(number,)) for number in range(PEOPLE)]

    @contextmanager
    def running(self) -> Iterator[None]:
        for person in self._people:
            person.start()
        try:
            yield
        finally:
            self._stop.set()
            for person in self._people:
                person.join()

    def goes_on(self, more: int = 5) -> None:
        """Wait until so many further cases were acknowledged."""
        before = len(self.acknowledged)
        await_that(lambda: self.refused or len(self.acknowledged) >= before + more, "further cases")

    def _apply(self, person: int) -> None:
        client = self._applicant.signed_in(timeout=15)
        number = 0
        while not self._stop.wait(PAUSE):
            key = f"load-{person}-{number}"
            try:
                self.acknowledged[key] = self._applicant.submit(key, client)["case_no"]
            except ApiProblem as problem:
                self.unanswered[problem.code] += 1
                if problem.status not in PASSING:
                    self.refused.append(problem)
                    return
                continue
            number += 1
