"""Schemas of identity's stored events, by type and version, and what of them is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import Schema, fields

from shared.contracts import account_events as published
from shared.contracts.allow_list import allowed
from shared.domain.masking import mask_name
from shared.eventstore.event import Event
from shared.personal.declaration import PERSONAL, Declaration


def _by(**given: Any) -> fields.String:
    return fields.String(required=True, **given)


class AccountRegistered(Schema):
    """The only event that says who a person is."""

    account_id = fields.String(required=True)
    kind = fields.String(required=True)
    login = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    name = fields.String(required=True, metadata=PERSONAL)
    id_type = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    id_no = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    phone = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    email = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    roles = fields.List(fields.String(), required=True)
    enterprise_id = fields.String(required=True, allow_none=True)
    real_name_level = fields.Integer(required=True)


class AccountVerified(published.AccountVerified):
    reference = fields.String(required=True, metadata=PERSONAL)


class AccountClosed(published.AccountClosed):
    by = _by()
    reason = fields.String(required=True, metadata=PERSONAL)


class StaffAppointed(published.StaffAppointed):
    by = _by()


class StaffDismissed(published.StaffDismissed):
    by = _by()
    reason = fields.String(required=True, metadata=PERSONAL)


class EnterpriseRegistered(published.EnterpriseRegistered):
    legal_representative = fields.String(required=True, metadata=PERSONAL)
    address = fields.String(required=True, allow_none=True, metadata=PERSONAL)


class MandateGranted(published.MandateGranted):
    by = _by()


class MandateRevoked(published.MandateRevoked):
    by = _by()
    reason = fields.String(required=True, allow_none=True)


STORED: dict[tuple[str, int], type[Schema]] = {
    ("account.registered", 1): AccountRegistered,
    ("account.verified", 1): AccountVerified,
    ("account.closed", 1): AccountClosed,
    ("staff.appointed", 1): StaffAppointed,
    ("staff.dismissed", 1): StaffDismissed,
    ("enterprise.registered", 1): EnterpriseRegistered,
    ("enterprise.mandate_granted", 1): MandateGranted,
    ("enterprise.mandate_revoked", 1): MandateRevoked,
    ("organisation.defined", 1): published.OrganisationDefined,
    ("region.defined", 1): published.RegionDefined,
}
"""(type, schema version) -> schema of `data`."""


def _subject_of(type: str, data: Mapping[str, Any]) -> str | None:
    subject: str | None = data.get("account_id") or data.get("enterprise_id")
    return subject


DECLARATION = Declaration(STORED, _subject_of)

_allowed = allowed(published.PUBLISHED)


def publish(event: Event) -> dict[str, Any]:
    """A person leaves as an account id and a masked name."""
    if event.type == "account.registered":
        event = replace(event, data=event.data | {"name_masked": mask_name(event.data["name"])})
    return _allowed(event)
