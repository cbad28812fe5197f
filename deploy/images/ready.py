"""Readiness of a service without HTTP: does it say `yiwang_ready 1` in its own metrics?

Run as an exec probe: `python /opt/yiwang/ready.py`. Exit code 0 when everything in the process is ready.
"""

from __future__ import annotations

import os
import sys
from urllib.request import urlopen

METRIC = "yiwang_ready{"
TIMEOUT_SECONDS = 4


def ready(text: str) -> bool:
    """True when at least one service is counted and each of them is at 1."""
    values = [float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(METRIC)]
    return bool(values) and all(value == 1 for value in values)


def main() -> int:
    port = int(os.environ["YIWANG_METRICS_PORT"])
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=TIMEOUT_SECONDS) as answer:
            text = answer.read().decode()
    except OSError as error:
        print(f"no metrics: {error}", file=sys.stderr)
        return 1
    if not ready(text):
        print("not ready", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
