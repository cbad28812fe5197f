"""Whatever is logged, nobody's name, number or address gets into it."""

from __future__ import annotations

import json

from shared.observability.logging import PERSONAL, hide_personal

PERSON = {"name": "张三", "id_no": "440100199001011234", "phone": "13800138000", "address": "宜望路1号"}


def test_personal_fields_are_hidden_however_deep() -> None:
    entry = {"message": "x", "case_no": "C-1", "applicant": PERSON, "rows": [{"inner": PERSON}], **PERSON}
    shown = json.dumps(hide_personal(None, "info", entry), ensure_ascii=False)
    for value in PERSON.values():
        assert value not in shown
    assert "C-1" in shown, "a case number may be logged"


def test_secrets_are_hidden_too() -> None:
    assert {"password", "token", "access_token", "refresh_token", "authorization", "query_code"} <= PERSONAL
