"""A page that shows a key instead of a word is a bug; both languages say the same things."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

from services.gateway import pages
from services.gateway.pages.office.operations import STARTS
from shared.contracts.case_fields import (
    APPLICANT_TYPES,
    APPLICATION_FORMS,
    COLOURS,
    DELIVERY_METHODS,
    MATERIAL_METHODS,
    SOURCES,
    STATUSES,
)
from shared.contracts.cases import ACTIONS

ROOT = Path(pages.__file__).parent
# Groups whose keys are data (an error's code, a field's name of another service): shown as they are.
OPEN_GROUPS = {"problem", "field"}


def texts(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files(pages).joinpath("texts", name).read_text("utf-8"))


def test_chinese_and_english_have_the_same_keys() -> None:
    chinese, english = texts("zh.toml"), texts("en.toml")
    assert {group: set(entries) for group, entries in chinese.items()} == {
        group: set(entries) for group, entries in english.items()
    }


def test_no_text_is_empty() -> None:
    for name in ("zh.toml", "en.toml"):
        for group, entries in texts(name).items():
            assert all(entries.values()), (name, group)


def test_every_key_a_template_names_exists() -> None:
    known = texts("zh.toml")
    named = set()
    for template in (ROOT / "templates").glob("*.html"):
        named |= set(re.findall(r"""\bt\(["']([a-z_]+\.[a-z_-]+)["']""", template.read_text("utf-8")))
    missing = {key for key in named if key.partition(".")[2] not in known.get(key.partition(".")[0], {})}
    assert not missing
    assert len(named) > 100


def test_every_code_of_the_contract_has_a_word() -> None:
    known = texts("zh.toml")
    needed = {
        "status": STATUSES,
        "guide": STATUSES,
        "action": tuple(ACTIONS),
        "form": APPLICATION_FORMS,
        "form_text": APPLICATION_FORMS,
        "next": APPLICATION_FORMS,
        "audience": APPLICANT_TYPES,
        "source": (*SOURCES, "import"),
        "method": MATERIAL_METHODS,
        "delivery": DELIVERY_METHODS,
        "colour": COLOURS,
        "resume_from": STARTS,
    }
    missing = {
        f"{group}.{code}" for group, codes in needed.items() for code in codes if code not in known[group]
    }
    assert not missing
