"""What the gateway's own answers are made with."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

from services.gateway.routes.route import Route
from services.gateway.settings import GatewaySettings
from shared.files.folder import FolderFileStore
from shared.files.store import FileStore
from shared.service.application import Application


@dataclass(frozen=True)
class Desk:
    """`services` are the names of the platform's other services; `table` is the whole HTTP surface."""

    app: Application
    settings: GatewaySettings
    files: FileStore
    services: tuple[str, ...]
    table: tuple[Route, ...]

    @classmethod
    def of(cls, app: Application, table: tuple[Route, ...]) -> Desk:
        """`app.parts` may hold `files` and `services`."""
        settings: GatewaySettings = app.settings or GatewaySettings()
        files: FileStore = app.parts.get("files") or FolderFileStore(settings.files_dir)
        return cls(app, settings, files, tuple(app.parts.get("services") or service_names()), table)


def service_names() -> list[str]:
    """The platform's other services. Their code is not loaded: we only ask them."""
    found = entry_points(group="yiwang.services")
    return sorted(entry.name for entry in found if entry.name != "gateway")
