"""XES (IEEE 1849) as flat rows: one per event, with the trace's attributes as `case:*`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.etree import ElementTree

_VALUES = {"string", "date", "int", "float", "boolean", "id"}


def read_xes(source: BinaryIO) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows numbered by event, from 1: XML knows no lines. Raises `ValueError` for what is no XML."""
    number = 0
    try:
        for _, element in ElementTree.iterparse(source, events=("end",)):  # noqa: S314
            if _local(element.tag) != "trace":
                continue
            case = {_prefixed(name): value for name, value in _attributes(element)}
            for child in element:
                if _local(child.tag) == "event":
                    number += 1
                    yield number, {**case, **dict(_attributes(child))}
            element.clear()
    except ElementTree.ParseError as error:
        raise ValueError(f"the file is not well-formed XML: {error}") from error


def _attributes(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for child in element:
        if _local(child.tag) in _VALUES and "key" in child.attrib:
            yield child.attrib["key"], child.attrib.get("value", "")


def _prefixed(name: str) -> str:
    return name if name.startswith("case:") else f"case:{name}"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
