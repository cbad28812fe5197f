"""What the processes of a platform use of the processors, by what they are."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_OURS = re.compile(r"shared\.cli (run|relay|stack|up) ?(\w*)")
_BACKEND = re.compile(r"postgres: \S+ (\w+) ")


def used(root: int, data: Path) -> dict[int, tuple[str, float]]:
    """By process id: what it is, and its seconds of processor time so far. `root` and what it began, and the
    PostgreSQL whose folder lies in `data`, which is nobody's child."""
    found = {int(entry.name): _read(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    known = {pid: each for pid, each in found.items() if each is not None}
    ours = {root} | {
        pid for pid, (_, _, words) in known.items() if f"-D {data}" in words or _is_in(words, data)
    }
    while more := {pid for pid, (parent, _, _) in known.items() if parent in ours and pid not in ours}:
        ours |= more
    return {pid: (_label(known[pid][2]), known[pid][1]) for pid in ours if pid in known}


def spent(before: dict[int, tuple[str, float]], after: dict[int, tuple[str, float]]) -> Counter[str]:
    """Seconds between two looks, by what the processes are."""
    seconds: Counter[str] = Counter()
    for pid, (label, total) in after.items():
        seconds[label] += total - before.get(pid, (label, 0.0))[1]  # type: ignore[assignment]
    return seconds


def _read(process: Path) -> tuple[int, float, str] | None:
    try:
        numbers = (process / "stat").read_text().rpartition(")")[2].split()
        words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return None  # it has ended
    return int(numbers[1]), (int(numbers[11]) + int(numbers[12])) / _TICKS, words.strip()


def _is_in(words: str, data: Path) -> bool:
    return words.partition(" ")[0].endswith("postgres") and str(data) in words


def _label(words: str) -> str:
    if found := _OURS.search(words):
        return f"{found[1]} {found[2]}".strip() if found[1] in ("run", "relay") else found[1]
    if words.startswith("postgres:"):
        backend = _BACKEND.match(words)
        return f"PostgreSQL for {backend[1]}" if backend else "PostgreSQL itself"
    return "RabbitMQ" if "beam.smp" in words else "the rest"
