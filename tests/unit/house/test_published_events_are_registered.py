"""What stands in `docs/events` is what is published, and nothing that was released is broken."""

from __future__ import annotations

from house_plan import OWNERS, ROOT

from shared.registry import contracts, export

FOLDER = ROOT / export.FOLDER


def test_the_committed_documents_are_as_the_code_has_them() -> None:
    told = export.differences(FOLDER)
    assert told == [], "run `make events` and commit what it wrote"


def test_nothing_that_was_released_is_broken() -> None:
    told = [str(each) for each in export.broken(FOLDER)]
    assert told == [], "readers rely on it: publish a new type or an optional field instead"


def test_categories_belong_to_who_says_so_itself() -> None:
    own = {category: name for name, spec in OWNERS.items() for category in spec.categories}
    assert own == contracts.OWNERS
