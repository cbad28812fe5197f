"""Ticks come close while there is little to do, and further apart when the process comes late to its work."""

from __future__ import annotations

from time import sleep
from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.eventstore import ticker
from shared.eventstore.ticker import APART, Ticker


class Late:
    """Waits as asked, and so much longer."""

    by = 0.0

    def wait(self, seconds: float) -> None:
        sleep(max(0.0, seconds) + self.by)


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Ticker:
    """Somebody appends all the time, and every look takes a tick."""
    monkeypatch.setattr(ticker, "Stop", Late)
    monkeypatch.setattr(Late, "by", 0.0)
    store = SimpleNamespace(wait_for_append=lambda seconds: True, tick=lambda: True)
    return Ticker(cast(Any, store), coalesce=0.0, apart=(0.001, 0.01))


def test_late_returns_move_them_apart_up_to_a_bound_and_punctual_ones_back(
    steady: Ticker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Late, "by", 0.02)
    for _ in range(10):
        steady.step()
    assert steady.apart == 0.01
    monkeypatch.setattr(Late, "by", 0.0)
    for _ in range(200):
        if steady.apart < 0.01:
            return
        steady.step()
    raise AssertionError("it never came back")


def test_looks_for_others_appends_come_less_often_while_nothing_is_new() -> None:
    asked: list[float] = []
    news = iter([True] + [False] * 40 + [True])
    store = SimpleNamespace(wait_for_append=asked.append, tick=lambda: False, wait=lambda _: next(news))
    ticker = Ticker(cast(Any, store), look=0.02, rest=0.1)
    for _ in range(42):
        ticker.step()
    assert asked[:2] == [0.02, 0.02] and asked == sorted(asked)
    assert asked[10] < 0.05 and asked[-1] == 0.1
    news = iter([False])
    ticker.step()
    assert asked[-1] == 0.02, "another process took a tick"


def test_the_first_tick_waits_for_nobody() -> None:
    assert Ticker(cast(Any, None)).apart == APART[0]
