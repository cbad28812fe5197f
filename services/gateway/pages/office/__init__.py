"""The back office: work list, case page, supervision, operations."""

from services.gateway.pages.office import cards, cases, operations, parked, rebuilds, replays
from services.gateway.pages.page import Handler

PAGES: dict[str, tuple[str, Handler]] = {
    **cases.PAGES, **cards.PAGES, **operations.PAGES, **parked.PAGES, **rebuilds.PAGES, **replays.PAGES,
}  # fmt: skip
