"""Clients of the running platform, signed in anew: a story before us may have moved the clock by days."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.cli.throwaway import ThrowAway
from shared.client import ApiClient

SignIn = Callable[[str], ApiClient]


@pytest.fixture(scope="session")
def sign_in(platform: ThrowAway) -> SignIn:
    def enter(role: str) -> ApiClient:
        account = next(each for each in platform.accounts() if each["role"] == role)
        client = ApiClient(platform.url)
        client.sign_in(account["login"], account["password"])
        return client

    return enter
