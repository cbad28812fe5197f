"""Personal data: what is stored, shown to operators and published is masked."""

from __future__ import annotations

import json

from notify_kit import OPERATOR, Notify

from services.notify.messages.addressee import ask_addressees
from services.notify.messages.sending import compose
from services.notify.messages.texts import current_version
from services.notify.schemas import publish


def test_nothing_kept_holds_the_name_or_the_number(notify: Notify) -> None:
    notify.happen(notify.event("case.submitted", receipt_no=None))
    notify.tell()
    notify.project()
    tables = ("intent", "message", "sandbox_message", "rm_inbox.message", "rm_outbox.message", "events")
    for table in tables:
        kept = json.dumps(notify.kept(f"SELECT * FROM {table}"), default=str, ensure_ascii=False)  # noqa: S608
        assert "张三丰" not in kept and "13812345678" not in kept, table


def test_the_person_gets_their_full_name(notify: Notify) -> None:
    message = {
        "template": "withdrawn",
        "template_version": current_version("withdrawn"),
        "params": {"case_no": "C-1", "item_name": "食品经营许可", "reason": None},
        "channel": "sms",
    }
    outgoing = compose(message, ask_addressees(notify.app, ["C-1"])["C-1"])
    assert outgoing.body.startswith("张三丰，您好") and outgoing.address == "13812345678"
    assert outgoing.kept_body.startswith("张**，您好") and outgoing.kept_address == "138****5678"


def test_the_outbox_proves_what_was_sent_without_the_person(notify: Notify) -> None:
    event = notify.event("case.submitted", receipt_no=None)
    notify.happen(event)
    notify.tell()
    items = notify.call("outbox", actor=OPERATOR, params={"channel": "sms"})["items"]
    assert items[0]["state"] == "sent" and items[0]["reference"].startswith("sandbox:")
    assert items[0]["event_id"] == str(event.id)
    assert items[0]["address"] == "138****5678" and "张**" in items[0]["text"]


def test_published_message_events_carry_no_text_and_no_address(notify: Notify) -> None:
    notify.happen(notify.event("case.submitted", receipt_no=None))
    notify.tell()
    for event in notify.messages():
        data = publish(event)
        assert not {"params", "name_masked", "address_masked"} & set(data)
