"""Schemas of identity's stored events, by type and version, and what of them is published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import Schema, fields

from shared.contracts import account_events as published
from shared.contracts.allow_list import allowed
from shared.domain.masking import mask_name
from shared.eventstore.event import Event


def _by(**given: Any) -> fields.String:
    return fields.String(required=True, **given)


class AccountRegistered(Schema):
    """The only event that says who a person is."""

    account_id = fields.String(required=True)
    kind = fields.String(required=True)
    login = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    id_type = fields.String(required=True, allow_none=True)
    id_no = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)
    enterprise_id = fields.String(required=True, allow_none=True)
    real_name_level = fields.Integer(required=True)


class AccountVerified(published.AccountVerified):
    reference = fields.String(required=True)


class AccountClosed(published.AccountClosed):
    by = _by()
    reason = fields.String(required=True)


class StaffAppointed(published.StaffAppointed):
    by = _by()


class StaffDismissed(published.StaffDismissed):
    by = _by()
    reason = fields.String(required=True)


class EnterpriseRegistered(published.EnterpriseRegistered):
    legal_representative = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)


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

_allowed = allowed(published.PUBLISHED)


def publish(event: Event) -> dict[str, Any]:
    """A person leaves as an account id and a masked name."""
    if event.type == "account.registered":
        event = replace(event, data=event.data | {"name_masked": mask_name(event.data["name"])})
    return _allowed(event)
