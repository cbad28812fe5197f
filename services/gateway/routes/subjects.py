"""Persons, as far as the platform may forget them."""

from __future__ import annotations

from services.gateway.local.erasure import erase_subject
from services.gateway.routes.route import API, Route
from shared.contracts.subjects import EraseSubject, ErasureAnswer, SubjectRef

SUBJECT_ROUTES = (
    Route(
        "POST", f"{API}/subjects/{{id}}/erasure", "删除个人信息 Erase a person's data", "operations",
        query=SubjectRef, body=EraseSubject, answer=ErasureAnswer, key=True, local=erase_subject,
        permission="subjects.erase", timeout=60.0, example={"reason": "requested"},
        note="The first call proposes, the same call by another account erases. It can't be undone.",
    ),
)  # fmt: skip
