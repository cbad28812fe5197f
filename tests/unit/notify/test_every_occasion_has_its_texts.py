"""Guard: whatever an event may lead to say, there is a text for it in every language."""

from __future__ import annotations

from typing import Any

import pytest

from services.notify.domain.occasions import TOLD, occasion
from services.notify.messages.texts import LANGUAGES, current_version, keys, render

_CASE = {
    "case_no": "C-1", "item_name": "食品经营许可", "department_name": "区市场监督管理局", "source": "web",
}  # fmt: skip
_ALWAYS = {"name": "听证", "days": 10}
_VARIANTS: list[dict[str, Any]] = [
    {},
    {"outcome": "passed"},
    {"outcome": "passed", "deemed": True, "application_form": "original_pre_review"},
    {"outcome": "refused", "application_form": "original_verification"},
]


def _reached() -> list[tuple[str, dict[str, Any]]]:
    found = {}
    for event_type in TOLD:
        for variant in _VARIANTS:
            case = _CASE | {"application_form": variant.get("application_form", "full_online")}
            told = occasion(event_type, {"case": case, **_ALWAYS, **variant})
            if told is not None:
                found[told.template] = told.params
    return sorted(found.items())


def test_all_languages_have_the_same_templates_and_versions() -> None:
    first, *others = (keys(language) for language in LANGUAGES)
    assert all(other == first for other in others)


def test_every_template_is_used() -> None:
    assert [template for template, _ in _reached()] == sorted(keys("zh-CN"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("template", "params"), _reached())
def test_a_text_can_do_without_what_is_not_known(
    template: str, params: dict[str, Any], language: str
) -> None:
    text = render(template, current_version(template), params, "张三", language)
    assert text.title and "C-1" in text.text and "张三" in text.text
    assert "None" not in text.text and "  " not in text.text and "{" not in text.text
