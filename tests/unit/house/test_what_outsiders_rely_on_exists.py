"""Commands, targets and links that people type, script or follow."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from house_plan import ROOT, files, name

from shared.cli.app import root

COMMANDS = [
    "up", "demo", "run", "relay", "migrate", "import items", "import regions", "import log", "events", "tail",
    "rebuild", "verify", "replay", "parked list", "parked show", "parked retry", "parked skip", "resume",
    "status", "simulate", "seal", "audit", "backup", "restore", "docs events",
]  # fmt: skip
TARGETS = ("setup", "run", "test", "lint", "bench", "stack", "manifests", "events", "clean", "help")
PAGES = files(".md")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"```sh\n(.*?)```", re.S)


def targets() -> set[str]:
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    found = (re.match(r"([a-z0-9 -]+):(?!=)", line) for line in lines)
    return {target for match in found if match for target in match[1].split()}


def typed(page: Path) -> list[list[str]]:
    """Command lines in a page's shell blocks, split as a shell does; comments are left out."""
    lines = "\n".join(_BLOCK.findall(page.read_text("utf-8"))).replace("\\\n", " ").splitlines()
    parts = [part for line in lines for part in re.split(r"&&|\|", line)]
    return [words for part in parts if (words := shlex.split(part, comments=True))]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_there_and_explains_itself(command: str) -> None:
    result = CliRunner().invoke(root, [*command.split(), "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_the_makefile_has_its_targets() -> None:
    assert set(TARGETS) <= targets()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for link in _LINK.findall(page.read_text("utf-8")):
        if link.startswith(("http://", "https://", "mailto:", "#")):
            continue
        if not (page.parent / link.partition("#")[0]).exists():
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_a_page_names_exist(page: Path) -> None:
    for words in typed(page):
        if words[0] == "make":
            assert set(words[1:]) <= targets(), words
        if words[0].endswith("yiwang"):
            found: click.Command | None = root
            for word in words[1:]:
                if not isinstance(found, click.Group):
                    break
                found = found.get_command(click.Context(root), word)
                assert found is not None, words
            options = {name for each in (found.params if found else []) for name in each.opts}
            assert {word for word in words if word.startswith("--")} <= options | {"--help"}, words


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=name)
def test_variables_a_page_names_are_read(page: Path) -> None:
    ours = [path for path in files(".py") if name(path).startswith(("shared", "services"))]
    code = "\n".join(path.read_text("utf-8") for path in ours)
    named = set(re.findall(r"YIWANG_[A-Z_]*[A-Z]", page.read_text("utf-8")))
    dsns = {variable for variable in named if variable.endswith("_DSN")}
    assert {variable for variable in named - dsns if variable.removesuffix("_FILE") not in code} == set()
