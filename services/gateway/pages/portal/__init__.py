"""The applicant's side: find an item, read its guide, apply, follow the case."""

from services.gateway.pages.page import Handler
from services.gateway.pages.portal import apply, items, my_cases, progress

PAGES: dict[str, tuple[str, Handler]] = {
    **items.PAGES,
    **apply.PAGES,
    **my_cases.PAGES,
    **progress.PAGES,
}
