"""`yiwang up`: ready by itself, one per folder, stops cleanly, and forgets nothing, not even when killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from shared.client.api import ApiClient
from shared.runtime.folder import DataFolder

PATIENCE = 90.0
KEY = "one-and-the-same"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """One folder for the whole file: what is tested is what it goes through."""
    return DataFolder(tmp_path_factory.mktemp("up") / "data")


@contextmanager
def up(folder: DataFolder, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-m",
        "shared.cli",
        "up",
        "--data",
        str(folder.path),
        "--port",
        "0",
        *arguments,
    ]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        end = monotonic() + PATIENCE
        while folder.running() is None:
            assert child.poll() is None, child.communicate()[0]
            assert monotonic() < end, "not up in time"
            sleep(0.05)
        yield child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)


def operator(folder: DataFolder) -> ApiClient:
    running = folder.running()
    assert running is not None
    return ApiClient(running["url"], folder.operator_token.read_text())


def cursors(folder: DataFolder) -> dict[str, int]:
    services = operator(folder).get("/operations/status")["services"]
    return {name: status["position"] for name, status in services.items()}


def test_life_of_a_platform(folder: DataFolder) -> None:
    with up(folder, "--demo") as first:
        client = operator(folder)
        assert client.get("/readyz").status == 200, "announced means ready"
        accounts = json.loads(folder.demo_accounts.read_text())
        assert {"citizen", "clerk", "operator"} <= {account["role"] for account in accounts}
        before = cursors(folder)

        second = yiwang("up", "--data", str(folder.path), "--port", "0")
        assert second.returncode == 3
        assert f"process {first.pid} already uses" in second.stderr

        port = client.base_url.rpartition(":")[2]
        other = yiwang("up", "--data", str(folder.path.parent / "other"), "--port", port)
        assert other.returncode == 3
        assert f"YIWANG_PORT (--port): 127.0.0.1:{port}" in other.stderr

        first.send_signal(signal.SIGTERM)
        first.wait(60)
        assert first.returncode == 0, "told to stop is no failure"
    assert not (folder.postgres / "postmaster.pid").exists(), "and its PostgreSQL went with it"

    with up(folder) as again:
        assert cursors(folder) == before, "a restart keeps everything"
        again.kill()
        again.wait()
    assert (folder.postgres / "postmaster.pid").exists(), "a killed one leaves its PostgreSQL running"
    assert folder.running() is None

    with up(folder, "--demo") as last:
        assert after_kill(folder, accounts) == before
        last.send_signal(signal.SIGINT)
        last.wait(60)
        assert last.returncode == 0

    verified = yiwang("verify", "--data", str(folder.path), "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert all(one["equal"] for one in json.loads(verified.stdout))


def after_kill(folder: DataFolder, accounts: list[dict[str, str]]) -> dict[str, int]:
    """A person signs in with the password of the first start."""
    citizen = next(account for account in accounts if account["role"] == "citizen")
    found = cursors(folder)
    assert operator(folder).sign_in(citizen["login"], citizen["password"]).status == 200
    return found


def test_a_folder_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    done = yiwang("up", "--data", str(file / "data"), "--port", "0")
    assert done.returncode == 3
    assert "YIWANG_DATA (--data): the folder" in done.stderr


def yiwang(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shared.cli", *arguments],
        capture_output=True, text=True, check=False, timeout=120, env=dict(os.environ),
    )  # fmt: skip
