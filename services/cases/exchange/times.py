"""Times as the exchange tables write them: in the legal zone, in the printed form."""

from __future__ import annotations

from datetime import datetime

from services.cases.exchange.codes import DAY_FORMAT, TIME_FORMAT
from shared.clock import LEGAL_ZONE


def show_time(moment: datetime | str | None) -> str | None:
    return None if moment is None else _local(moment).strftime(TIME_FORMAT)


def show_day(moment: datetime | str | None) -> str | None:
    return None if moment is None else _local(moment).strftime(DAY_FORMAT)


def _local(moment: datetime | str) -> datetime:
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return known.astimezone(LEGAL_ZONE)
