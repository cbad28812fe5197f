"""Where a restore is made before anything is switched: beside its place, gone again if it fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import make_dsn, parse_dsn

from shared.backup.errors import NotEmpty
from shared.backup.restoring import refuse_full
from shared.database.pool import Database

_BESIDE = "_restoring"


@contextmanager
def database_beside(dsn: str) -> Iterator[str]:
    """The DSN of a fresh database on the server of `dsn`; at the end it takes the name that `dsn` has.

    That one may be missing, or there and empty. The role must be allowed to create databases. What an
    interrupted restore left under the name beside is dropped. Raises `NotEmpty` before anything is made.
    """
    name = parse_dsn(dsn)["dbname"]
    beside = name + _BESIDE
    with closing(psycopg2.connect(make_dsn(dsn, dbname="postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            there = _exists(cursor, name)
            if there:
                with closing(Database(dsn, size=1)) as target:
                    refuse_full(target)
            _drop(cursor, beside)
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(beside)))
            try:
                yield make_dsn(dsn, dbname=beside)
            except BaseException:
                _drop(cursor, beside)
                raise
            _drop(cursor, name)
            cursor.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(beside), sql.Identifier(name))
            )


@contextmanager
def folder_beside(folder: Path) -> Iterator[Path]:
    """A fresh folder on the same disk; at the end it takes the other's name, which must be free or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"the folder {folder}")
    beside = folder.with_name(f".{folder.name}{_BESIDE}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        yield beside
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    if folder.exists():
        folder.rmdir()
    beside.rename(folder)


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
    return bool(cursor.rowcount)


def _drop(cursor: Any, name: str) -> None:
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
