"""A place in a feed, as an opaque string: nobody but this package looks inside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from shared.eventstore.errors import UnknownCursor


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """After `position` in `tick`; position 0 is before the tick's first event."""

    tick: int
    position: int


START = Place(0, 0)


class Next(Enum):
    """What a message is to a reader who stands at a checkpoint."""

    FOLLOWS = "follows"
    OLD = "old"
    GAP = "gap"
    FOREIGN = "foreign"


def encode(epoch: str, place: Place) -> str:
    return f"{epoch}-{place.tick:x}-{place.position:x}"


def decode(epoch: str, cursor: str) -> Place:
    """Raises `UnknownCursor` for another epoch or a string that is no cursor."""
    found, place = parse(cursor)
    if found not in ("", epoch):
        raise UnknownCursor(cursor, "it belongs to another epoch of this feed; resynchronise")
    return place


def parse(cursor: str) -> tuple[str, Place]:
    """Epoch and place of anybody's cursor; the epoch of "", the beginning, is ""."""
    if cursor == "":
        return "", START
    parts = cursor.split("-")
    if len(parts) != 3 or not parts[0]:
        raise UnknownCursor(cursor, "it is not a cursor")
    try:
        return parts[0], Place(int(parts[1], 16), int(parts[2], 16))
    except ValueError as error:
        raise UnknownCursor(cursor, "it is not a cursor") from error


def reaches(cursor: str, target: str) -> bool:
    """Whether a reader at `cursor` has seen everything up to `target`. `UnknownCursor` across epochs."""
    if target == "":
        return True
    if cursor == "":
        return False
    epoch, place = parse(cursor)
    return place >= decode(epoch, target)


def relate(checkpoint: str, previous: str, cursor: str) -> Next:
    """The one rule of delivery: does the event between `previous` and `cursor` come next?

    `previous <= checkpoint < cursor` is next, not only equality: a pull may have moved the
    checkpoint past places that hold no event of the category.
    """
    epoch, place = parse(checkpoint)
    epoch_before, before = parse(previous)
    epoch_here, here = parse(cursor)
    if epoch not in ("", epoch_here):
        return Next.FOREIGN
    if here <= place:
        return Next.OLD
    if epoch_before not in ("", epoch_here):
        return Next.GAP
    return Next.FOLLOWS if before <= place else Next.GAP
