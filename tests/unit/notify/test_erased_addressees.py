"""What was told to somebody who was erased: that it was, and no more."""

from __future__ import annotations

import json

from notify_kit import OPERATOR, Notify

from services.notify.erasure import Erasures


def test_messages_stay_as_proof_without_their_addressee(notify: Notify) -> None:
    notify.happen(notify.event("case.submitted", receipt_no=None))
    notify.tell()
    [queued] = {m.data["account"] for m in notify.messages() if m.type == "message.queued"}
    told = notify.event("subject.erased", subject_id=queued)
    for _ in range(2):
        with notify.app.db.transaction() as db:
            Erasures().handle(notify.app, db, [told])
    outbox = notify.call("outbox", actor=OPERATOR)["items"]
    assert {message["state"] for message in outbox} == {"sent"}
    shown = json.dumps(
        [outbox, notify.kept("SELECT * FROM sandbox_message")], ensure_ascii=False, default=str
    )
    assert [text for text in ("张三丰", "张**", "13812345678", "138****5678") if text in shown] == []
    assert "已删除" in shown
