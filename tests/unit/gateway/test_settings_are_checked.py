"""What the gateway reads from the environment."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from services.gateway.settings import GatewaySettings
from shared.config.environment import SettingError

PLATFORM = SimpleNamespace(
    gateway_url="https://hall.example.gov.cn", files_dir="/srv/files", seal_public_keys=None
)


def test_the_platform_says_url_and_folder() -> None:
    settings = GatewaySettings.of_platform(PLATFORM, {})
    assert (settings.public_url, settings.files_dir, settings.secure) == (
        "https://hall.example.gov.cn", "/srv/files", True,
    )  # fmt: skip
    assert (settings.json_limit, settings.file_limit) == (1024**2, 10 * 1024**2)


def test_limits_can_be_set() -> None:
    values = {"YIWANG_FILE_LIMIT": "2048", "YIWANG_TRUSTED_PROXIES": "2", "YIWANG_SIGN_IN_RATE": "5"}
    settings = GatewaySettings.of_platform(PLATFORM, values)
    assert (settings.file_limit, settings.trusted_proxies, settings.sign_in_rate) == (2048, 2, 5)


@pytest.mark.parametrize("value", ["ten", "-1", "0"])
def test_a_limit_that_makes_no_sense_names_its_variable(value: str) -> None:
    with pytest.raises(SettingError, match="YIWANG_JSON_LIMIT"):
        GatewaySettings.of_platform(PLATFORM, {"YIWANG_JSON_LIMIT": value})
