"""The document as one page for reading, without any script or foreign server."""

from __future__ import annotations

import json
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

_environment = Environment(
    loader=PackageLoader("services.gateway.openapi", "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


def reference_page(document: dict[str, Any], language: str) -> str:
    """HTML. Summaries hold both languages already; `language` is the page's own."""
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups[operation["tags"][0]].append(operation | {"method": method.upper(), "path": path})
    return _environment.get_template("reference.html").render(
        document=document,
        groups=groups,
        language=language,
        kind=kind,
        pretty=_pretty,
        anchor=_anchor,
    )


def kind(shape: dict[str, Any]) -> Markup | str:
    """A JSON schema in a few words; a reference becomes a link."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return Markup('<a href="#{}">{}</a>').format(_anchor(name), name)
    if "anyOf" in shape:
        return Markup(" | ").join(kind(each) for each in shape["anyOf"])
    if "enum" in shape:
        return " | ".join(str(each) for each in shape["enum"])
    if shape.get("type") == "array":
        return Markup("[{}]").format(kind(shape.get("items", {})))
    said = shape.get("type", "any")
    said = " | ".join(said) if isinstance(said, list) else str(said)
    return f"{said} ({shape['format']})" if "format" in shape else said


def _anchor(name: str) -> str:
    return "schema-" + name.replace(".", "-")


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
