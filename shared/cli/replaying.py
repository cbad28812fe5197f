"""What `rebuild` and `verify` share: which read models, and where their feeds are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from shared.cli.platform import open_platform, open_services
from shared.client.api import ApiClient
from shared.config.environment import SettingError
from shared.config.settings import Settings
from shared.database.pool import Database
from shared.readmodel.model import ReadModel
from shared.readmodel.replay import FeedReader, local_reader, remote_reader
from shared.readmodel.standing import Progress, Standing
from shared.runtime.assemble import make_store, open_database
from shared.service.spec import ServiceSpec, installed_services

T = TypeVar("T")

workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=max(1, (os.cpu_count() or 1) // 2),
    show_default="half of the processors",
    help="Processes that fold a read model's history.",
)


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
            db = open_database(settings, specs[service])
            stack.callback(db.close)
            for model in models:
                readers = _readers(model, specs[service], settings, db, client)
                tasks.append(Task(service, model, db, readers))
        yield tasks


def run_all(tasks: Sequence[Task], work: Callable[[Task, Progress], T], quiet: bool) -> list[T]:
    """One task after the other, each with its line of progress."""
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )  # fmt: skip
    results = []
    with Bars(*columns, console=Console(stderr=True), disable=quiet) as bars:
        for task in tasks:
            line = bars.add_task(task.model.name, total=None, said="")
            results.append(work(task, partial(_show, bars, line)))
            bars.update(line, total=1, completed=1, said="done")
    return results


def _show(bars: Bars, line: TaskID, at: Standing) -> None:
    left = f", {timedelta(seconds=round(at.seconds_left))} left" if at.seconds_left is not None else ""
    said = f"{at.phase}, {at.events} events, {at.per_second:.0f}/s{left}"
    bars.update(line, said=said, total=None if at.done is None else 1.0, completed=at.done or 0.0)


def _readers(
    model: ReadModel, spec: ServiceSpec, settings: Settings, db: Database, client: ApiClient | None
) -> dict[str, FeedReader]:
    readers: dict[str, FeedReader] = {}
    for service in {source.service for source in model.sources}:
        if service == spec.name:
            readers[service] = local_reader(make_store(settings, db, service))
        elif client is not None:
            readers[service] = remote_reader(_pull(client, service))
    return readers


def _pull(client: ApiClient, service: str) -> Callable[[str, str, int], Mapping[str, Any]]:
    def pull(category: str, after: str, limit: int) -> Mapping[str, Any]:
        return client.get(
            "/operations/feed", service=service, category=category, after=after, limit=limit
        ).body

    return pull
