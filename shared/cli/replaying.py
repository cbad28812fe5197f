"""What `rebuild` and `verify` share: which read models, and where their feeds are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from shared.cli.platform import open_platform, open_services
from shared.client.api import ApiClient
from shared.config.environment import SettingError
from shared.config.settings import Settings
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel.model import ReadModel
from shared.readmodel.replay import FeedReader, Progress, local_reader, remote_reader
from shared.runtime.assemble import open_database
from shared.service.spec import ServiceSpec, installed_services

T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """A read model with its database and its feeds."""

    service: str
    model: ReadModel
    db: Database
    readers: Mapping[str, FeedReader]


def choose(names: Sequence[str], everything: bool) -> dict[str, list[ReadModel]]:
    """Read models by service. Raises `SettingError` for a name that is none."""
    known = {
        model.name: (name, model) for name, spec in installed_services().items() for model in spec.read_models
    }
    for name in names:
        if name not in known:
            raise SettingError(name, f"is no read model; there are {', '.join(sorted(known))}")
    chosen: dict[str, list[ReadModel]] = {}
    for name in known if everything else names:
        service, model = known[name]
        chosen.setdefault(service, []).append(model)
    return chosen


@contextmanager
def open_tasks(data: Path | None, chosen: Mapping[str, Sequence[ReadModel]]) -> Iterator[list[Task]]:
    """Own feeds are read from the database beside the running service; foreign ones over HTTP with the
    operator's token, since nobody reads another service's database."""
    foreign = any(
        source.service != service
        for service, models in chosen.items()
        for m in models
        for source in m.sources
    )
    with ExitStack() as stack:
        client = stack.enter_context(open_platform(data)) if foreign else None
        settings, specs = stack.enter_context(open_services(data, tuple(chosen)))
        tasks = []
        for service, models in chosen.items():
            db = open_database(settings, service)
            stack.callback(db.close)
            for model in models:
                readers = _readers(model, specs[service], settings, db, client)
                tasks.append(Task(service, model, db, readers))
        yield tasks


def run_all(tasks: Sequence[Task], work: Callable[[Task, Progress], T], workers: int, quiet: bool) -> list[T]:
    """Each task with its own line of progress, `workers` at once; raises the first error after all."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[said]}"),
               TimeElapsedColumn())  # fmt: skip
    with Bars(*columns, console=Console(stderr=True), disable=quiet) as bars:

        def one(task: Task) -> T:
            line = bars.add_task(task.model.name, total=None, said="")

            def progress(events: int, rate: float) -> None:
                bars.update(line, said=f"{events} events, {rate:.0f}/s", completed=events)

            result = work(task, progress)
            bars.update(line, total=1, completed=1)
            return result

        with ThreadPoolExecutor(workers) as pool:
            return [future.result() for future in [pool.submit(one, task) for task in tasks]]


def _readers(
    model: ReadModel, spec: ServiceSpec, settings: Settings, db: Database, client: ApiClient | None
) -> dict[str, FeedReader]:
    readers: dict[str, FeedReader] = {}
    for service in {source.service for source in model.sources}:
        if service == spec.name:
            readers[service] = local_reader(PostgresEventStore(db, service, settings.clock))
        elif client is not None:
            readers[service] = remote_reader(_pull(client, service))
    return readers


def _pull(client: ApiClient, service: str) -> Callable[[str, str, int], Mapping[str, Any]]:
    def pull(category: str, after: str, limit: int) -> Mapping[str, Any]:
        return client.get(
            "/operations/feed", service=service, category=category, after=after, limit=limit
        ).body

    return pull
