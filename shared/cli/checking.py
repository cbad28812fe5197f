"""`yiwang audit --check`: a file from a platform and its public keys, and nothing else."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from shared.cli.options import show_json
from shared.seals.proof import FORMAT, Checked, check_proof
from shared.seals.seal import Seal
from shared.seals.signing import PublicKey, load_public_keys


def check_file(file: Path, key: Path, as_json: bool) -> None:
    """Exit code 1 when it does not hold, 2 when it is no such file."""
    try:
        keys = load_public_keys(key.read_text("utf-8"))
    except (ValueError, KeyError) as error:
        raise click.UsageError(f"{key} holds no public keys: {error}") from error
    try:
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
        checked = check_proof(content, keys) if content["format"] == FORMAT else _seal(content, keys)
    except (ValueError, KeyError, TypeError) as error:
        raise click.UsageError(f"{file} is no proof and no seal: {error!r}") from error
    if as_json:
        show_json(asdict(checked) | {"holds": checked.holds})
    else:
        _show(checked)
    if not checked.holds:
        raise click.exceptions.Exit(1)


def _seal(content: dict[str, Any], keys: dict[str, PublicKey]) -> Checked:
    seal = Seal.imported(content)
    stated = seal.statement
    checked = Checked(f"seal {stated.number}", stated.service, stated.count, stated.count)
    fault = seal.fault(keys)
    checked.faults += [fault] if fault else []
    return checked


def _show(checked: Checked) -> None:
    state = "holds" if checked.holds else "DOES NOT HOLD"
    click.echo(
        f"{checked.service} {checked.name}: {state}, {checked.sealed} of {checked.events} events sealed"
    )
    for versions, what in (
        (checked.unsealed, "in no seal yet"),
        (checked.bare, "without content: that it was sealed is shown, not what it says"),
    ):
        if versions:
            click.echo(f"  versions {', '.join(map(str, versions))}: {what}")
    for fault in checked.faults:
        click.echo(f"  {fault}")
