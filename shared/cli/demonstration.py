"""What `--demo` does beyond the accounts, and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from shared.cli import demo_data
from shared.client.api import ApiClient
from shared.runtime.folder import DataFolder


def seed(url: str, folder: DataFolder) -> None:
    demo_data.seed(ApiClient(url, folder.operator_token.read_text("utf-8"), timeout=120))


def show(url: str, accounts: Sequence[dict[str, Any]], folder: DataFolder) -> None:
    """Where the platform is, and one account of each role: a screenful, not all of them."""
    click.echo(f"yiwang is up at {url}")
    if not accounts:
        return
    first: dict[str, dict[str, Any]] = {}
    for account in accounts:
        first.setdefault(account["role"], account)
    click.echo(f"\n  {'role':<20} {'login':<24} {'password':<18} where")
    for role, account in first.items():
        where = account.get("department_name", "")
        click.echo(f"  {role:<20} {account['login']:<24} {account['password']:<18} {where}".rstrip())
    others = len(accounts) - len(first)
    click.echo(f"\n  {others} more: {folder.demo_accounts}\n  Ctrl-C stops; nothing is lost")
