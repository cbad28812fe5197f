"""Operations of notify, thin."""

from __future__ import annotations

from services.notify.application import NotifyApplication
from services.notify.commands import inbox as inbox_commands
from services.notify.commands import replay as replay_command
from services.notify.commands import subscriptions as subscription_commands
from services.notify.queries import events as event_queries
from services.notify.queries import messages as message_queries
from services.notify.queries import subscriptions as subscription_queries
from shared.contracts import notify as contract
from shared.service.call import Answer, Call
from shared.service.operation import operation


class NotifyService:
    name = "notify"
    app: NotifyApplication

    @operation(permission="notify.inbox", query=contract.InboxQuery)
    def inbox(self, call: Call) -> Answer:
        return message_queries.inbox(self.app, call)

    @operation(permission="notify.inbox", query=contract.MessageId, needs_key=True)
    def mark_read(self, call: Call) -> Answer:
        return inbox_commands.mark_read(self.app, call)

    @operation(permission="notify.outbox", query=contract.OutboxQuery)
    def outbox(self, call: Call) -> Answer:
        return message_queries.outbox(self.app, call)

    @operation(permission="subscriptions.manage", body=contract.CreateSubscription, needs_key=True)
    def create_subscription(self, call: Call) -> Answer:
        return subscription_commands.create_subscription(self.app, call)

    @operation(
        permission="subscriptions.manage",
        body=contract.ChangeSubscription,
        query=contract.SubscriptionId,
        needs_key=True,
    )
    def change_subscription(self, call: Call) -> Answer:
        return subscription_commands.change_subscription(self.app, call)

    @operation(permission="subscriptions.manage", query=contract.SubscriptionId, needs_key=True)
    def end_subscription(self, call: Call) -> Answer:
        return subscription_commands.end_subscription(self.app, call)

    @operation(permission="subscriptions.manage", query=contract.SubscriptionId)
    def subscription(self, call: Call) -> Answer:
        return subscription_queries.subscription(self.app, call)

    @operation(permission="subscriptions.manage", query=contract.SubscriptionList)
    def subscriptions(self, call: Call) -> Answer:
        return subscription_queries.subscriptions(self.app, call)

    @operation(permission="subscriptions.manage", query=contract.SubscriptionId)
    def deliveries(self, call: Call) -> Answer:
        return subscription_queries.deliveries(self.app, call)

    @operation(
        permission="subscriptions.manage",
        body=contract.ReplaySubscription,
        query=contract.SubscriptionId,
        needs_key=True,
    )
    def replay(self, call: Call) -> Answer:
        return replay_command.replay(self.app, call)

    @operation(permission="events.read", query=contract.EventsQuery)
    def events(self, call: Call) -> Answer:
        return event_queries.events(self.app, call)
