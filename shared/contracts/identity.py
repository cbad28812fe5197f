"""Wire contract of the identity service."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields, validate

from shared.contracts.import_report import ImportReport

__all__ = ["ImportReport"]

_name = validate.Length(min=1, max=100)
_password = validate.Length(min=1, max=128)


class SignIn(Schema):
    """`login` is a login name, an identity number or a phone number."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=100))
    password = fields.String(required=True, validate=_password)
    code = fields.String(validate=validate.Regexp(r"\A\d{6}\Z"))


class Refresh(Schema):
    refresh_token = fields.String(required=True, validate=validate.Length(max=200))


class SignOut(Schema):
    refresh_token = fields.String(validate=validate.Length(max=200))


class User(Schema):
    id = fields.String()
    name = fields.String()
    roles = fields.List(fields.String())
    permissions = fields.List(fields.String())
    department_code = fields.String(allow_none=True)
    department_name = fields.String(allow_none=True)
    region_code = fields.String(allow_none=True)
    enterprise_id = fields.String(allow_none=True)
    real_name_level = fields.Integer()


class Session(Schema):
    access_token = fields.String()
    token_type = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})
    refresh_token = fields.String()
    user = fields.Nested(User)


class ActFor(Schema):
    enterprise_id = fields.String(required=True, allow_none=True)


class ChangePassword(Schema):
    old_password = fields.String(required=True, validate=_password)
    new_password = fields.String(required=True, validate=_password)


class Code(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"\A\d{6}\Z"))


class Empty(Schema):
    """A command that needs no body."""


class RegisterPerson(Schema):
    login = fields.String(validate=validate.Length(max=40))
    password = fields.String(required=True, validate=_password)
    name = fields.String(required=True, validate=_name)
    id_no = fields.String(required=True, validate=validate.Length(max=20))
    phone = fields.String(required=True, validate=validate.Length(max=20))
    email = fields.String(validate=validate.Length(max=200))


class RegisterEnterprise(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    credit_code = fields.String(required=True, validate=validate.Length(max=20))
    legal_representative = fields.String(required=True, validate=_name)
    kind = fields.String(
        load_default="enterprise",
        validate=validate.OneOf(
            ["enterprise", "cooperative", "individual_business", "public_institution", "social_organisation",
             "administrative_organ"]
        ),
    )  # fmt: skip
    address = fields.String(validate=validate.Length(max=300))


class GrantMandate(Schema):
    login = fields.String(required=True, metadata={"description": "login name, identity number or phone"})
    role = fields.String(required=True, validate=validate.OneOf(["administrator", "agent"]))


class RevokeMandate(Schema):
    account_id = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=300))


class CreateStaff(Schema):
    login = fields.String(required=True, validate=validate.Length(max=40))
    password = fields.String(required=True, validate=_password)
    name = fields.String(required=True, validate=_name)
    phone = fields.String()
    email = fields.String()
    roles = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    department_code = fields.String()
    region_code = fields.String(validate=validate.Regexp(r"\A\d{12}\Z"))


class AppointStaff(Schema):
    roles = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    department_code = fields.String()
    region_code = fields.String(validate=validate.Regexp(r"\A\d{12}\Z"))


class DismissStaff(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=300))


class Id(Schema):
    id = fields.String(required=True, validate=validate.Length(min=1, max=64))


class _List(Schema):
    limit = fields.Integer(load_default=200, validate=validate.Range(min=1, max=200))
    after = fields.String(load_default="")


class RegionsQuery(_List):
    parent = fields.String(validate=validate.Regexp(r"\A\d{12}\Z"))
    q = fields.String(validate=validate.Length(max=50))


class OrganisationsQuery(_List):
    region = fields.String(validate=validate.Regexp(r"\A\d{2,12}\Z"))
    q = fields.String(validate=validate.Length(max=50))


class StaffQuery(_List):
    department = fields.String()
    role = fields.String()


class RegionRow(Schema):
    """One line as it was read: everything is text, and anything may be missing or wrong."""

    class Meta:
        unknown = INCLUDE

    line = fields.Integer(required=True, strict=True)
    region_code = fields.String(load_default="", allow_none=True)
    name = fields.String(load_default="", allow_none=True)
    level = fields.String(load_default="", allow_none=True)
    parent_code = fields.String(load_default="", allow_none=True)


class ImportRegions(Schema):
    rows = fields.List(fields.Nested(RegionRow), required=True, validate=validate.Length(max=20_000))
    dry_run = fields.Boolean(load_default=False)


class Organisation(Schema):
    code = fields.String(required=True, validate=validate.Length(min=9, max=18))
    name = fields.String(required=True, validate=_name)
    region_code = fields.String(required=True, validate=validate.Regexp(r"\A\d{12}\Z"))
    parent_code = fields.String(allow_none=True)


class EnsureDemoAccounts(Schema):
    renew = fields.List(
        fields.String(), load_default=list, metadata={"description": "logins that get a new password"}
    )


class DefineOrganisations(Schema):
    organisations = fields.List(
        fields.Nested(Organisation), required=True, validate=validate.Length(min=1, max=2000)
    )
