"""An operation answers data for every outcome, and a bug's details stay inside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from marshmallow import Schema, fields

from shared.clock import SystemClock
from shared.domain.decision import Refusal
from shared.eventstore.errors import StoreUnavailable, UnknownCursor
from shared.messaging.envelope import Envelope, deadline_in, fingerprint, serving
from shared.messaging.rpc import answer_call
from shared.problems import Problem
from shared.runtime.folder import new_key_pair
from shared.security.actor import Actor
from shared.security.tokens import TokenIssuer, TokenVerifier, service_token
from shared.service.call import Answer, Call
from shared.service.operation import Operation

SECRET = "a secret for the tests, long enough"
PRIVATE, PUBLIC = new_key_pair()
CLOCK = SystemClock()
VERIFIER = TokenVerifier(PUBLIC, CLOCK.now, SECRET)


class Body(Schema):
    colour = fields.String(required=True)


OPEN = Operation("paint", "catalogue.read", None, None, False)
CHECKED = Operation("paint", "catalogue.read", Body, None, True)
INNER = Operation("paint", "feeds.read", None, None, False)


def ask(run: Callable[[Call], Answer], operation: Operation = OPEN, **envelope: Any) -> dict[str, Any]:
    raw = Envelope(**envelope).as_dict()
    _, answer = answer_call(run, operation, raw, "painter", VERIFIER)
    json.dumps(answer)
    return answer


def fail_with(error: Exception) -> Callable[[Call], Answer]:
    def run(call: Call) -> Answer:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Problem(418, "teapot", "short and stout"), 418, "teapot"),
        (Refusal("too_late", "it is over"), 409, "too_late"),
        (Refusal("bad_colour", "not that", field="colour"), 422, "bad_colour"),
        (UnknownCursor("x", "another epoch"), 410, "unknown_cursor"),
        (StoreUnavailable("gone"), 503, "store_unavailable"),
        (psycopg2.OperationalError("gone"), 503, "store_unavailable"),
        (KeyError("張三 440100199001011234"), 500, "internal_error"),
    ],
)
def test_each_kind_of_failure_has_its_status(error: Exception, status: int, code: str) -> None:
    problem = ask(fail_with(error))["problem"]
    assert (problem["status"], problem["code"]) == (status, code)
    assert "440100199001011234" not in json.dumps(problem, ensure_ascii=False)


def test_a_success_carries_its_version_and_token() -> None:
    answer = ask(lambda call: Answer({"done": True}, 201, 3, "painter:7"))["answer"]
    assert answer == {"value": {"done": True}, "status": 201, "version": 3, "token": "painter:7"}


def test_permission_comes_before_everything_else() -> None:
    assert ask(lambda call: Answer(1), INNER)["problem"]["status"] == 403
    own = ask(lambda call: Answer(call.actor.id), INNER, token=service_token("cases", SECRET))
    assert own["answer"]["value"] == "service:cases"
    forged = ask(
        lambda call: Answer(1), INNER, token=service_token("cases", "another secret, which is as long")
    )
    assert forged["problem"]["status"] == 401


def test_an_expired_token_is_not_taken() -> None:
    token = TokenIssuer(PRIVATE, CLOCK.now).issue(Actor("a", frozenset({"citizen"})), timedelta(seconds=-1))
    assert ask(lambda call: Answer(1), token=token)["problem"]["code"] == "unauthenticated"


def test_a_command_needs_a_key_and_known_fields() -> None:
    assert ask(lambda call: Answer(1), CHECKED)["problem"]["code"] == "idempotency_key_required"
    wrong = ask(lambda call: Answer(1), CHECKED, key="k", body={"shape": "round"})["problem"]
    assert {(each["field"], each["code"]) for each in wrong["errors"]} == {
        ("colour", "required"),
        ("shape", "unknown_field"),
    }


def test_a_request_whose_caller_has_gone_is_not_begun() -> None:
    begun = []
    problem = ask(lambda call: begun.append(call) or Answer(1), deadline=time.time() - 1)["problem"]  # type: ignore[func-returns-value]
    assert (problem["status"], begun) == (503, [])


def test_what_is_no_envelope_is_refused() -> None:
    for raw in (None, [], {"body": "text"}, {"unheard_of": 1}):
        _, answer = answer_call(lambda call: Answer(1), OPEN, raw, "painter", VERIFIER)
        assert answer["problem"]["status"] == 400


def test_the_fingerprint_tells_requests_apart_and_not_their_field_order() -> None:
    one = fingerprint("paint", {"a": 1, "b": 2}, {})
    assert one == fingerprint("paint", {"b": 2, "a": 1}, {})
    assert len({one, fingerprint("paint", {"a": 1}, {}), fingerprint("erase", {"a": 1, "b": 2}, {}),
                fingerprint("paint", {"a": 1, "b": 2}, {"no": "7"})}) == 4  # fmt: skip


def test_a_question_on_the_way_ends_when_the_first_caller_stops_waiting() -> None:
    soon = time.time() + 1
    with serving(Envelope(deadline=soon)):
        assert deadline_in(30) == soon
    assert deadline_in(30) > soon
