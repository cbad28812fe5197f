"""`python -m benchmarks`: about two minutes; prints a table and writes `benchmarks/out/results.json`."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import http, store
from benchmarks.result import Result
from shared.runtime.postgres import OwnPostgres

OUT = Path(__file__).parent / "out"


def main() -> None:
    machine = f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}"
    results = []
    for result in measured():
        results.append(replace(result, conditions=f"{result.conditions}; {machine}"))
        print(result.line(), flush=True)
    OUT.mkdir(exist_ok=True)
    text = json.dumps([asdict(each) for each in results], ensure_ascii=False, indent=1)
    (OUT / "results.json").write_text(text + "\n", encoding="utf-8")
    print(f"written to {OUT / 'results.json'}")


def measured() -> Iterator[Result]:
    with TemporaryDirectory(prefix="yiwang-bench-", ignore_cleanup_errors=True) as folder:
        postgres = OwnPostgres(Path(folder) / "postgres")
        postgres.start()
        try:
            yield from store.measure(postgres)
        finally:
            postgres.stop()
    yield from http.measure()


if __name__ == "__main__":
    main()
