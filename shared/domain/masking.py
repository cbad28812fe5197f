"""Masked forms of personal values (rules 10.4). Blank stays blank; what is too short is hidden whole."""

from __future__ import annotations

import re

from shared.domain.erased import ERASED

_COUNTY = re.compile(r"^.*?(?:[县区旗]|市(?!.*?[县区旗]))")


def mask_name(name: str | None) -> str:
    """A person's name keeps its first character: 张**."""
    if not name or name == ERASED:
        return name or ""
    return name[0] + "*" * max(1, len(name) - 1)


def mask_organisation(name: str | None) -> str:
    """An organisation's name keeps two characters at each end."""
    if not name or name == ERASED:
        return name or ""
    if len(name) <= 4:
        return mask_name(name)
    return name[:2] + "*" * (len(name) - 4) + name[-2:]


def mask_id_no(number: str | None) -> str:
    """An identity number keeps its first 6 and last 4; a short one the first and last character."""
    if not number or number == ERASED:
        return number or ""
    if len(number) > 14:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    if len(number) > 4:
        return number[0] + "*" * (len(number) - 2) + number[-1]
    return "*" * len(number)


def mask_phone(phone: str | None) -> str:
    """A mobile number keeps 3 and 4; anything shorter than 8 only its last two."""
    if not phone or phone == ERASED:
        return phone or ""
    if len(phone) >= 11:
        return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
    return "*" * max(1, len(phone) - 2) + phone[-2:] if len(phone) > 4 else "*" * len(phone)


def mask_email(email: str | None) -> str:
    if not email or email == ERASED:
        return email or ""
    local, at, domain = email.partition("@")
    return f"{local[:1]}***{at}{domain}"


def mask_address(address: str | None) -> str:
    """An address down to the county; one that names none is hidden whole."""
    if not address or address == ERASED:
        return address or ""
    found = _COUNTY.match(address)
    return (found.group(0) if found else "") + "****"


def masked_name(name: str | None, *, natural_person: bool) -> str:
    return mask_name(name) if natural_person else mask_organisation(name)
