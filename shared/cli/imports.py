"""`yiwang import`: lists and logs from files, through the platform's own API."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from shared.cli.imported import Imported, show
from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform
from shared.client import ApiClient
from shared.importing.items import read_items
from shared.importing.process_log import read_process_log
from shared.importing.regions import read_regions

F = TypeVar("F", bound=Callable[..., Any])
ITEM_ROWS, REGION_ROWS, LOG_CASES = 2_000, 5_000, 150
"""Rows per request: each is one transaction or a few, and none should be long."""


@click.group("import", short_help="lists and logs from files")
def command() -> None:
    """Import a file. Every bad row is reported with line, field and reason; good rows are kept.

    Run it again and nothing is added. Exit code 1 if a row was rejected.
    """


def _options(function: F) -> F:
    function = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))(function)
    function = click.option("--dry-run", is_flag=True, help="Only check; store nothing.")(function)
    return json_option(data_option(function))


@command.command("items")
@_options
def items(file: Path, dry_run: bool, data: Path, as_json: bool) -> None:
    """A list of service items, CSV or XLSX."""
    table = read_items(file)
    found = Imported("items", file, dry_run)
    found.unread(table.faults)
    _send(data, found, "/items/imports", "rows", _slices(table.rows, ITEM_ROWS))
    _finish(found, as_json)


@command.command("regions")
@_options
def regions(file: Path, dry_run: bool, data: Path, as_json: bool) -> None:
    """Provinces, cities and counties with their 12-digit codes, CSV or XLSX."""
    table = read_regions(file)
    found = Imported("regions", file, dry_run)
    found.unread(table.faults)
    _send(data, found, "/regions/imports", "rows", _slices(table.rows, REGION_ROWS))
    _finish(found, as_json)


@command.command("log")
@_options
def process_log(file: Path, dry_run: bool, data: Path, as_json: bool) -> None:
    """A process log, CSV or XES, as historical cases with the deadlines that the log states."""
    log = read_process_log(file)
    found = Imported("cases", file, dry_run)
    found.unread(log.errors, log.warnings)
    found.notes["log events"] = sum(len(case["events"]) for case in log.cases)
    _send(data, found, "/cases/imports", "cases", _slices(log.cases, LOG_CASES))
    _finish(found, as_json)


def _send(
    data: Path, found: Imported, path: str, name: str, batches: Iterator[Sequence[dict[str, Any]]]
) -> None:
    with open_platform(data, create=True) as client:
        token = None
        with click.progressbar(list(batches), label=f"importing {found.what}", file=sys.stderr) as bar:
            for batch in bar:
                body = {name: batch, "dry_run": found.dry_run}
                token = _post(client, found, path, body) or token
        if token and not found.dry_run:
            found.settle(client, path, token)


def _post(client: ApiClient, found: Imported, path: str, body: dict[str, Any]) -> str | None:
    """Each run has keys of its own: what a batch adds is for the rows to say, and they are idempotent.

    A key made of the content alone would bring back the first run's answer, "imported", for ever.
    """
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    answer = client.post(path, body, key=f"{found.run}-{digest[:32]}")
    found.add(answer.body)
    return answer.token


def _slices(rows: Sequence[dict[str, Any]], size: int) -> Iterator[Sequence[dict[str, Any]]]:
    yield from (rows[at : at + size] for at in range(0, len(rows), size))


def _finish(found: Imported, as_json: bool) -> None:
    if as_json:
        show_json(found.as_dict())
    else:
        show(found)
    sys.exit(1 if found.rejected else 0)
