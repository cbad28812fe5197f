"""A platform of one's own for the length of a command, on a simulated clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from shared.cli.platform import started
from shared.client import ApiClient, ApiProblem
from shared.runtime.folder import DataFolder

_TOKEN_SECONDS = 15.0


class ThrowAway:
    """A running platform in a folder that goes away with it."""

    def __init__(self, folder: DataFolder) -> None:
        found = folder.running()
        if found is None:
            raise RuntimeError(f"no platform is running on {folder.path}")
        self.data = folder.path
        self.url = str(found["url"])
        self.pid = int(found["pid"])
        self._folder = folder

    def operator(self) -> ApiClient:
        """With the platform's own token, read anew: it is renewed while the platform runs."""
        return OperatorClient(self.url, self._folder.operator_token)

    def accounts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self._folder.demo_accounts.read_text("utf-8"))
        return found


class OperatorClient(ApiClient):
    """Reads the token file again when its token has run out: a virtual clock runs out of tokens fast."""

    def __init__(self, url: str, token_file: Path) -> None:
        super().__init__(url, token_file.read_text("utf-8").strip(), timeout=120)
        self._token_file = token_file

    def request(self, method: str, path: str, **options: Any) -> Any:
        until = monotonic() + _TOKEN_SECONDS
        while True:
            try:
                return super().request(method, path, **options)
            except ApiProblem as problem:
                if problem.status != 401 or monotonic() > until:
                    raise
            sleep(0.1)
            self.token = self._token_file.read_text("utf-8").strip()


@contextmanager
def throw_away_platform(start: datetime, *, keep: Path | None = None) -> Iterator[ThrowAway]:
    """`yiwang up --demo` in a process of its own, at `start` on its virtual clock; gone afterwards.

    `keep` names a folder that stays.
    """
    environment = {
        "YIWANG_CLOCK": f"simulated:{start.isoformat()}",
        "YIWANG_METRICS_PORT": "0",
        # A city's whole traffic from one address, whose tokens run out with every leap of the clock.
        "YIWANG_SIGN_IN_RATE": "1000000",
        "YIWANG_PUBLIC_QUERY_RATE": "1000000",
    }
    with TemporaryDirectory(prefix="yiwang-", ignore_cleanup_errors=True) as temporary:
        folder = DataFolder(keep or Path(temporary) / "data")
        with started(folder, "--demo", environment=environment):
            yield ThrowAway(folder)
