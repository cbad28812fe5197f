"""A wrong setting is refused at start, with the variable's name and the cause."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import SimulatedClock, SystemClock
from shared.config.environment import Environment, SettingError
from shared.config.settings import read_settings

SERVICES = ("cases", "identity")


@pytest.mark.parametrize(
    ("variable", "value", "cause"),
    [
        ("YIWANG_PORT", "eighty", "not a whole number"),
        ("YIWANG_PORT", "70000", "not between"),
        ("YIWANG_LOG_LEVEL", "LOUD", "none of DEBUG"),
        ("YIWANG_HASH", "md5", "none of sha256, sm3"),
        ("YIWANG_SEAL_TIME", "midnight", "not a time of day"),
        ("YIWANG_SEAL_TIME", "00:30+08:00", "has an offset"),
        ("YIWANG_CLOCK", "sundial", "neither 'system' nor"),
        ("YIWANG_CLOCK", "simulated:tomorrow", "not an ISO 8601 time"),
        ("YIWANG_CLOCK", "simulated:2026-03-02T09:00:00", "no offset"),
    ],
)
def test_the_message_names_variable_and_cause(variable: str, value: str, cause: str) -> None:
    with pytest.raises(SettingError, match=cause) as caught:
        read_settings(SERVICES, {variable: value})
    assert caught.value.variable == variable


def test_what_only_some_need_is_missed_when_they_ask() -> None:
    settings = read_settings(SERVICES, {"YIWANG_CASES_DSN": "postgresql://cases"})
    assert settings.dsn("cases") == "postgresql://cases"
    with pytest.raises(SettingError, match="YIWANG_IDENTITY_DSN"):
        settings.dsn("identity")
    with pytest.raises(SettingError, match="YIWANG_TOKEN_PUBLIC_KEY"):
        settings.require_public_key()
    with pytest.raises(SettingError, match="YIWANG_SERVICE_SECRET"):
        settings.require_service_secret()


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read_settings(SERVICES, {"YIWANG_PORT": ""}).port == 8000


def test_the_clock_is_the_system_s_or_a_simulated_one() -> None:
    assert isinstance(read_settings(SERVICES, {}).clock, SystemClock)
    clock = read_settings(SERVICES, {"YIWANG_CLOCK": "simulated:2026-03-02T09:00:00+08:00"}).clock
    assert isinstance(clock, SimulatedClock)
    assert clock.now() == datetime(2026, 3, 2, 1, tzinfo=UTC)


def test_a_secret_comes_from_its_variable_or_its_file_but_not_both(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    assert Environment({"S": "given"}).secret("S") == "given"
    assert Environment({"S_FILE": str(file)}).secret("S") == "from a file"
    with pytest.raises(SettingError, match="set one of them"):
        Environment({"S": "given", "S_FILE": str(file)}).secret("S")
    with pytest.raises(SettingError, match=r"S_FILE: .*can't be read"):
        Environment({"S_FILE": str(tmp_path / "absent")}).secret("S")


def test_secrets_and_passwords_do_not_show_when_settings_are_printed() -> None:
    values = {"YIWANG_SERVICE_SECRET": "hush", "YIWANG_CASES_DSN": "postgresql://u:hush@h/d",
              "YIWANG_AMQP_URL": "amqp://u:hush@h//"}  # fmt: skip
    assert "hush" not in repr(read_settings(SERVICES, values))
