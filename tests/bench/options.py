"""How good the options are that are found: ``python -m tests.bench.options [PAIRS] [--templates FOLDER]``.

Judges what is found for real workflows against the table beside the tests of it: those of the editor beside the
repository, and with ``--templates`` those of a folder of ComfyUI's package of templates
(``pip download comfyui-workflow-templates-json``). Exit status 1 if the budget is missed.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.workflows import Workflow
from tests.workflows.inference.judging import Expected, Judged, Verdict, expectations, judge
from tests.workflows.inference.real import NEWEST, PAIRS, offered, server_of

BUDGET = 0.95


def main(pairs: Path, templates: Path | None) -> int:
    judged = {
        name: _judged(file, server, expected) for name, file, server, expected in _listed(pairs, templates)
    }
    for name, each in judged.items():
        if each.verdict is not Verdict.GOOD:
            sys.stdout.write(f"{each.verdict.name.lower():<7} {name}: {'; '.join(each.reasons)}\n")
    counts = Counter(each.verdict for each in judged.values())
    share = (counts[Verdict.GOOD] + counts[Verdict.USABLE]) / max(1, len(judged))
    is_met = share >= BUDGET and not counts[Verdict.BAD]
    sys.stdout.write(
        f"{len(judged)} workflows: {counts[Verdict.GOOD]} good, {counts[Verdict.USABLE]} usable, "
        f"{counts[Verdict.BAD]} bad\n"
        f"budget: {BUDGET:.0%} good or usable, none bad: {'met' if is_met else 'MISSED'}\n"
    )
    return 0 if is_met else 1


def _listed(pairs: Path, templates: Path | None) -> Iterator[tuple[str, Path, Path, Expected]]:
    servers = server_of(pairs)
    for name, expected in expectations("pairs").items():
        yield name, pairs / f"{name}.ui.json", servers[name], expected
    for name, expected in expectations("templates").items() if templates is not None else ():
        file = (templates or Path()) / f"{name}.json"
        if file.is_file():  # another version of the package may have lost it
            yield name, file, pairs / NEWEST, expected


def _judged(file: Path, server: Path, expected: Expected) -> Judged:
    workflow = offered(file, server)
    if isinstance(workflow, Workflow):
        return judge(workflow, expected)
    return Judged(Verdict.BAD, tuple(reason.id for reason in workflow.reasons))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path, nargs="?", default=PAIRS)
    parser.add_argument("--templates", type=Path)
    told = parser.parse_args()
    sys.exit(main(told.pairs, told.templates))
