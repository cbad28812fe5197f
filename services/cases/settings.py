"""What an operator may set; read once at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.config.environment import Environment
from shared.security.own_number import mark_key

PER_ITEM, GLOBAL = "item", "global"


@dataclass(frozen=True, slots=True)
class CasesSettings:
    """`number_scope`: daily sequences of case numbers per item (`item`) or over all items (`global`).

    `real_name_level`: what an applicant must have reached to apply online (ID-22); 0 asks for none.
    `supplement_days`: working days an applicant has to supplement where the officer names no day; the
    licensing law sets none. `token_wait`: longest wait, in seconds, for a read model to reach a token.
    `deadline_batch` and `import_batch`: cases per transaction. `erasures_file`: where erasures are
    written down beside the databases. `mark_key` reads what tokens say of their holders' numbers; without it
    identity is asked each time.
    """

    number_scope: str = PER_ITEM
    real_name_level: int = 2
    supplement_days: int = 10
    token_wait: float = 5.0
    deadline_batch: int = 20
    import_batch: int = 20
    erasures_file: Path | None = None
    mark_key: bytes | None = field(default=None, repr=False)


def read_settings(values: Mapping[str, str] | None = None) -> CasesSettings:
    """Raises `SettingError`."""
    env = Environment(values)
    secret = env.secret("YIWANG_SERVICE_SECRET")
    return CasesSettings(
        number_scope=env.choice("YIWANG_CASES_NUMBER_SCOPE", (PER_ITEM, GLOBAL), PER_ITEM),
        supplement_days=env.number("YIWANG_CASES_SUPPLEMENT_DAYS", 10, least=1, most=365),
        erasures_file=env.path("YIWANG_ERASURES"),
        mark_key=mark_key(secret) if secret else None,
        real_name_level=env.number("YIWANG_CASES_REAL_NAME_LEVEL", 2, most=4),
    )
