"""One storm from the command line: see the package."""

import argparse
import asyncio
import logging
import random
import secrets
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import Plan, run


def main() -> int:
    """Run a storm, and say what is left of the jobs; the returned number is the exit status."""
    options = _parser().parse_args()
    seed: int = options.seed if options.seed is not None else secrets.randbelow(10**6)
    plan = Plan(
        store=options.store,
        jobs=options.jobs,
        faults=options.faults,
        seconds=options.seconds,
        settle_seconds=options.settle,
    )
    logging.getLogger("aiohttp.server").disabled = True  # it calls it an error when a client is cut off
    folder = Path(tempfile.mkdtemp(prefix="comfycord-chaos-"))
    print(f"seed {seed}; logs and database in {folder}", flush=True)  # noqa: T201  # a command's answer
    report = asyncio.run(run(plan, random.Random(seed), folder))
    print(report.text)  # noqa: T201  # as above
    return 0 if report.is_clean else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "--store",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="one bot with a file, or bots and workers with PostgreSQL",
    )
    parser.add_argument("--seed", type=int, help="another one is another storm (default: any)")
    parser.add_argument("--seconds", type=float, default=300, help="how long it rages")
    parser.add_argument(
        "--settle", type=float, default=240, help="how long the bots may take after it, at most"
    )
    parser.add_argument("--jobs", type=int, default=500, help="people ask until so many were accepted")
    parser.add_argument("--faults", type=int, default=130, help="how often something is broken")
    return parser


if __name__ == "__main__":
    sys.exit(main())
