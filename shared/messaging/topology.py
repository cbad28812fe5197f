"""Names and properties of what we declare on the broker. Everybody who declares takes them from here.

    events   topic exchange   routing key `category.what_happened`, heads as `category.head`
    queue    one per subscriber and source service, bound to `category.*` for each category it follows
    rpc      topic exchange   nameko's; routing key `service.operation`, or the caller's reply queue
    dead     direct exchange; what could not be read as an event, in one queue beside each queue

`category.*` matches exactly two words, which is what every event type is; `#` is never used, since
it is the one wildcard on which brokers differ.
"""

from __future__ import annotations

from collections.abc import Iterable

from kombu import Exchange, Queue, binding

EVENTS = Exchange("yiwang.events", type="topic", durable=True)
DEAD = Exchange("yiwang.dead", type="direct", durable=True)
RPC = Exchange("nameko-rpc", type="topic", durable=True)
REPLY_QUEUE_MS = 300_000


def queue_name(service: str, subscriber: str, source: str) -> str:
    return f"{service}.{subscriber}.{source}"


def subscription_queue(service: str, subscriber: str, source: str, categories: Iterable[str]) -> Queue:
    """One queue bound once per category, as kombu says it: a `Queue` with several bindings.

    Quorum, so that it outlives a broker node; single active consumer, so that replicas stand by
    instead of taking turns and mixing the order. The embedded broker ignores both.
    """
    name = queue_name(service, subscriber, source)
    arguments = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-dead-letter-exchange": DEAD.name,
        "x-dead-letter-routing-key": name,
    }
    bindings = [binding(EVENTS, routing_key=f"{category}.*") for category in sorted(set(categories))]
    return Queue(name, bindings=bindings, durable=True, queue_arguments=arguments)


def request_queue(service: str) -> Queue:
    """A service's questions, for all its replicas. Not durable: a durable one lives on the node that first
    had it, and nobody could ask the service while that node is down; of these the cluster lets go then, and
    they are declared again on a node that is up. Who waited for an answer asks again with its key."""
    return Queue(f"rpc.{service}", exchange=RPC, routing_key=f"{service}.*", durable=False)


def reply_queue(asker: str, address: str) -> Queue:
    """One process's answers; forgotten when nobody has asked for them for a while."""
    return Queue(
        f"rpc.reply-{asker}-{address}",
        exchange=RPC,
        routing_key=address,
        durable=False,
        queue_arguments={"x-expires": REPLY_QUEUE_MS},
    )


def dead_queue(name: str) -> Queue:
    """Where the unreadable messages of the queue `name` wait for a person."""
    return Queue(
        f"{name}.dead",
        exchange=DEAD,
        routing_key=name,
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )
