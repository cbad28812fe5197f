"""A copy of a read model in a schema beside the serving one: begun, brought near, brought level, compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from psycopg2 import sql

from shared.database.migrate import create_schema
from shared.database.pool import Database
from shared.eventstore.errors import UnknownCursor
from shared.eventstore.until import until
from shared.problems import conflict
from shared.readmodel import checkpoints, deferring, loading, parking, plan, shares
from shared.readmodel.failures import ReplayFailed
from shared.readmodel.folding import FoldedReadModel
from shared.readmodel.model import ReadModel
from shared.readmodel.plan import Plan
from shared.readmodel.replay import FeedReader, Replay, serving_places
from shared.readmodel.shares import Loader
from shared.readmodel.standing import Progress

LOCK_TIMEOUT_MS = 10_000
PER_SHARE = 20_000
"""Events: what is done again after a kill, per worker, and how often the progress bar moves."""

_LOCKS = 7_310_013

log = structlog.get_logger(__name__)


class Copy:
    """`workers` is how many processes load it, for a read model that is folded; others are replayed in one.

    For a plain process: in a green one it would keep the service from answering.
    """

    def __init__(
        self,
        db: Database,
        model: ReadModel,
        schema: str,
        readers: Mapping[str, FeedReader],
        progress: Progress | None = None,
        *,
        workers: int = 1,
        per_share: int = PER_SHARE,
    ) -> None:
        self.schema = schema
        self.resumed = False
        self._db = db
        self._model = model
        self._readers = readers
        self._progress = progress
        self._workers = workers
        self._per_share = per_share
        self._plan: Plan | None = None

    @property
    def events(self) -> int:
        return self._plan.events if self._plan else 0

    def approach(self, *, afresh: bool) -> None:
        """The long part: to where the serving copy stands, which moves on meanwhile.

        Goes on with a copy that was begun before, unless `afresh`. A history that can't be applied leaves
        nothing behind; any other end leaves what was done for the next call.
        """
        self._plan = (None if afresh else self._find()) or self._begin()
        try:
            if not self._plan.loaded and isinstance(self._model, FoldedReadModel):
                loading.load(self._db, Loader(self._model, self._plan), self._workers, self._progress)
            self._replay(self._plan).approach()
        except ReplayFailed:
            self.drop()
            raise

    def arrive(self) -> None:
        """To the very place of the serving copy; call it in `standing_still`."""
        if self._plan is None:
            raise RuntimeError("arrive before approach")
        with self._db.transaction() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # a feed may be far away
            self._replay(self._plan).arrive(cursor)

    def drop(self) -> None:
        with self._db.transaction() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", (LOCK_TIMEOUT_MS,))
            plan.forget(cursor, self.schema)
            drop_schema(cursor, self.schema)

    def _replay(self, begun: Plan) -> Replay:
        return Replay(self._db, self._model, begun, self._readers, self._progress)

    def _find(self) -> Plan | None:
        with self._db.transaction() as cursor:
            found = plan.find(cursor, self._model, self.schema)
            unfit = None if found else plan.unfit(cursor, self._model, self.schema)
        if unfit:
            log.warning("copy_begun_anew", read_model=self._model.name, reason=unfit)
        self.resumed = found is not None
        return found

    def _begin(self) -> Plan:
        self.drop()
        begun = plan.new(self.schema, self._model.sources)
        with self._db.transaction() as cursor:
            create_schema(cursor, self._model, self.schema)
            count = 0
            if isinstance(self._model, FoldedReadModel):
                count = self._divide(cursor, begun, self._model)
            plan.begin(cursor, begun, self._model, count)
        return begun

    def _divide(self, cursor: Any, begun: Plan, model: FoldedReadModel) -> int:
        """Everything up to the serving checkpoint is folded; answers in how many shares."""
        ((source, place),) = serving_places(cursor, model).items()
        if not place:
            return 0
        try:
            begun.until = until(cursor, place)
        except UnknownCursor as error:
            raise ReplayFailed(f"{source} began a new epoch; let {model.name} catch up first") from error
        held, skipped = parking.left_out(cursor, model.name)
        begun.aside = dict.fromkeys([*held, *(stream for stream, _ in skipped)], 1)
        begun.places = {source: place}
        begun.deferred = deferring.take_away(cursor, self.schema)
        begun.loaded = False
        return shares.shares_for(cursor, self._workers, self._per_share)


@contextmanager
def only_one(db: Database, model: ReadModel, schema: str) -> Iterator[None]:
    """Raises `Problem` 409 `rebuild_running` while another process works on a copy in that schema."""
    with db.advisory_lock(_LOCKS, schema) as held:
        if not held:
            raise conflict("rebuild_running", f"a copy of {model.name} is being built by somebody else")
        yield


def being_built(db: Any, model: ReadModel) -> bool:
    """Whether somebody is at work on the copy that is to serve; nobody is kept from it by asking."""
    db.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s::oid"
        " AND objid = (hashtext(%s)::bigint & 4294967295)::oid AND objsubid = 2"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
        (_LOCKS, f"{model.schema}__new"),
    )
    return bool(db.fetchone()[0])


@contextmanager
def standing_still(db: Database, model: ReadModel) -> Iterator[Any]:
    """While nobody moves the read model; waits for a running batch, not for ever.

    Yields a function that lets it move again before the block ends.
    """
    with db.session() as connection, connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", (LOCK_TIMEOUT_MS,))
        checkpoints.hold(cursor, model.name)
        yield connection.close


@contextmanager
def frozen(db: Database) -> Iterator[Any]:
    """A cursor that sees the database as it is now, however long it looks."""
    with db.transaction() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT")
        yield cursor


def drop_schema(cursor: Any, schema: str) -> None:
    cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def tables(cursor: Any, schema: str) -> set[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,))
    return {row[0] for row in cursor.fetchall()}
