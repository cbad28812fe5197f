"""A command that takes a version out of force is answered when nobody uses that version any more.

`cases` may use an item's published version for `ITEM_LEASE_SECONDS` after it asked for it. Whoever is told
that an item was published anew, suspended or cancelled can rely on it: no application that begins later pins
what was in force before.
"""

from __future__ import annotations

from time import sleep

from services.catalogue.domain.item import ItemState
from shared.contracts.catalogue import ITEM_LEASE_SECONDS
from shared.service.application import Application


class Leases:
    """Of one command. Until its work says otherwise it is taken to have ended one: the answer of a key that
    comes again may have been cut off before the wait."""

    def __init__(self) -> None:
        self._ended = True

    def begin(self) -> None:
        """The work runs, perhaps not for the first time."""
        self._ended = False

    def changed(self, before: ItemState, after: ItemState) -> None:
        was = before.published is not None and before.use_state == "in_use"
        same = (before.item_version, before.use_state) == (after.item_version, after.use_state)
        self._ended = self._ended or (was and not same)

    def outlast(self, app: Application) -> None:
        """Blocks for the length of a lease if one may be out. Call it after the commit."""
        if self._ended:
            sleep(app.parts.get("item_lease", ITEM_LEASE_SECONDS))
