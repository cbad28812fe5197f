"""Options that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def data_option(function: F) -> F:
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="YIWANG_DATA",
        help="Data folder of an embedded platform, running or not. Without it: the stack that the"
        " YIWANG_* variables describe, else ./data.",
    )(function)


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(function)


def show_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def show_json_line(value: Any) -> None:
    """One object per line, for what has no end."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))
