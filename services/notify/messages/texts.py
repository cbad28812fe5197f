"""Renders a message from its template's version. Kept versions make what was said provable later."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, Template

from shared.clock import LEGAL_ZONE

LANGUAGES = ("zh-CN", "en")
DEFAULT_LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Text:
    title: str
    text: str


def current_version(template: str) -> int:
    return max(_templates(DEFAULT_LANGUAGE)[template])


def render(
    template: str, version: int, params: Mapping[str, Any], name: str, language: str = DEFAULT_LANGUAGE
) -> Text:
    """`name` is the person's, or its masked form for what is kept. Unknown languages read Chinese."""
    language = language if language in LANGUAGES else DEFAULT_LANGUAGE
    found = _templates(language)[template][version]
    # `params.name` is a special procedure's; a plain `name` is always the person's.
    values = {**params, "params": params, "name": name}
    return Text(found["title"], _compiled(found["text"], language).render(values))


def keys(language: str) -> dict[str, list[int]]:
    return {key: sorted(versions) for key, versions in _templates(language).items()}


def _close_up(source: str, language: str) -> str:
    """YAML folds a line break into a space, which Chinese has no use for next to its own characters."""
    if language != DEFAULT_LANGUAGE:
        return source
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", source)


@cache
def _templates(language: str) -> dict[str, dict[int, dict[str, str]]]:
    source = files("services.notify.templates").joinpath(f"{language}.yaml").read_text("utf-8")
    loaded: dict[str, dict[int, dict[str, str]]] = yaml.safe_load(source)
    return loaded


@cache
def _compiled(source: str, language: str) -> Template:
    """There are as many as the package holds."""
    return _environment().from_string(_close_up(source, language))


@cache
def _environment() -> Environment:
    # Plain text for SMS and mail; pages escape what they show themselves.
    environment = Environment(autoescape=False, undefined=StrictUndefined)  # noqa: S701
    environment.filters |= {"day": _day, "names": _names, "stop": _stop}
    return environment


def _day(moment: str | None) -> str:
    return datetime.fromisoformat(moment).astimezone(LEGAL_ZONE).date().isoformat() if moment else ""


def _names(materials: Sequence[Mapping[str, Any]]) -> str:
    return "、".join(str(material.get("name") or material.get("code")) for material in materials)


def _stop(sentence: str) -> str:
    """Ends an officer's own words with a full stop, once."""
    ending = "." if sentence.isascii() else "。"
    return sentence.rstrip("。. ") + ending
