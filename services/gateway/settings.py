"""What the gateway is told from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.config.environment import Environment
from shared.web.json_body import MIB


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Limits are bytes, rates are requests per minute and client address.

    Only what one does without being signed in has a rate: signing in, renewing a session, asking for a
    case's progress. Work is never held up by its address, for a whole city hall may share one; it renews
    each session once in 15 minutes, so 600 a minute are some 9000 people.

    `public_url` is how people reach the platform; with `https` answers ask browsers to stay there.
    `trusted_proxies` is how many proxies of ours stand in front: so many entries at the end of
    X-Forwarded-For are believed, and by default none. `seal_public_keys` are published as they are.
    """

    public_url: str = "http://127.0.0.1:8000"
    files_dir: Path = Path("data/files")
    json_limit: int = MIB
    import_limit: int = 32 * MIB
    file_limit: int = 10 * MIB
    sign_in_rate: int = 600
    public_query_rate: int = 1200
    trusted_proxies: int = 0
    seal_public_keys: str = ""

    @classmethod
    def of_platform(cls, platform: Any, values: Mapping[str, str] | None = None) -> GatewaySettings:
        """`platform` knows our URL and the files' folder; the rest is read from `values`."""
        env = Environment(values)
        return cls(
            public_url=platform.gateway_url,
            files_dir=platform.files_dir,
            seal_public_keys=platform.seal_public_keys or "",
            json_limit=env.number("YIWANG_JSON_LIMIT", MIB, least=1024),
            import_limit=env.number("YIWANG_IMPORT_LIMIT", 32 * MIB, least=1024),
            file_limit=env.number("YIWANG_FILE_LIMIT", 10 * MIB, least=1024),
            sign_in_rate=env.number("YIWANG_SIGN_IN_RATE", 600, least=1),
            public_query_rate=env.number("YIWANG_PUBLIC_QUERY_RATE", 1200, least=1),
            trusted_proxies=env.number("YIWANG_TRUSTED_PROXIES", 0, most=10),
        )

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")
