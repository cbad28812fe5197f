"""`yiwang up`: the embedded platform."""

from __future__ import annotations

import os
from pathlib import Path

import click

from shared.cli import demonstration
from shared.runtime.embedded import EmbeddedPlatform
from shared.runtime.parent import end_with_parent
from shared.runtime.signals import StopSignal
from shared.service.spec import installed_services


@click.command("up", short_help="the embedded platform")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="YIWANG_DATA",
    default="data",
    show_default=True,
    help="Data folder; made if it is not there.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, envvar="YIWANG_PORT",
              help="HTTP port; 0 takes a free one.")  # fmt: skip
@click.option("--bind", default="127.0.0.1", show_default=True, envvar="YIWANG_BIND", help="HTTP address.")
@click.option("--demo/--no-demo", default=False, help="Make demo accounts and a demo catalogue.")
def command(data: Path, port: int, bind: str, demo: bool) -> None:
    """Start everything in one process and stay up until Ctrl-C or SIGTERM.

    PostgreSQL runs from the data folder. Ready when GET /readyz answers 200. A restart keeps everything.
    """
    end_with_parent()
    if demo:  # which has one operator's account
        for what in ("YIWANG_NOTIFY_REPLAY_RELEASE", "YIWANG_REBUILD_RELEASE"):
            os.environ.setdefault(what, "one")
    stop = StopSignal()
    platform = EmbeddedPlatform(data, installed_services(), bind=bind, port=port)
    platform.start()
    try:
        accounts = platform.demonstrate() if demo else []
        if demo:
            demonstration.seed(platform.url, platform.folder)
        platform.announce()
        demonstration.show(platform.url, accounts, platform.folder)
        stop.wait(or_until=platform.host.failed)
        failed = platform.host.failed()
    finally:
        platform.stop()
    if failed:
        raise click.ClickException(f"stopped, because these services died: {', '.join(failed)}")
    click.echo("yiwang has stopped; nothing is lost")
