"""Fixtures of the catalogue tests."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from catalogue_kit import OPERATOR, Catalogue, demo_item

from services.catalogue import SERVICE
from services.catalogue.demo import demo_catalogue
from shared.service.spec import ServiceSpec
from shared.testing.postgres import new_database, private_database
from tests.beside import real_data


@pytest.fixture
def migrated_for() -> ServiceSpec:
    return SERVICE


@pytest.fixture
def catalogue(database_dsn: str, stored_events_fit: None) -> Iterator[Catalogue]:
    made = Catalogue(database_dsn)
    yield made
    made.db.close()


@pytest.fixture(scope="package")
def stocked_dsn(postgres_server: str) -> str:
    dsn = new_database(postgres_server)
    with closing(Catalogue(dsn)) as made:
        made("define_items", OPERATOR, demo_catalogue())
    return dsn


@pytest.fixture
def stocked(postgres_server: str, stocked_dsn: str) -> Iterator[Catalogue]:
    """With the demo items of 宜望市."""
    with private_database(postgres_server, template=stocked_dsn) as dsn, closing(Catalogue(dsn)) as made:
        yield made


@pytest.fixture
def food_permit() -> dict[str, Any]:
    """A complete lawful definition to bend in a test."""
    return demo_item("food-business-permit")


@pytest.fixture
def real_rows() -> list[dict[str, Any]]:
    found = real_data("catalogue-guangan.csv")
    assert found is not None, "tests that take this carry the mark `beside`"
    with found.open(encoding="utf-8-sig", newline="") as file:
        return [{"line": line, **row} for line, row in enumerate(csv.DictReader(file), start=2)]
