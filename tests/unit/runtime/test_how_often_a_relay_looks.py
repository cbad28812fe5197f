"""A relay looks often where somebody waits for news, and seldom where nobody installed does."""

from __future__ import annotations

import pytest

from shared.runtime.relaying import LOOK_SECONDS, REST_SECONDS, UNFOLLOWED_SECONDS, seconds_between_looks
from shared.service.spec import followed_by_others, installed_services


@pytest.mark.parametrize(
    ("service", "seconds"),
    [
        ("cases", (LOOK_SECONDS, REST_SECONDS)),
        ("supervision", (LOOK_SECONDS, REST_SECONDS)),
        ("notify", (UNFOLLOWED_SECONDS, UNFOLLOWED_SECONDS)),
    ],
)
def test_it_goes_by_who_follows(service: str, seconds: tuple[float, float]) -> None:
    expected = followed_by_others(service, installed_services().values())
    assert seconds_between_looks(expected) == seconds
