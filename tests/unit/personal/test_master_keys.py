"""Master keys are told from outside; what is wrong is said without repeating a key."""

from __future__ import annotations

import base64

import pytest

from shared.config.environment import SettingError
from shared.config.settings import read_settings
from shared.personal.masters import new_master_key, parse_master_keys
from shared.runtime.assemble import make_vault
from shared.runtime.folder import DataFolder
from shared.service.spec import installed_services

SHORT = base64.b64encode(b"too short").decode()


def test_the_last_line_is_in_force_and_the_others_still_open():
    old, new = new_master_key("2025"), new_master_key("2026")
    before, after = parse_master_keys(old), parse_master_keys(f"{old}\n{new}\n")
    wrapped = before.wrap(b"key", "k:u1")
    assert (before.newest, after.newest) == ("2025", "2026")
    assert after.unwrap(wrapped, "2025", "k:u1") == b"key"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "holds no key"),
        ("no colon", "line 1"),
        (f"1:{SHORT}", "line 1 is not"),
        (f"{new_master_key('1')}\n:{SHORT}", "line 2"),
        ("1:§§§", "line 1"),
        (f"{new_master_key('1')}\n{new_master_key('1')}", "two lines"),
    ],
    ids=["none", "no colon", "short", "no name", "no base64", "twice"],
)
def test_what_is_wrong_is_named_and_no_key_repeated(text, cause):
    with pytest.raises(SettingError, match=cause) as caught:
        parse_master_keys(text)
    assert caught.value.variable == "YIWANG_MASTER_KEYS"
    assert SHORT not in str(caught.value)


def test_who_seals_does_not_start_without_a_master_key():
    specs = installed_services()
    settings = read_settings(specs, {})
    with pytest.raises(SettingError, match="YIWANG_MASTER_KEYS"):
        make_vault(settings, specs["cases"])
    assert make_vault(settings, specs["catalogue"]) is None


def test_a_data_folder_makes_its_own_key_once_and_outside_the_database(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.ensure_secrets()
    made = folder.master_keys.read_text()
    folder.ensure_secrets()
    assert parse_master_keys(made).newest == "1"
    assert folder.master_keys.read_text() == made
    assert folder.master_keys.stat().st_mode & 0o777 == 0o600
    assert folder.postgres not in folder.master_keys.parents
