"""The pages' policy lets no inline style or script through, and no other host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.gateway import pages

TEMPLATES = sorted((Path(pages.__file__).parent / "templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_inline_style_script_or_foreign_address(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(
        r"""\sstyle=|<style|<script|\son[a-z]+=|javascript:|(src|href)=["'](https?:)?//""", text
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_posted_form_carries_the_guard(template: Path) -> None:
    text = template.read_text("utf-8")
    posted = re.findall(r'<form[^>]*method="post".*?</form>', text, re.S)
    assert len(posted) == text.count('method="post"')
    assert all("guard()" in form for form in posted)
