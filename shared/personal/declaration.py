"""What a service says of its events: which fields are personal, and whose.

Everything personal in a stream is its subject's, except where a field's metadata names a sibling that
holds the id of the person it speaks of (`{"personal": True, "of": "id"}`: an officer's name is theirs).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from marshmallow import INCLUDE, Schema, fields

PERSONAL: dict[str, Any] = {"personal": True}

SubjectOf = Callable[[str, Mapping[str, Any]], str | None]


def personal_of(sibling: str) -> dict[str, Any]:
    """Metadata of a personal field whose subject is not the stream's: `sibling` holds the subject id."""
    return {"personal": True, "of": sibling}


@dataclass(frozen=True, slots=True)
class PersonalPath:
    """`steps` of a field; `*` stands for every row of a list, `?` for every key that is not in `declared`.
    `of` names the sibling with the subject id.
    """

    steps: tuple[str, ...]
    of: str | None = None
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Declaration:
    """`subject_of(type, data)` of a stream's first event answers whose stream it is, None for nobody's."""

    schemas: Mapping[tuple[str, int], type[Schema]]
    subject_of: SubjectOf
    _known: dict[tuple[str, int], tuple[PersonalPath, ...]] = field(default_factory=dict)

    def paths(self, type: str, schema_version: int) -> tuple[PersonalPath, ...]:
        """Empty for an event that can hold nothing personal, and for one without a schema."""
        found = self._known.get((type, schema_version))
        if found is None:
            schema = self.schemas.get((type, schema_version))
            found = self._known[type, schema_version] = tuple(personal_paths(schema)) if schema else ()
        return found

    def stream_subject(self, stream: UUID, type: str, data: Mapping[str, Any]) -> str:
        """Without a subject of its own a stream is its own: it can be erased alone."""
        return self.subject_of(type, data) or f"stream:{stream}"


def personal_paths(schema: type[Schema]) -> list[PersonalPath]:
    return _of_schema(schema(), ())


def _of_schema(schema: Schema, before: tuple[str, ...]) -> list[PersonalPath]:
    """What a schema lets in undeclared (`INCLUDE`) is personal: nobody said that it isn't."""
    found: list[PersonalPath] = []
    if schema.unknown == INCLUDE:
        found.append(PersonalPath((*before, "?"), declared=frozenset(schema.fields)))
    for name, declared in schema.fields.items():
        steps, inner = (*before, name), declared
        if declared.metadata.get("personal"):
            found.append(PersonalPath(steps, declared.metadata.get("of")))
            continue
        if isinstance(inner, fields.List):
            steps, inner = (*steps, "*"), inner.inner
        if isinstance(inner, fields.Nested):
            found += _of_schema(inner.schema, steps)
    return found
