"""One backup for all tests of it, taken from one server and restored on another."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from backed_up import SPEC, Place, fill

from shared.backup.taking import back_up
from shared.database.migrate import migrate
from shared.testing.postgres import new_database, private_postgres


@dataclass
class Backup:
    events: Path
    keys: Path
    source: Place

    def copied(self, folder: Path) -> Backup:
        """To be damaged."""
        shutil.copytree(self.events, folder / "b")
        shutil.copytree(self.keys, folder / "k")
        return Backup(folder / "b", folder / "k", self.source)


@pytest.fixture(scope="session")
def backup(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backup]:
    source = Place(new_database(postgres_server))
    migrate(source.db, SPEC)
    fill(source)
    folder = tmp_path_factory.mktemp("backup")
    back_up({"keeper": (source.db, source.store)}, folder / "b", folder / "k", source.clock)
    yield Backup(folder / "b", folder / "k", source)
    source.db.close()


@pytest.fixture(scope="session")
def other_server() -> Iterator[str]:
    """A new one, which has begun to count transactions only now."""
    with private_postgres() as dsn:
        yield dsn


@pytest.fixture
def place(other_server: str) -> Iterator[Callable[[], Place]]:
    """An empty database on the other server."""
    made: list[Place] = []

    def make() -> Place:
        made.append(Place(new_database(other_server)))
        return made[-1]

    yield make
    for each in made:
        each.db.close()
