"""Guard: every variable the code reads is provided in the cluster, or said to be left out on purpose."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from manifests_kit import OVERLAYS, ROOT, of_kind, provided

from services.gateway.settings import GatewaySettings
from shared.config.settings import dsn_variable, read_settings
from shared.service.calendar import calendar_settings
from shared.service.spec import installed_services

LEFT_OUT = {
    "YIWANG_PARENT_PID": "told to a child by whoever starts it on one machine; in a cluster nobody does",
    "YIWANG_ERASURES": "a cluster's list goes where its backups go, by `yiwang erasures`",
    "YIWANG_OPERATOR_TOKEN": "the command line's, on an operator's own machine",
}
_NAME = re.compile(r"YIWANG_[A-Z][A-Z_]*[A-Z]")


class _Recorded(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__(YIWANG_TOKEN_PRIVATE_KEY="x", YIWANG_TOKEN_PUBLIC_KEY="x", YIWANG_SERVICE_SECRET="x")
        self.asked: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """What `os.environ` is asked for while the fixture lasts."""
    names: set[str] = set()
    kind = type(os.environ)
    original = kind.__getitem__

    def remember(self: os._Environ[str], name: str) -> str:
        names.add(name)
        return original(self, name)

    monkeypatch.setenv("YIWANG_TOKEN_PRIVATE_KEY", "x")
    monkeypatch.setenv("YIWANG_SERVICE_SECRET", "x")
    monkeypatch.setattr(kind, "__getitem__", remember)
    yield names


def _platform() -> set[str]:
    recorded = _Recorded()
    GatewaySettings.of_platform(read_settings(installed_services(), recorded), recorded)
    return recorded.asked


def _literals() -> set[str]:
    found: set[str] = set()
    for folder in ("shared", "services"):
        for file in (ROOT / folder).rglob("*.py"):
            found |= _literals_of(file)
    return found


def _literals_of(file: Path) -> set[str]:
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if _NAME.fullmatch(text)}


def _base(name: str) -> str:
    """A secret may come as a value or as a file; either will do."""
    return name.removesuffix("_FILE")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_variable_the_settings_read_is_provided(overlay: str, asked: set[str]) -> None:
    for spec in installed_services().values():
        if spec.settings:
            spec.settings()
    calendar_settings()
    read = {_base(name) for name in asked | _platform() if name.startswith("YIWANG_")}
    databases = {dsn_variable(name) for name, spec in installed_services().items() if not spec.owns_database}
    everything = set().union(*(provided(overlay, name) for name in of_kind(overlay, "Deployment")))
    assert read - everything - set(LEFT_OUT) - databases == set()


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_variable_named_in_the_code_is_provided(overlay: str) -> None:
    everything = set().union(*(provided(overlay, name) for name in of_kind(overlay, "Deployment")))
    assert {_base(name) for name in _literals()} - everything - set(LEFT_OUT) == set()


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nothing_is_provided_that_nobody_reads(overlay: str, asked: set[str]) -> None:
    for spec in installed_services().values():
        if spec.settings:
            spec.settings()
    known = asked | _platform() | _literals() | {dsn_variable(name) for name in installed_services()}
    everything = set().union(*(provided(overlay, name) for name in of_kind(overlay, "Deployment")))
    assert everything - known == set()


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_service_starts_with_what_it_is_given(overlay: str) -> None:
    """Its own database and what `check_everything` demands; a relay needs no keys."""
    for name, spec in installed_services().items():
        given = provided(overlay, name)
        assert {"YIWANG_TOKEN_PUBLIC_KEY", "YIWANG_SERVICE_SECRET", "YIWANG_AMQP_URL"} <= given
        assert (dsn_variable(name) in given) == spec.owns_database
        if spec.categories:
            relay = provided(overlay, f"{name}-relay")
            assert {dsn_variable(name), "YIWANG_AMQP_URL"} <= relay
            assert "YIWANG_SERVICE_SECRET" not in relay
