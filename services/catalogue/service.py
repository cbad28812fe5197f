"""Entrypoints of the catalogue service."""

from __future__ import annotations

from services.catalogue.commands import define, edit, imports
from services.catalogue.domain.item import Approve, Cancel, Publish, Reject, Resume, SubmitForReview, Suspend
from services.catalogue.queries import bundles, guide, items, search
from shared.contracts import catalogue as contract
from shared.eventstore.waiting import wait_for
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.operation import operation


class CatalogueService:
    name = "catalogue"
    app: Application

    @operation(permission="catalogue.review", body=contract.DefineItems, needs_key=True)
    def define_items(self, call: Call) -> Answer:
        return define.define_items(self.app, call)

    @operation(permission="catalogue.edit", body=contract.ImportItems, needs_key=True)
    def import_items(self, call: Call) -> Answer:
        return imports.import_items(self.app, call)

    @operation(permission="catalogue.edit", body=contract.ItemDefinition, needs_key=True)
    def create_item(self, call: Call) -> Answer:
        return edit.create_item(self.app, call)

    @operation(
        permission="catalogue.edit", body=contract.ItemDefinition, query=contract.ItemCode, needs_key=True
    )
    def change_item(self, call: Call) -> Answer:
        return edit.change_item(self.app, call)

    @operation(permission="catalogue.edit", body=contract.Nothing, query=contract.ItemCode, needs_key=True)
    def submit_item(self, call: Call) -> Answer:
        return edit.run_on_item(self.app, call, SubmitForReview(call.actor.id))

    @operation(permission="catalogue.review", body=contract.Opinion, query=contract.ItemCode, needs_key=True)
    def approve_item(self, call: Call) -> Answer:
        return edit.run_on_item(self.app, call, Approve(call.actor.id, call.body.get("opinion")))

    @operation(permission="catalogue.review", body=contract.Reason, query=contract.ItemCode, needs_key=True)
    def reject_item(self, call: Call) -> Answer:
        return edit.run_on_item(self.app, call, Reject(call.actor.id, call.body["reason"]))

    @operation(permission="catalogue.review", body=contract.Nothing, query=contract.ItemCode, needs_key=True)
    def publish_item(self, call: Call) -> Answer:
        return edit.run_on_item(self.app, call, Publish(call.actor.id))

    @operation(permission="catalogue.review", body=contract.Reason, query=contract.ItemCode, needs_key=True)
    def suspend_item(self, call: Call) -> Answer:
        return edit.run_on_item(self.app, call, Suspend(call.actor.id, call.body["reason"]))

    @operation(permission="catalogue.review", body=contract.Nothing, query=contract.ItemCode, needs_key=True)
    def resume_item(self, call: Call) -> Answer:
        return edit.run_on_item(self.app, call, Resume(call.actor.id))

    @operation(permission="catalogue.review", body=contract.Reason, query=contract.ItemCode, needs_key=True)
    def cancel_item(self, call: Call) -> Answer:
        return edit.run_on_item(self.app, call, Cancel(call.actor.id, call.body["reason"]))

    @operation(permission="catalogue.read", query=contract.ItemSearch)
    def search(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["items"])
        return search.search(self.app, call)

    @operation(permission="catalogue.read", query=contract.ItemCode)
    def item(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["items"])
        return items.item(self.app, call)

    @operation(permission="catalogue.read", query=contract.ItemCode)
    def guide(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["items"])
        return guide.guide(self.app, call)

    @operation(permission="catalogue.read", query=contract.ItemVersionQuery)
    def versions(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["items"])
        return items.versions(self.app, call)

    @operation(permission="catalogue.read")
    def bundles(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["items", "bundles"])
        return bundles.bundles(self.app, call)

    @operation(permission="catalogue.edit")
    def drafts(self, call: Call) -> Answer:
        wait_for(self.app, call.after_token, ["items"])
        return items.drafts(self.app, call)

    @operation(permission="catalogue.read_any", query=contract.ItemCode)
    def item_for_case(self, call: Call) -> Answer:
        return items.item_for_case(self.app, call)
