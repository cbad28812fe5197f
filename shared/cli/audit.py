"""`yiwang audit`"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from shared.cli.checking import check_file
from shared.cli.counting import counting
from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_services
from shared.config.environment import SettingError
from shared.config.settings import Settings
from shared.database.pool import Database
from shared.domain.case_number import case_stream
from shared.runtime.assemble import bare_database, seal_keys
from shared.runtime.folder import write_private
from shared.seals.audit import Audited, Progress, audit_store, one_view
from shared.seals.kept import compare_kept
from shared.seals.one_stream import audit_stream
from shared.seals.proof import Unprovable, make_proof
from shared.service.spec import ServiceSpec

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("audit")
@click.argument("case", required=False)
@click.option("--service", multiple=True, help="Only this service's store; may be given several times.")
@click.option(
    "--proof",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the proof of CASE to this file; it holds what the case's events hold.",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True),
    help="A seal that was exported earlier, or a folder of them: the store must still have each.",
)
@click.option("--check", type=_FILE, help="Check this proof or exported seal, without any platform.")
@click.option("--key", type=_FILE, help="With --check: the public keys, PEM or a JSON Web Key Set.")
@data_option
@json_option
def command(
    *, case: str | None, service: tuple[str, ...], proof: Path | None, against: Path | None,
    check: Path | None, key: Path | None, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Prove that nothing was changed, removed, inserted or moved: in the stores of all services, or of CASE.

    CASE is a case number, or a stream's UUID with --service. Exit code 1 when something is found.
    """
    if check is not None:
        if key is None:
            raise click.UsageError("--check needs --key, the public keys of the platform")
        check_file(check, key, as_json)
        return
    if proof is not None and case is None:
        raise click.UsageError("--proof needs a CASE")
    chosen = service or (("cases",) if case else ())
    with open_services(data, chosen) as (settings, specs):
        owners = {name: spec for name, spec in specs.items() if spec.categories}
        found = [_one(settings, spec, case, proof, against, as_json) for spec in owners.values()]
    show(found, as_json)
    if not all(one.clean for one in found):
        raise click.exceptions.Exit(1)


def _one(
    settings: Settings, spec: ServiceSpec, case: str | None, proof: Path | None, against: Path | None,
    quiet: bool,
) -> Audited:  # fmt: skip
    keys = seal_keys(settings)
    db = bare_database(settings, spec)
    try:
        if case is None:
            with _bar(db, spec.name, quiet) as progress:
                audited = audit_store(db, spec.name, keys, progress)
        else:
            audited = audit_stream(db, spec.name, keys, _stream(case))
            if not audited.events and audited.clean:
                raise SettingError(case, f"is no case or stream of {spec.name}")
            if proof is not None and audited.clean:
                _write_proof(db, spec.name, case, proof)
        if against is not None:
            compare_kept(db, spec.name, against, keys, audited.findings)
        return audited
    finally:
        db.close()


def _stream(case: str) -> UUID:
    try:
        return UUID(case)
    except ValueError:
        return case_stream(case)


def _write_proof(db: Database, service: str, case: str, file: Path) -> None:
    with one_view(db) as cursor:
        try:
            made = make_proof(cursor, service, _stream(case), case, content=True)
        except Unprovable as error:
            raise click.ClickException(str(error)) from error
    write_private(file, json.dumps(made, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def _bar(db: Database, service: str, quiet: bool) -> Iterator[Progress]:
    """Rows, rate and time left. The total is as the last seal and the planner's statistics have it."""
    total = db.fetch(
        "SELECT greatest((SELECT reltuples FROM pg_class WHERE oid = 'events'::regclass)::bigint,"
        " (SELECT coalesce(sum(count), 0) FROM seals))::bigint AS rows"
    )[0]["rows"]
    with counting(service, total, quiet=quiet) as came:
        yield came


def show(found: list[Audited], as_json: bool) -> None:
    if as_json:
        show_json([_as_dict(one) for one in found])
        return
    for one in found:
        state = "clean" if one.clean else f"{len(one.findings)} FINDINGS"
        click.echo(
            f"{one.service}: {state}, {one.events} events, {one.sealed} of them under {one.seals} seals"
        )
        for finding in one.findings.kept.values():
            named = finding.as_dict()
            stream = f" {finding.name or finding.stream} version {finding.version}" if finding.stream else ""
            seal = f" seal {finding.seal}" if finding.seal and not finding.stream else ""
            event = f" event {finding.event_id}" if finding.event_id else ""
            click.echo(f"  {named['kind']}{stream}{seal}{event}: {finding.detail}")
        if one.findings.more:
            click.echo(f"  and {one.findings.more} more")


def _as_dict(one: Audited) -> dict[str, Any]:
    return {
        "service": one.service,
        "clean": one.clean,
        "events": one.events,
        "sealed": one.sealed,
        "seals": one.seals,
        "findings": [finding.as_dict() for finding in one.findings.kept.values()],
        "more": one.findings.more,
    }
