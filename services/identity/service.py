"""Entrypoints of the identity service."""

from __future__ import annotations

from services.identity.application import Identity
from services.identity.commands import demo, places, register, sessions, sign_in, staff
from services.identity.queries import accounts, organisations
from shared.contracts import identity as contract
from shared.eventstore.waiting import wait_for
from shared.service.call import Answer, Call
from shared.service.operation import operation


class IdentityService:
    name = "identity"
    app: Identity

    @operation(permission="identity.sign_in", body=contract.SignIn)
    def sign_in(self, call: Call) -> Answer:
        return sign_in.sign_in(self.app, call)

    @operation(permission="identity.sign_in", body=contract.Refresh)
    def refresh(self, call: Call) -> Answer:
        return sessions.refresh(self.app, call)

    @operation(permission="identity.self", body=contract.SignOut)
    def sign_out(self, call: Call) -> Answer:
        return sessions.sign_out(self.app, call)

    @operation(permission="identity.self", body=contract.ActFor)
    def act_for(self, call: Call) -> Answer:
        return sessions.act_for(self.app, call)

    @operation(permission="identity.self", body=contract.ChangePassword)
    def change_password(self, call: Call) -> Answer:
        return sign_in.change_password(self.app, call)

    @operation(permission="identity.self", body=contract.Empty)
    def begin_totp(self, call: Call) -> Answer:
        return sign_in.begin_totp(self.app, call)

    @operation(permission="identity.self", body=contract.Code)
    def confirm_totp(self, call: Call) -> Answer:
        return sign_in.confirm_totp(self.app, call)

    @operation(permission="identity.register", body=contract.RegisterPerson, needs_key=True)
    def register_person(self, call: Call) -> Answer:
        return register.register_person(self.app, call)

    @operation(permission="identity.self", body=contract.Empty, needs_key=True)
    def verify_me(self, call: Call) -> Answer:
        return register.verify_me(self.app, call)

    @operation(permission="identity.self", body=contract.RegisterEnterprise, needs_key=True)
    def register_enterprise(self, call: Call) -> Answer:
        return register.register_enterprise(self.app, call)

    @operation(permission="identity.self", body=contract.GrantMandate, query=contract.Id, needs_key=True)
    def grant_mandate(self, call: Call) -> Answer:
        return register.grant_mandate(self.app, call)

    @operation(permission="identity.self", body=contract.RevokeMandate, query=contract.Id, needs_key=True)
    def revoke_mandate(self, call: Call) -> Answer:
        return register.revoke_mandate(self.app, call)

    @operation(permission="identity.administer", body=contract.CreateStaff, needs_key=True)
    def create_staff(self, call: Call) -> Answer:
        return staff.create_staff(self.app, call)

    @operation(
        permission="identity.administer", body=contract.AppointStaff, query=contract.Id, needs_key=True
    )
    def appoint_staff(self, call: Call) -> Answer:
        return staff.appoint_staff(self.app, call)

    @operation(
        permission="identity.administer", body=contract.DismissStaff, query=contract.Id, needs_key=True
    )
    def dismiss_staff(self, call: Call) -> Answer:
        return staff.dismiss_staff(self.app, call)

    @operation(permission="identity.administer", query=contract.StaffQuery)
    def staff(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["accounts"])
        return accounts.staff(self.app, call)

    @operation(permission="identity.self")
    def colleagues(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["accounts"])
        return accounts.colleagues(self.app, call)

    @operation(permission="identity.self")
    def me(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["enterprises"])
        return accounts.me(self.app, call)

    @operation(permission="identity.self")
    def certificates(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["certificates"])
        return accounts.certificates(self.app, call)

    @operation(permission="identity.read_any", query=contract.Id)
    def account(self, call: Call) -> Answer:
        return accounts.account(self.app, call)

    @operation(permission="catalogue.read", query=contract.OrganisationsQuery)
    def organisations(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["organisations"])
        return organisations.organisations(self.app, call)

    @operation(permission="catalogue.read", query=contract.RegionsQuery)
    def regions(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["regions"])
        return organisations.regions(self.app, call)

    @operation(permission="identity.regions", body=contract.ImportRegions, needs_key=True)
    def import_regions(self, call: Call) -> Answer:
        return places.import_regions(self.app, call)

    @operation(permission="identity.regions", body=contract.DefineOrganisations, needs_key=True)
    def define_organisations(self, call: Call) -> Answer:
        return places.define_organisations(self.app, call)

    @operation(permission="identity.sign_in")
    def public_keys(self, call: Call) -> Answer:
        return accounts.public_keys(self.app, call)

    @operation(permission="identity.read_any", body=contract.EnsureDemoAccounts)
    def ensure_demo_accounts(self, call: Call) -> Answer:
        return demo.ensure_demo_accounts(self.app, call)
