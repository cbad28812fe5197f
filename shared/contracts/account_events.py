"""What identity publishes: no names, numbers, phones or addresses of people."""

from __future__ import annotations

from marshmallow import Schema, fields


class AccountRegistered(Schema):
    account_id = fields.String(required=True)
    kind = fields.String(required=True)
    name_masked = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    enterprise_id = fields.String(allow_none=True)
    real_name_level = fields.Integer(required=True)


class AccountVerified(Schema):
    account_id = fields.String(required=True)
    level = fields.Integer(required=True)
    method = fields.String(required=True)


class AccountClosed(Schema):
    account_id = fields.String(required=True)


class StaffAppointed(Schema):
    account_id = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    department_code = fields.String(allow_none=True)
    department_name = fields.String(allow_none=True)
    region_code = fields.String(allow_none=True)


class StaffDismissed(Schema):
    account_id = fields.String(required=True)


class EnterpriseRegistered(Schema):
    enterprise_id = fields.String(required=True)
    name = fields.String(required=True)
    credit_code = fields.String(required=True)
    kind = fields.String(required=True)


class MandateGranted(Schema):
    enterprise_id = fields.String(required=True)
    account_id = fields.String(required=True)
    role = fields.String(required=True)


class MandateRevoked(Schema):
    enterprise_id = fields.String(required=True)
    account_id = fields.String(required=True)


class OrganisationDefined(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    region_code = fields.String(required=True)
    parent_code = fields.String(allow_none=True)


class RegionDefined(Schema):
    region_code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True)
    parent_code = fields.String(allow_none=True)


PUBLISHED: dict[str, type[Schema]] = {
    "account.registered": AccountRegistered,
    "account.verified": AccountVerified,
    "account.closed": AccountClosed,
    "staff.appointed": StaffAppointed,
    "staff.dismissed": StaffDismissed,
    "enterprise.registered": EnterpriseRegistered,
    "enterprise.mandate_granted": MandateGranted,
    "enterprise.mandate_revoked": MandateRevoked,
    "organisation.defined": OrganisationDefined,
    "region.defined": RegionDefined,
}
"""Every type of identity's categories, with the schema of its published `data`."""
