"""One platform per data folder; its secrets are its owner's alone."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shared.clock import SystemClock
from shared.config.environment import SettingError
from shared.runtime.folder import DataFolder
from shared.security.tokens import TokenVerifier

HOLD = """
import sys
from pathlib import Path
from shared.runtime.folder import DataFolder
folder = DataFolder(Path(sys.argv[1]))
folder.prepare(); folder.lock(); folder.announce("http://there")
print("held", flush=True)
sys.stdin.read()
"""


def hold(path: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_second_platform_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    child = hold(tmp_path)
    try:
        folder = DataFolder(tmp_path)
        assert folder.running() == {"url": "http://there", "pid": child.pid}
        with pytest.raises(SettingError, match=f"process {child.pid} already uses"):
            folder.lock()
    finally:
        child.communicate()


def test_a_killed_platform_leaves_neither_lock_nor_address(tmp_path: Path) -> None:
    child = hold(tmp_path)
    child.kill()
    child.communicate()
    folder = DataFolder(tmp_path)
    assert folder.running() is None
    folder.platform_file.write_text(json.dumps({"url": "http://old", "pid": 1}))
    folder.lock()
    assert not folder.platform_file.exists(), "what the predecessor announced is withdrawn"


def test_an_address_that_is_not_the_holder_s_is_not_believed(tmp_path: Path) -> None:
    child = hold(tmp_path)
    try:
        folder = DataFolder(tmp_path)
        folder.platform_file.write_text(json.dumps({"url": "http://old", "pid": child.pid + 1}))
        assert folder.running() is None
    finally:
        child.communicate()


def test_secrets_are_made_once_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare()
    folder.ensure_secrets()
    before = folder.private_key.read_text(), folder.service_secret.read_text()
    folder.ensure_secrets()
    assert (folder.private_key.read_text(), folder.service_secret.read_text()) == before
    folder.write_operator_token(SystemClock())
    for file in (folder.private_key, folder.service_secret, folder.operator_token):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_operator_token_is_one_that_services_take(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare()
    folder.ensure_secrets()
    folder.write_operator_token(SystemClock())
    verifier = TokenVerifier(folder.public_key.read_text(), SystemClock().now)
    assert verifier.actor(folder.operator_token.read_text()).can("operations.read")


def test_a_folder_that_can_t_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(SettingError, match=f"YIWANG_DATA .*{os.path.basename(file)}"):  # noqa: PTH119
        DataFolder(file / "data").prepare()
