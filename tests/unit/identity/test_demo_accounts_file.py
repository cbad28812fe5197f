"""The file with the demo passwords survives restarts, and its loss."""

import json
from pathlib import Path

from identity_kit import PLATFORM, People

from shared.runtime.demo import write_demo_accounts
from shared.runtime.folder import DataFolder
from shared.testing.invoke import LocalRemote


def written(people: People, folder: DataFolder) -> dict[str, str]:
    remote = LocalRemote()
    remote.services["identity"], remote.caller = people.service, PLATFORM
    write_demo_accounts(remote, folder)
    assert folder.demo_accounts.stat().st_mode & 0o777 == 0o600
    return {
        entry["login"]: entry["password"] for entry in json.loads(folder.demo_accounts.read_text("utf-8"))
    }


def test_a_restart_keeps_the_passwords_and_a_lost_file_gets_new_ones(people: People, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    first = written(people, folder)
    assert written(people, folder) == first
    folder.demo_accounts.unlink()
    renewed = written(people, folder)
    assert not set(renewed.values()) & set(first.values())
    assert people.sign_in("operator", renewed["operator"])["user"]["roles"] == ["operator"]
