"""`yiwang resume`"""

from __future__ import annotations

from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform


@click.command("resume")
@click.argument("service")
@click.argument("subscriber")
@data_option
@json_option
def command(service: str, subscriber: str, data: Path | None, as_json: bool) -> None:
    """Let a subscriber of SERVICE go on that gave up because stream after stream failed.

    Mend the cause first: it stops again at the same place otherwise. `yiwang status` names who stopped
    and why. Exit code 0 also when there was nothing to resume.
    """
    with open_platform(data) as client:
        answer = client.post(f"/operations/subscribers/{service}/{subscriber}/resume")
    if as_json:
        show_json(answer.body)
    elif answer["resumed"]:
        click.echo(f"{subscriber} follows {', '.join(answer['resumed'])} again")
    else:
        click.echo(f"{subscriber} was not stopped")
