"""`yiwang resume`"""

from __future__ import annotations

from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform


@click.command("resume")
@click.argument("service")
@click.argument("subscriber")
@click.option(
    "--from", "start", type=click.Choice(["common", "head", "beginning"]), default="common",
    show_default=True,
    help="Where it goes on: where it stood or at the last common place; from now on; with everything again.",
)  # fmt: skip
@data_option
@json_option
def command(service: str, subscriber: str, start: str, data: Path | None, as_json: bool) -> None:
    """Let a subscriber of SERVICE go on that gave up because stream after stream failed.

    --from head and --from beginning are for one whose place the owner of its feed lost in a restore, and
    refused (exit code 5) for anybody else. A read model is resumed from head and then rebuilt.

    Mend the cause first: it stops again at the same place otherwise. `yiwang status` names who stopped
    and why. Exit code 0 also when there was nothing to resume.
    """
    with open_platform(data) as client:
        answer = client.post(f"/operations/subscribers/{service}/{subscriber}/resume", {"from": start})
    if as_json:
        show_json(answer.body)
    elif answer["resumed"]:
        click.echo(f"{subscriber} follows {', '.join(answer['resumed'])} again")
    else:
        click.echo(f"{subscriber} was not stopped")
