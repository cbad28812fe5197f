"""`--help` everywhere, and documented exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from shared.cli.app import COMMANDS, root

NAMES = list(COMMANDS)


def yiwang(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shared.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_and_so_has_every_option(name: str) -> None:
    result = CliRunner().invoke(root, [name, "--help"])
    assert result.exit_code == 0, result.output
    command = root.get_command(click.Context(root), name)
    assert command is not None
    assert command.help
    for each in getattr(command, "commands", {"": command}).values():
        assert each.help
        assert [one.name for one in each.params if isinstance(one, click.Option) and not one.help] == []


def test_the_overview_lists_commands_and_exit_codes() -> None:
    output = CliRunner().invoke(root, ["--help"]).output
    assert "Exit codes" in output
    assert all(name in output for name in NAMES)


def test_a_wrong_command_line_ends_with_2() -> None:
    assert yiwang("no-such-command").returncode == 2


def test_a_wrong_setting_ends_with_3_and_one_line_that_names_it(tmp_path: Path) -> None:
    done = yiwang("migrate", "--data", str(tmp_path / "nowhere"))
    assert done.returncode == 3
    assert done.stderr.startswith("yiwang: wrong setting: --data")
    assert "Traceback" not in done.stderr


def test_plain_commands_do_not_even_load_eventlet() -> None:
    code = "import sys, shared.cli.relay, shared.cli.rebuild, shared.cli.verify, shared.cli.migrate\n"
    code += "assert not {'eventlet', 'nameko'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
