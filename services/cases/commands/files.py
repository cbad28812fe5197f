"""Files that materials name: their metadata. The bytes lie in the shared content-addressed store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from services.cases.bootstrap import CasesApplication
from shared.personal.vault import open_value, seal_value
from shared.problems import FieldError, invalid
from shared.security.actor import Actor
from shared.service.call import Answer, Call
from shared.service.execute import execute

_COLUMNS = "file_id::text, sha256, size, media_type, sealed_name"


def register_file(app: CasesApplication, call: Call) -> Answer:
    """Remember an uploaded file for its owner. The same bytes twice are two files: names may differ."""

    def work(unit: Any) -> Answer:
        file_id = str(uuid4())
        name = seal_value(unit.cursor, call.actor.id, _about(file_id), call.body["name"])
        unit.cursor.execute(
            "INSERT INTO file (file_id, owner, department_code, sha256, size, media_type, sealed_name,"
            " uploaded_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                file_id, call.actor.id, call.actor.department_code, call.body["sha256"], call.body["size"],
                call.body["media_type"], json.dumps(name, ensure_ascii=False), app.clock.now(),
            ),
        )  # fmt: skip
        return Answer({"file_id": file_id, **call.body}, 201, personal=True)

    return execute(app, call, work)


def require_files(cursor: Any, actor: Actor, materials: Sequence[dict[str, Any]], visible: set[str]) -> None:
    """Every file a material names must be the actor's own, their department's, or in `visible`.

    Raises the 422 problem with the field; a stranger's file and none at all look the same.
    """
    named = {index: str(m["file_id"]) for index, m in enumerate(materials) if m.get("file_id")}
    if not named:
        return
    wanted = [file_id for file_id in named.values() if _is_uuid(file_id) and file_id not in visible]
    cursor.execute(
        "SELECT file_id::text FROM file WHERE file_id = ANY(%s::uuid[])"
        " AND (owner = %s OR (department_code IS NOT NULL AND department_code = %s))",
        (wanted, actor.id, actor.department_code),
    )
    known = {row[0] for row in cursor.fetchall()} | visible
    errors = [
        FieldError(f"materials.{index}.file_id", "unknown_file", "there is no such file of yours")
        for index, file_id in named.items()
        if file_id not in known
    ]
    if errors:
        raise invalid(errors)


def file_reference(app: CasesApplication, file_id: str) -> dict[str, Any] | None:
    """{file_id, sha256, size, media_type, name}: a reference with its checksum instead of the bytes."""
    with app.db.at_once() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM file WHERE file_id::text = %s", (file_id,))  # noqa: S608
        row = cursor.fetchone()
        if row is None:
            return None
        name = open_value(cursor, _about(file_id), row[4])
    return {"file_id": row[0], "sha256": row[1], "size": row[2], "media_type": row[3], "name": name}


def _about(file_id: str) -> str:
    return f"file:{file_id}"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
