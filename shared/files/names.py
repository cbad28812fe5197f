"""File names as people send them, made harmless: kept for show, never used as a path of ours."""

from __future__ import annotations

import re
import unicodedata

LONGEST_BYTES = 200
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$", re.IGNORECASE)


def sanitise_name(name: str, default: str = "file") -> str:
    """The last part of a path, without control, direction and reserved characters, cut to 200 bytes.

    The extension survives the cut. Chinese stays: NFC, not ASCII.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Cf holds the direction overrides, which make "gpj.exe" read as "exe.jpg".
    shown = "".join(each for each in last if unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    clean = _FORBIDDEN.sub("_", shown).strip().strip(".").strip()
    if not clean or _RESERVED.match(clean):
        clean = f"{default}_{clean}".rstrip("_")
    return _cut(clean)


def extension(name: str) -> str:
    """In lower case without the dot; empty when there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def _cut(name: str) -> str:
    if len(name.encode()) <= LONGEST_BYTES:
        return name
    ending = extension(name)[:10]
    ending = f".{ending}" if ending else ""
    room = LONGEST_BYTES - len(ending.encode())
    return name.encode()[:room].decode("utf-8", errors="ignore").rstrip() + ending
