"""Finds the platform that a command works on: a running embedded one, one started for it, or a stack.

with open_platform(data) as client:          # HTTP, with the operator's token
with open_services(data) as services:        # databases, for work beside the running services
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from shared.client.api import ApiClient
from shared.config.environment import Environment, SettingError
from shared.config.settings import Settings, dsn_variable, read_settings
from shared.runtime.environment import own_environment
from shared.runtime.folder import DataFolder
from shared.runtime.parent import as_parent
from shared.runtime.postgres import OwnPostgres
from shared.service.spec import ServiceSpec, installed_services

START_SECONDS = 60.0
DEFAULT_DATA = Path("data")


@contextmanager
def open_platform(data: Path | None, *, create: bool = False) -> Iterator[ApiClient]:
    """A client with the operator's rights.

    A stack is found by `YIWANG_GATEWAY_URL` and `YIWANG_OPERATOR_TOKEN(_FILE)`. An embedded platform that
    is not running is started for the duration, on a free port; `create` allows a new data folder.
    """
    if data is None and os.environ.get("YIWANG_GATEWAY_URL"):
        env = Environment()
        token = env.secret("YIWANG_OPERATOR_TOKEN")
        if token is None:
            raise SettingError("YIWANG_OPERATOR_TOKEN", "is not set (nor YIWANG_OPERATOR_TOKEN_FILE)")
        yield ApiClient(env.text("YIWANG_GATEWAY_URL"), token)
        return
    folder = DataFolder(data or DEFAULT_DATA)
    if folder.running():
        yield client_of(folder)
        return
    if not create:
        _require_platform(folder)
    with started(folder):
        yield client_of(folder)


def client_of(folder: DataFolder) -> ApiClient:
    found = folder.running()
    if found is None:
        raise SettingError("--data", f"no platform is running on {folder.path}")
    return ApiClient(found["url"], folder.operator_token.read_text("utf-8"))


@contextmanager
def started(
    folder: DataFolder, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """An embedded platform as a child process, ready inside the block and stopped after it.

    `arguments` are further ones of `yiwang up`, `environment` further variables for it.
    """
    command = [sys.executable, "-m", "shared.cli", "up", "--data", str(folder.path), "--port", "0"]
    child = subprocess.Popen(  # noqa: S603 - ourselves
        [*command, *arguments],
        env=os.environ | dict(environment or {}) | as_parent(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C is for us; we stop it in good order
    )
    try:
        _await_ready(folder, child)
        yield
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        child.wait(START_SECONDS)


@contextmanager
def open_services(
    data: Path | None, names: tuple[str, ...] = ()
) -> Iterator[tuple[Settings, dict[str, ServiceSpec]]]:
    """Settings with the databases of the services named (all that own one), for work beside them.

    Starts the data folder's PostgreSQL alone when the platform is not running, and stops it again.
    """
    specs = _chosen(names)
    if data is None and any(os.environ.get(dsn_variable(name)) for name in specs):
        yield read_settings(specs), specs
        return
    folder = DataFolder(data or DEFAULT_DATA)
    _require_platform(folder)
    postgres = OwnPostgres(folder.postgres)
    ours = not folder.held_by_other()
    if ours:
        folder.lock()
    try:
        if ours:
            folder.ensure_secrets()  # of a folder that an earlier version made
        postgres.start()
        os.environ.update(own_environment(folder, postgres, specs.values(), dict(os.environ)))
        yield read_settings(specs), specs
    finally:
        if ours:
            postgres.stop()
            folder.unlock()


def _chosen(names: tuple[str, ...]) -> dict[str, ServiceSpec]:
    known = {name: spec for name, spec in installed_services().items() if spec.owns_database}
    for name in names:
        if name not in known:
            raise SettingError(name, f"is none of the services that own a database: {', '.join(known)}")
    return {name: known[name] for name in names} if names else known


def _require_platform(folder: DataFolder) -> None:
    if not (folder.postgres / "PG_VERSION").exists():
        raise SettingError("--data", f"there is no platform in {folder.path}; `yiwang up` makes one")


def _await_ready(folder: DataFolder, child: subprocess.Popen[bytes]) -> None:
    end = monotonic() + START_SECONDS
    while monotonic() < end:
        if child.poll() is not None:
            raise SettingError("--data", f"the platform on {folder.path} did not start; see above")
        running = folder.running()
        if running and running["pid"] == child.pid:
            return
        sleep(0.1)
    raise SettingError("--data", f"the platform on {folder.path} was not ready in {START_SECONDS:.0f} s")
