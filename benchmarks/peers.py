"""The peers: fetched once into a folder of their own, pinned in `peers.txt` and here, never committed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import psycopg2

PINS = Path(__file__).parent / "peers.txt"
MESSAGE_DB = "@eventide/message-db@1.3.1"

# As its own install.sh goes; roles, privileges and views are no part of what is measured, and what it
# takes from pgcrypto (gen_random_uuid) is PostgreSQL's own since 13.
_MESSAGE_DB_ORDER = (
    "schema/message-store.sql", "tables/messages.sql", "types/message.sql",
    *(f"functions/{name}.sql" for name in (
        "message-store-version", "hash-64", "acquire-lock", "category", "is-category", "id", "cardinal-id",
        "stream-version", "write-message", "get-stream-messages", "get-category-messages",
        "get-last-stream-message")),
    "indexes/messages-id.sql", "indexes/messages-stream.sql", "indexes/messages-category.sql",
)  # fmt: skip


class Peers:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def python(self) -> str:
        """An interpreter that has what `peers.txt` pins; made anew when the pins change."""
        pins = sha256(PINS.read_bytes()).hexdigest()[:12]
        home = self._folder / f"python-{pins}"
        interpreter = home / "bin" / "python"
        if not (home / "installed").exists():
            _run(sys.executable, "-m", "venv", "--clear", str(home))
            _run(str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                 "-r", str(PINS))  # fmt: skip
            (home / "installed").touch()
        return str(interpreter)

    @cached_property
    def _message_db_sql(self) -> Path:
        home = self._folder / "message-db"
        sql = home / "node_modules" / "@eventide" / "message-db" / "database"
        if not sql.exists():
            home.mkdir(parents=True, exist_ok=True)
            _run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home), MESSAGE_DB)
        return sql

    def install_message_db(self, dsn: str) -> None:
        """Its tables and functions in an empty database."""
        with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
            cursor.execute("SET search_path = message_store, public")
            for name in _MESSAGE_DB_ORDER:
                cursor.execute((self._message_db_sql / name).read_text("utf-8"))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} … failed:\n{done.stdout}{done.stderr}")
