"""Demo content: the items and bundles of the invented city 宜望市."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml


def demo_catalogue() -> dict[str, Any]:
    """The body of `define_items`: `{items, bundles}`."""
    text = files("services.catalogue.demo").joinpath("items.yaml").read_text("utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return {"items": content["items"], "bundles": content["bundles"]}
