"""`yiwang stack`"""

from __future__ import annotations

from pathlib import Path

import click

from shared.cli import demonstration
from shared.runtime.signals import StopSignal
from shared.runtime.stack import LocalStack
from shared.service.spec import installed_services


@click.command("stack")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default="data-stack",
    show_default=True,
    help="Data folder; made if it is not there.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="HTTP port.")
@click.option("--bind", default="127.0.0.1", show_default=True, help="HTTP address.")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65000),
    default=0,
    show_default=True,
    help="First of the ports on which the processes serve /metrics; 0 for none.",
)
@click.option("--demo/--no-demo", default=True, show_default=True, help="Demo accounts and catalogue.")
def command(*, data: Path, port: int, bind: str, metrics_port: int, demo: bool) -> None:  # fmt: skip
    """Every service and relay as its own process.

    On the RabbitMQ of YIWANG_AMQP_URL and the databases of YIWANG_<SERVICE>_DSN; in place of what is not
    given, private ones in the data folder (a private RabbitMQ needs Debian's package rabbitmq-server).
    Stays up until Ctrl-C or SIGTERM; starts again what dies. DIR/stack.env has the variables by which
    other commands find it.
    """
    stop = StopSignal()
    stack = LocalStack(data, installed_services(), bind=bind, port=port, metrics=metrics_port)
    stack.start()
    try:
        accounts = stack.demonstrate() if demo else []
        if demo:
            demonstration.seed(stack.url, stack.folder)
        stack.announce()
        demonstration.show(stack.url, accounts, stack.folder)
        for name, pid in stack.children.alive().items():
            click.echo(f"  {pid:>8}  {name}")
        click.echo(f"  (set -a; . {stack.variables_file}  lets commands find it)")
        stop.wait(or_until=stack.watch)
    finally:
        stack.stop()
    click.echo("the stack has stopped; nothing is lost")
