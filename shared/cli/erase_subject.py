"""`yiwang erase-subject SUBJECT`"""

from __future__ import annotations

from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform
from shared.contracts.subject_events import GROUNDS


@click.command("erase-subject")
@click.argument("subject")
@click.option("--reason", type=click.Choice(GROUNDS), required=True, help="The ground the law gives.")
@data_option
@json_option
def command(subject: str, reason: str, data: Path | None, as_json: bool) -> None:
    """Erase a person's data for good: SUBJECT is an account, an enterprise, or case:NUMBER.

    Takes two persons: the first call proposes, the same call with another account's token
    (YIWANG_OPERATOR_TOKEN) erases. Refused, exit code 5, while a case of the person is open.
    """
    with open_platform(data) as client:
        answer = client.post(f"/subjects/{subject}/erasure", {"reason": reason})
    if as_json:
        show_json(answer.body)
    elif answer["state"] == "proposed":
        click.echo(f"proposed; somebody else has to release it ({answer['cases']} cases)")
    else:
        click.echo(f"erased, in {answer['cases']} cases")
