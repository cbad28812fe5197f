"""Real files to import where they lie beside the checkout, and files of the same shape where they don't."""

from __future__ import annotations

import csv
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from tests.beside import real_data

_LOG, _LIST = "permit-receipt-log.csv", "catalogue-guangan.csv"
_LOG_HEADER = (
    "case:channel", "case:concept:name", "case:deadline", "case:department", "case:enddate",
    "case:enddate_planned", "case:group", "case:responsible", "case:startdate", "concept:instance",
    "concept:name", "lifecycle:transition", "org:group", "org:resource", "time:timestamp",
)  # fmt: skip
_ZONE = timezone(timedelta(hours=1))


def permit_log(folder: Path) -> Path:
    """The permit log (717 cases), or a made-up one with open, late and timely cases."""
    return real_data(_LOG) or _made(folder, _LOG, _log_rows())


def item_list(folder: Path) -> Path:
    """The district's list (651 items), or a made-up one, untidy in the same ways."""
    return real_data(_LIST) or _made(folder, _LIST, _item_rows())


def _made(folder: Path, name: str, rows: list[list[str]]) -> Path:
    warnings.warn(f"{name} is not beside the checkout; a made-up file stands in for it", stacklevel=3)
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return file


def _log_rows() -> list[list[str]]:
    random = Random(7)
    rows = [list(_LOG_HEADER)]
    for number in range(60):
        begun = datetime(2011, 3, 1, 9, tzinfo=_ZONE) + timedelta(days=number)
        deadline = begun + timedelta(days=56)
        ended = None if number % 9 == 0 else begun + timedelta(days=random.randrange(1, 90))
        for step in range(random.randrange(1, 7)):
            at = begun + timedelta(hours=step)
            rows.append(
                [
                    "Internet", f"case-{number}", deadline.isoformat(), "General",
                    ended.isoformat() if ended else "", deadline.isoformat(), "", "Resource1",
                    begun.isoformat(), f"task-{number}-{step}", f"T0{step} Check", "complete", "Group 1",
                    "Resource2", at.isoformat(),
                ]
            )  # fmt: skip
    return rows


def _item_rows() -> list[list[str]]:
    rows = [["department", "main_item", "item_name", "item_code", "area_code", "task_type", "dept_code"]]
    for number in range(80):
        code = f"511A{number:06d}-511602000000-000-11511301008778183N-1-00"
        rows.append(["区经信局", "未分类", f"事项{number}", code, "511602000000", "1", "083372204"])
    return rows
