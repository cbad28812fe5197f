"""Demo accounts, written down where only the owner of the data folder can read them."""

from __future__ import annotations

import json
from typing import Any

from shared.runtime.folder import DataFolder, write_private
from shared.service.application import Remote


def write_demo_accounts(remote: Remote, folder: DataFolder) -> list[dict[str, Any]]:
    """Make the accounts if they are not there; answers `{role, login, password, ...}` of each.

    Identity tells a password once; from then on the folder's file is the only place that has it.
    Where that file was lost, or a process died before writing it, new passwords are asked for.
    """
    kept = _kept_passwords(folder)
    accounts = _ask(remote, [])
    lost = [account["login"] for account in accounts if "password" not in kept.get(account["login"], account)]
    if lost:
        renewed = {account["login"]: account for account in _ask(remote, lost)}
        accounts = [
            renewed[account["login"]] if account["login"] in lost else account for account in accounts
        ]
    accounts = [kept.get(account["login"], {}) | account for account in accounts]
    write_private(folder.demo_accounts, json.dumps(accounts, ensure_ascii=False, indent=1))
    return accounts


def _ask(remote: Remote, renew: list[str]) -> list[dict[str, Any]]:
    """Answers before they are written down hold the only copy of new passwords: nothing comes between."""
    accounts: list[dict[str, Any]] = remote.call(
        "identity", "ensure_demo_accounts", body={"renew": renew}, timeout=120
    ).value
    return accounts


def _kept_passwords(folder: DataFolder) -> dict[str, dict[str, Any]]:
    """`{login: {password}}` of the file, if there is one that can be read."""
    try:
        accounts = json.loads(folder.demo_accounts.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {entry["login"]: {"password": entry["password"]} for entry in accounts if "password" in entry}
