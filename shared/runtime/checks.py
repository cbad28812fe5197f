"""What is looked at before anything is started, so that a wrong setting is named and nothing half runs."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from shared.clock import SimulatedClock
from shared.config.environment import SettingError
from shared.config.settings import Settings, dsn_variable
from shared.database.pool import Database
from shared.eventstore.errors import StoreUnavailable
from shared.messaging.connection import check_broker, is_embedded
from shared.runtime.assemble import make_sealing, make_vault
from shared.service.calendar import seeded_calendar
from shared.service.spec import ServiceSpec


def check_port(bind: str, port: int) -> int:
    """The port to use (a free one for 0), or `SettingError`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            cause = f"{bind}:{port} can't be listened on: {error.strerror}"
            raise SettingError("YIWANG_PORT (--port)", cause) from error
        return int(probe.getsockname()[1])


def check_databases(settings: Settings, specs: Iterable[ServiceSpec]) -> None:
    for spec in specs:
        if spec.owns_database:
            db = Database(settings.dsn(spec.name), size=1, name="yiwang-check")
            try:
                db.fetch("SELECT 1 AS one")
            except StoreUnavailable as error:
                raise SettingError(dsn_variable(spec.name), str(error)) from error
            finally:
                db.close()


def check_calendar() -> None:
    """Without working days no due date can be told, so nothing starts without them."""
    try:
        seeded_calendar()
    except SettingError:
        raise
    except Exception as error:
        raise SettingError(
            "chinesecalendar", f"the working-day calendar can't be loaded ({error}); install it again"
        ) from error


def check_clock(settings: Settings) -> None:
    """Processes that each turn a clock of their own would record events of different days side by side."""
    if isinstance(settings.clock, SimulatedClock) and not is_embedded(settings.amqp_url):
        raise SettingError("YIWANG_CLOCK", "a simulated clock is one process's own: only `yiwang up` has one")


def check_master_keys(settings: Settings, specs: Iterable[ServiceSpec]) -> None:
    """Nothing personal may be stored that can't be sealed. Raises `SettingError`."""
    for spec in specs:
        make_vault(settings, spec)


def check_everything(settings: Settings, specs: Iterable[ServiceSpec]) -> None:
    """Clock, databases, broker, calendar and secrets; raises `SettingError` at the first that is wrong."""
    check_clock(settings)
    settings.require_public_key()
    settings.require_service_secret()
    specs = tuple(specs)
    if any(spec.categories for spec in specs):
        make_sealing(settings)
    check_master_keys(settings, specs)
    check_calendar()
    check_databases(settings, specs)
    check_broker(settings.amqp_url)
