"""Gathers the commands. Each lives in a module of its own and is imported when it is asked for."""

from __future__ import annotations

import logging
import sys
import traceback
from importlib import import_module
from importlib.metadata import version

import click

from shared.client.api import ApiProblem
from shared.config.environment import SettingError
from shared.eventstore.errors import EventStoreError
from shared.observability.logging import configure_logging
from shared.problems import Problem

EXIT_CODES = """\b
Exit codes:
  0  done
  1  the work failed, or a check found something wrong
  2  the command line is wrong
  3  a setting is wrong; the message names it
  4  the platform or its database can't be reached
  5  the platform refused, for the reason it gives
"""

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("shared.cli.up", "the embedded platform: everything in one process"),
    "stack": ("shared.cli.stack", "every service as its own process, on RabbitMQ and PostgreSQL"),
    "run": ("shared.cli.run", "services of a stack in this process"),
    "relay": ("shared.cli.relay", "publish one service's events to the broker"),
    "migrate": ("shared.cli.migrate", "bring the databases up to date"),
    "status": ("shared.cli.status", "positions, lag, parked cases, disk"),
    "events": ("shared.cli.events", "the events of one case"),
    "tail": ("shared.cli.tail", "follow the live feed"),
    "rebuild": ("shared.cli.rebuild", "build read models anew from the feed"),
    "verify": ("shared.cli.verify", "prove that read models equal a replay"),
    "seal": ("shared.cli.seal", "sign what the stores hold now; write seals out"),
    "backup": ("shared.cli.backup", "events, tables and keys to files, or the whole server"),
    "restore": ("shared.cli.restore", "a backup into an empty place"),
    "audit": ("shared.cli.audit", "find what was changed behind the platform's back; prove a case"),
    "replay": ("shared.cli.replay", "send history again to one department's subscription"),
    "parked": ("shared.cli.parked", "list, show, retry, skip parked cases"),
    "resume": ("shared.cli.resume", "let a stopped subscriber go on"),
    "docs": ("shared.cli.docs", "documents made from the code: published events"),
    "erase-subject": ("shared.cli.erase_subject", "erase a person's data, released by a second person"),
    "erasures": ("shared.cli.erasures", "the list of who was erased; apply it after a restore"),
    "rotate-keys": ("shared.cli.rotate_keys", "wrap the keys of personal data under the newest master key"),
    "demo": ("shared.cli.demo", "the main job, unattended, on a throw-away platform"),
    "simulate": ("shared.cli.simulate", "a city's traffic on a virtual clock"),
    "import": ("shared.cli.imports", "items, regions, calendars, process logs from files"),
}
"""Name to module (which defines `command`) and the line that `--help` shows."""


class LazyCommands(click.Group):
    """Imports a command's module only when it runs: `yiwang status` need not load nameko."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[name][0]).command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(context)])


@click.group(cls=LazyCommands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("yiwang"), prog_name="yiwang")
def root() -> None:
    """Yiwang 一网: event-sourced case processing for Internet + government services."""


def run() -> None:
    """Every expected failure ends in one line and a documented code; only bugs show a traceback.

    Logs go to stderr from the first line on: what a command prints may be read by a program.
    """
    configure_logging(logging.WARNING, "console", "command")
    try:
        root.main(standalone_mode=False)
    except click.exceptions.Abort:
        _end(1, "stopped")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SettingError as error:
        _end(3, f"wrong setting: {error}")
    except EventStoreError as error:
        _end(4, str(error))
    except ApiProblem as problem:
        _end(4 if problem.status == 0 else 5, str(problem))
    except Problem as problem:
        _end(4 if problem.status == 503 else 5, str(problem))
    except BrokenPipeError:
        sys.exit(0)
    except Exception:  # noqa: BLE001 - the edge: a bug shows its traceback
        traceback.print_exc()
        sys.exit(1)


def _end(code: int, text: str) -> None:
    click.echo(f"yiwang: {text}", err=True)
    sys.exit(code)
