"""Which language an answer's sentences are in: `zh-CN` (default) or `en`."""

from __future__ import annotations

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

CHINESE = "zh-CN"
ENGLISH = "en"


def best_language(accept_language: str | None) -> str:
    """Chinese, unless the caller ranks English above it. A header that makes no sense counts as none."""
    if not accept_language:
        return CHINESE
    accepted = parse_accept_header(accept_language, LanguageAccept)
    chinese = max((quality for tag, quality in accepted if tag.lower().startswith("zh")), default=0.0)
    english = max((quality for tag, quality in accepted if tag.lower().startswith("en")), default=0.0)
    return ENGLISH if english > chinese else CHINESE
