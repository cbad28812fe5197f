"""notify: everything that goes out, with proof."""

from __future__ import annotations

from services.notify.bootstrap import bootstrap
from services.notify.delivery.queues import deliver_queues
from services.notify.delivery.webhooks import deliver_webhooks
from services.notify.erasure import Erasures, erase_again
from services.notify.ledger.copy import Ledger
from services.notify.messages.addressing import address_intents
from services.notify.messages.intents import CaseMessages
from services.notify.messages.sending import send_messages
from services.notify.readmodels.inbox import Inbox
from services.notify.readmodels.outbox import Outbox
from services.notify.readmodels.subscriptions import Subscriptions
from services.notify.schemas import DECLARATION, publish
from services.notify.settings import read_settings
from shared.service.spec import ServiceSpec, Timer

SERVICE = ServiceSpec(
    name="notify",
    service_class="services.notify.service:NotifyService",
    bootstrap=bootstrap,
    migrations="services.notify.migrations",
    categories=("message", "subscription"),
    publish=publish,
    personal=DECLARATION,
    erase=erase_again,
    read_models=(Inbox(), Outbox(), Subscriptions()),
    subscriptions=(CaseMessages(), Ledger(), Erasures()),
    timers=(
        Timer("address_messages", 1.0, address_intents),
        Timer("send_messages", 1.0, send_messages),
        Timer("deliver_queues", 0.5, deliver_queues),
        Timer("deliver_webhooks", 0.5, deliver_webhooks),
    ),
    settings=read_settings,
)
