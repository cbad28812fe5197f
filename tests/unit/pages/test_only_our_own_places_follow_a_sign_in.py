"""Where somebody goes after signing in is in the address bar: it must not lead away."""

from __future__ import annotations

import pytest

from services.gateway.pages.account import _safe


@pytest.mark.parametrize("target", ["/", "/my/cases", "/items?q=许可&after=x", "/items/1/apply"])
def test_own_places_are_kept(target: str) -> None:
    assert _safe(target) == target


@pytest.mark.parametrize(
    "target",
    ["", "my/cases", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
     "/\t/evil.example",
     "/\n/evil.example", "https://evil.example", "javascript:alert(1)", "/a\\b"],
)  # fmt: skip
def test_other_places_are_forgotten(target: str) -> None:
    assert _safe(target) == ""
