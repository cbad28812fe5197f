"""An erased value reads "erased" on an English page, and as it is stored on a Chinese one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from services.gateway.pages.page import Page
from shared.domain.erased import ERASED
from shared.service.call import Answer

CASE = {
    "applicant": {"name": ERASED, "type": "natural_person"},
    "notes": [ERASED, "keep"],
    "said": "已删除一行",
}


@pytest.mark.parametrize(("language", "word"), [("en", "erased"), ("zh-CN", "已删除")])
def test_in_the_readers_language(language: str, word: str) -> None:
    remote = SimpleNamespace(call=lambda *_, **__: Answer(CASE))
    session = SimpleNamespace(actor=None, language=language, written=None)
    page = Page(None, SimpleNamespace(remote=remote), session, None, 0)  # type: ignore[arg-type]
    shown = page.ask("cases", "case").value
    assert shown["applicant"] == {"name": word, "type": "natural_person"}
    assert (shown["notes"], shown["said"]) == ([word, "keep"], "已删除一行")
