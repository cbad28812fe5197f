"""Who is told, and where: asked of `cases` when needed, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.domain.masking import mask_email, mask_phone
from shared.service.application import Application

NO_CHANNEL = "none"


@dataclass(frozen=True, slots=True)
class Addressee:
    """`account` is the applicant's; name, phone and e-mail are the contact's where one was named (T1.8)."""

    name: str = ""
    account: str | None = None
    phone: str | None = None
    email: str | None = None

    def address(self, channel: str) -> str | None:
        return {"sms": self.phone, "email": self.email, "inbox": self.account}.get(channel)

    def masked(self, channel: str) -> str | None:
        """None for a channel whose address says nothing about the person."""
        mask = {"sms": mask_phone, "email": mask_email}.get(channel)
        address = self.address(channel)
        return mask(address) if mask and address else None

    @property
    def is_named(self) -> bool:
        """Whether there is anything personal to say of them, masked as it is."""
        return bool(self.name or self.phone or self.email)

    @property
    def channels(self) -> list[str]:
        found = [channel for channel in ("inbox", "sms", "email") if self.address(channel)]
        return found or [NO_CHANNEL]


def ask_addressees(app: Application, case_nos: Iterable[str]) -> dict[str, Addressee]:
    """By case number, at most 100 of them: one question, for which this blocks. An erased or unknown person
    is an addressee without any address.

    Raises `Problem` when `cases` can't say now.
    """
    wanted = sorted(set(case_nos))
    if not wanted:
        return {}
    found: dict[str, Any] = app.remote.call("cases", "contacts", body={"cases": wanted}).value
    return {case_no: _addressee(found[case_no] or {}) for case_no in wanted}


def _addressee(found: dict[str, Any]) -> Addressee:
    applicant, contact = found.get("applicant") or {}, found.get("contact") or {}
    return Addressee(
        name=contact.get("name") or applicant.get("name") or "",
        account=applicant.get("subject_id"),
        phone=contact.get("phone") or applicant.get("phone"),
        email=contact.get("email") or applicant.get("email"),
    )
