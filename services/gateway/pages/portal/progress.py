"""Progress by case number and query code, without signing in (CASE-40): masked."""

from __future__ import annotations

from werkzeug import Response

from services.gateway.pages.page import Handler, Page
from shared.problems import Problem


def progress(page: Page) -> Response:
    asked = {name: page.request.args.get(name, "").strip() for name in ("case_no", "query_code")}
    found, problem, status = None, None, 200
    if all(asked.values()):
        try:
            found = page.ask("cases", "progress", params=asked).value
        except Problem as trouble:
            if trouble.status >= 500 or trouble.status == 429:
                raise
            problem, status = trouble, trouble.status
    return page.render("progress.html", status, asked=asked, found=found, trouble=page.trouble(problem))


PAGES: dict[str, tuple[str, Handler]] = {"progress": ("/progress", progress)}
