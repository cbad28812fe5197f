"""The two services have no operations of their own: what every service has is enough here."""

from __future__ import annotations

from shared.service.application import Application


class Till:
    name = "till"
    app: Application


class Watcher:
    name = "watcher"
    app: Application
