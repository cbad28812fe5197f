"""WCAG 2.1 AA: text stands out from what is behind it by 4.5 to 1, edges of inputs by 3 to 1."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from services.gateway import pages

TEXT, EDGE = 4.5, 3.0
TEXT_ON = {
    "ink": ("ground", "paper", "chip", "brand-pale"),
    "ink-soft": ("ground", "paper", "chip", "brand-pale"),
    "link": ("paper", "ground", "link-pale"),
    "brand": ("paper", "ground", "brand-pale"),
    "paper": ("brand", "brand-dark", "normal"),
    "normal": ("normal-pale", "paper"),
    "warning": ("warning-pale", "paper"),
    "yellow": ("yellow-pale", "paper"),
    "red": ("red-pale", "paper", "brand-pale"),
}
EDGES_ON = {"edge": ("paper", "ground"), "focus-ink": ("paper", "ground"), "focus": ("focus-ink",)}
PAIRS = [
    (front, back, least)
    for table, least in ((TEXT_ON, TEXT), (EDGES_ON, EDGE))
    for front, backs in table.items()
    for back in backs
]


def palette() -> dict[str, str]:
    sheet = files(pages).joinpath("static", "site.css").read_text("utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", sheet))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_stands_out(front: str, back: str, least: float) -> None:
    colours = palette()
    assert contrast(colours[front], colours[back]) >= least


def test_white_text_on_the_dark_parts_that_have_no_name() -> None:
    """The hero's lightest corner, the foot of the page."""
    assert contrast("#ffeae7", "#b93a30") >= TEXT
    assert contrast("#d5dce4", "#26313d") >= TEXT
