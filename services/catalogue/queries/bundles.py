"""One-matter bundles with the names and states of their members."""

from __future__ import annotations

from shared.service.application import Application
from shared.service.call import Answer, Call


def bundles(app: Application, call: Call) -> Answer:
    rows = app.db.fetch("SELECT definition FROM rm_bundles.bundle ORDER BY key")
    codes = [member["item"] for row in rows for member in row["definition"]["members"]]
    known = app.db.fetch(
        "SELECT code, name, department_name, use_state, item_version AS version FROM rm_items.item"
        " WHERE code = ANY(%s)",
        (codes,),
    )
    by_code = {row["code"]: row for row in known}
    shown = []
    for row in rows:
        bundle = row["definition"]
        members = [{**by_code.get(member["item"], {}), **member} for member in bundle["members"]]
        shown.append({**bundle, "members": members})
    return Answer({"items": shown, "next": None})
