"""Fixtures of the identity tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from identity_kit import PERSON, People


@pytest.fixture
def people(database_dsn: str, stored_events_fit: None) -> Iterator[People]:
    made = People(database_dsn)
    yield made
    made.db.close()


@pytest.fixture
def registered(people: People) -> People:
    """With 王小明 registered."""
    people("register_person", body=PERSON)
    return people
