"""Times as callers send them and as other systems write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields

from shared.clock import LEGAL_ZONE

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)
"""Beyond these a time is a slip of the pen; and near the ends of what `datetime` holds, nothing can be
added to it any more: a clock that was once set there would stop every timer for good.
"""

_PRINTED = re.compile(r"\A(\d{4}-\d{2}-\d{2})\s?(\d{2}:\d{2}:\d{2})\Z")
_COMPACT = re.compile(r"\A(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})\Z")


def parse_time(text: str) -> datetime:
    """ISO 8601, `yyyy-mm-dd hh:mm:ss` with or without its space and with U+2236 for a colon (as the
    exchange tables are printed), or GB/T 39046's `YYYYMMDDThhmmss`.

    Without an offset it is a time in Asia/Shanghai. Raises ValueError, also for one beyond FIRST and LAST.
    """
    plain = text.strip().replace("∶", ":").replace("：", ":")
    printed, compact = _PRINTED.match(plain), _COMPACT.match(plain)
    if printed:
        plain = f"{printed[1]}T{printed[2]}"
    elif compact:
        plain = "{}-{}-{}T{}:{}:{}".format(*compact.groups())
    moment = datetime.fromisoformat(plain)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=LEGAL_ZONE)
    if not FIRST <= moment <= LAST:
        raise ValueError(f"a time lies between {FIRST.year} and {LAST.year}")
    return moment


def moment(**kwargs: Any) -> fields.AwareDateTime:
    """A time with its offset that somebody sends us."""
    return fields.AwareDateTime(validate=_within_reason, **kwargs)


def _within_reason(value: datetime) -> None:
    if not FIRST <= value <= LAST:
        raise ValidationError(f"Must lie between {FIRST.year} and {LAST.year}.")
