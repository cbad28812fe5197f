"""Coded values of an entry as words, in both languages; free text stays as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.clock import LEGAL_ZONE

_WORDS = {
    "passed": ("通过", "passed"),
    "failed": ("不通过", "failed"),
    "returned": ("退回", "returned"),
    "supplement": ("需补充", "supplement needed"),
    "other": ("其他", "other"),
    "granted": ("准予", "granted"),
    "refused": ("不予", "refused"),
    "partly_granted": ("部分准予", "partly granted"),
    "forwarded": ("转报", "forwarded"),
    "hall": ("大厅", "hall"),
    "courier": ("物流", "courier"),
    "electronic": ("电子", "electronic"),
    "acceptance": ("受理前", "before acceptance"),
    "delivery": ("领取前", "before delivery"),
    "online": ("网上支付", "online"),
    "window": ("窗口", "at the window"),
    "bank": ("银行", "bank"),
    "void": ("业务作废", "void"),
    "deleted": ("录入错误", "entered by mistake"),
}
_CODED = {"outcome", "action", "method", "ways", "stage", "kind"}


def lines(texts: Mapping[str, Any], order: tuple[str, ...], language: str) -> list[dict[str, str]]:
    """[{key, text}], in `order`."""
    english = language.lower().startswith("en")
    return [{"key": key, "text": _shown(key, texts[key], english)} for key in order if key in texts]


def _shown(key: str, value: Any, english: bool) -> str:
    if isinstance(value, list):
        return ("、" if not english else ", ").join(_shown(key, each, english) for each in value)
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else ("是" if value else "否")
    if key == "due_at":
        return datetime.fromisoformat(str(value)).astimezone(LEGAL_ZONE).strftime("%Y-%m-%d %H:%M")
    coded = key in _CODED or value in ("passed", "failed")
    word = _WORDS.get(str(value)) if coded else None
    return word[english] if word else str(value)
