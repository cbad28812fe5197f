"""Demo content: the invented city 宜望市, its regions and bodies."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml


def demo_city() -> dict[str, Any]:
    text = files("services.identity.demo").joinpath("organisations.yaml").read_text("utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content
