"""The identity service's own parts."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from services.identity.registers import PopulationRegister, SandboxRegister
from shared.domain.erased import ERASED
from shared.security.own_number import number_mark
from shared.security.tokens import TokenIssuer
from shared.service.application import Application


@dataclass
class Identity(Application):
    issuer: TokenIssuer = field(kw_only=True)
    public_key: str = field(kw_only=True)
    index_key: bytes = field(kw_only=True, repr=False)
    register: PopulationRegister = field(kw_only=True, default_factory=SandboxRegister)

    def mark(self, account_id: str, number: str | None) -> str | None:
        """What a token says of the account's number; None for an account without, or that was erased."""
        key = self.settings.mark_key
        return number_mark(key, account_id, number) if key and number and number != ERASED else None

    def digest(self, login: str) -> bytes:
        """Blind index of a login name, identity number or phone; case and blanks don't matter."""
        return hmac.digest(self.index_key, login.strip().upper().encode(), hashlib.sha256)
