"""What went wrong, as a page says it: a headline, and a line for each field with a link to its input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.problems import FieldError, Problem

Word = Callable[[str, str, str], str]
"""(text group, code, what to say if nobody translated it) → words."""


@dataclass(frozen=True, slots=True)
class Line:
    """`target` is the id of the input it is about; empty where the page has none for it."""

    target: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    headline: str
    lines: tuple[Line, ...] = ()
    basis: str = ""
    again: bool = False
    """Whether trying the same thing later may well work."""

    @classmethod
    def of(
        cls, problem: Problem, word: Word, fields: Mapping[str, str], labels: Mapping[str, str] | None = None
    ) -> Trouble:
        """`fields`: input names by field path; a path that is not in it stands for itself.
        `labels`: what inputs are called whose names are no words of the texts."""
        lines = tuple(_line(error, word, fields, labels or {}) for error in problem.errors)
        known = word("problem", problem.code, "")
        refused = word("wrong", problem.code, "")
        # A refusal about one field carries its reason as its own code: the line says it, not the head.
        headline = known or (word("problem", "invalid_fields", "") if lines else refused or problem.detail)
        basis = problem.extra.get("basis")
        return cls(headline, lines, str(basis) if basis else "", problem.status in (429, 503))

    def about(self, target: str) -> str:
        """The words for one input, or nothing."""
        return " ".join(line.text for line in self.lines if line.target == target)


def _line(error: FieldError, word: Word, fields: Mapping[str, str], labels: Mapping[str, str]) -> Line:
    target = fields.get(error.field, error.field)
    last = next((part for part in reversed(error.field.split(".")) if not part.isdigit()), error.field)
    label = labels.get(target) or word("field", target.replace(".", "_"), "") or word("field", last, last)
    return Line(target, label, word("wrong", error.code, error.message))
