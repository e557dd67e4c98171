"""``python -m tests.bench [names…] [--json]``: run the benches and print their figures in one table."""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from tests.bench import (
    ack,
    delivery,
    fair,
    inputs,
    loading,
    memory,
    postgres,
    queue,
    startup,
    throughput,
    words,
)
from tests.bench.table import Row, table
from tests.bench.usage import usage

BENCHES: Mapping[str, Callable[[], Awaitable[Sequence[Row]]]] = {
    "delivery": delivery.measure,
    "ack": ack.measure,
    "throughput": throughput.measure,
    "startup": startup.measure,
    "memory": memory.measure,
    "loading": loading.measure,
    "queue": queue.measure,
    "inputs": inputs.measure,
    "postgres": postgres.measure,
    "fair": fair.measure,
    "words": words.measure,
}


def main() -> int:
    """Exit status 1: a budget was missed."""
    options = _parser().parse_args()
    # What is started here shall start as what is installed does, which has its bytecode.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.monotonic()
    rows = asyncio.run(_measure(options.names or list(BENCHES)))
    if options.json:
        report = json.dumps([row.to_json() for row in rows], ensure_ascii=False, indent=1)
    else:
        seconds = time.monotonic() - begun
        report = f"{table(rows)}\n\n{seconds:.0f} s on {os.cpu_count()} CPUs. {_remark()}"
    sys.stdout.write(report + "\n")
    return 1 if any(row.kept is False for row in rows) else 0


async def _measure(names: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        sys.stderr.write(f"{name} …\n")
        rows += await BENCHES[name]()
    return rows


def _remark() -> str:
    if usage("self") is None:
        return "CPU and memory were not measured: they are read from /proc, which only Linux has."
    return "The load is that of the last minute; a load above the number of CPUs makes every figure worse."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which ones (default: all)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
