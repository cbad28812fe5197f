"""The environment an embedded platform or a local stack gives itself: same settings, made not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.config.settings import dsn_variable
from shared.runtime.folder import DataFolder
from shared.runtime.postgres import OwnPostgres
from shared.service.spec import ServiceSpec


def own_environment(
    folder: DataFolder, postgres: OwnPostgres, specs: Iterable[ServiceSpec], given: Mapping[str, str]
) -> dict[str, str]:
    """What the folder provides; what was given by hand wins, except for the data itself."""
    made = {
        "YIWANG_TOKEN_PRIVATE_KEY_FILE": str(folder.private_key),
        "YIWANG_TOKEN_PUBLIC_KEY_FILE": str(folder.public_key),
        "YIWANG_SERVICE_SECRET_FILE": str(folder.service_secret),
        "YIWANG_SEAL_KEY_FILE": str(folder.seal_key),
        "YIWANG_SEAL_PUBLIC_KEYS_FILE": str(folder.seal_public_keys),
        "YIWANG_MASTER_KEYS_FILE": str(folder.master_keys),
        "YIWANG_ERASURES": str(folder.erasures),
        "YIWANG_FILES_DIR": str(folder.path / "files"),
        "YIWANG_LOG_FORMAT": "console",
        "YIWANG_LOG_LEVEL": "WARNING",
    }
    secrets = ("SERVICE_SECRET", "SEAL_KEY", "SEAL_PUBLIC_KEYS", "MASTER_KEYS")
    for name in ("TOKEN_PRIVATE_KEY", "TOKEN_PUBLIC_KEY", *secrets):
        if given.get(f"YIWANG_{name}"):
            del made[f"YIWANG_{name}_FILE"]
    dsns = {dsn_variable(spec.name): postgres.database(spec.name) for spec in specs if spec.owns_database}
    return made | dict(given) | dsns | {"YIWANG_DATA": str(folder.path)}
