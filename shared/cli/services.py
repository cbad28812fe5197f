"""Services named on the command line."""

from __future__ import annotations

from shared.config.environment import SettingError
from shared.service.spec import ServiceSpec, installed_services


def chosen(names: tuple[str, ...]) -> dict[str, ServiceSpec]:
    """By name; raises `SettingError` for one that is not installed."""
    known = installed_services()
    for name in names:
        if name not in known:
            raise SettingError(name, f"is no service; there are {', '.join(known)}")
    return {name: known[name] for name in names}
