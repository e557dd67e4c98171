"""How long converting takes: ``python -m tests.bench.convert [PAIRS]``.

Measures every UI graph of a folder of pairs (default: the one beside the repository), best of several runs, beside the
floor: reading the same file with ``json.loads``. Exit status 1 if the budget is missed.
"""

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bot.comfy.convert import NodePlans, convert

PAIRS = Path(__file__).parents[3] / "shared" / "pairs"
RUNS = 5
MEDIAN_BUDGET_MS = 1.0
WORST_BUDGET_MS = 30.0


def best_ms(work: Callable[[], object]) -> float:
    """The shortest of several runs."""
    times: list[float] = []
    for _ in range(RUNS):
        started = perf_counter()
        work()
        times.append((perf_counter() - started) * 1000)
    return min(times)


def main(folder: Path) -> int:
    index = json.loads((folder / "index.json").read_bytes())
    compiled = {
        name: NodePlans(json.loads((folder / name).read_bytes()))
        for name in {entry["object_info"] for entry in index.values()}
    }
    floors: dict[str, float] = {}
    conversions: dict[str, float] = {}
    for name, entry in index.items():
        source = (folder / f"{name}.ui.json").read_bytes()
        graph, plans = json.loads(source), compiled[entry["object_info"]]
        floors[name] = best_ms(lambda source=source: json.loads(source))
        conversions[name] = best_ms(lambda graph=graph, plans=plans: convert(graph, plans))
    for label, times in (("json.loads (floor)", floors), ("convert", conversions)):
        ordered = sorted(times.values())
        worst = max(times, key=lambda name: times[name])
        ninth = ordered[int(len(ordered) * 0.9)]
        sys.stdout.write(
            f"{label:<20} {len(times)} files: median {statistics.median(ordered):6.3f} ms, "
            f"90 % {ninth:6.3f} ms, worst {times[worst]:6.3f} ms ({worst})\n"
        )
    is_met = (
        statistics.median(conversions.values()) <= MEDIAN_BUDGET_MS
        and max(conversions.values()) <= WORST_BUDGET_MS
    )
    sys.stdout.write(
        f"budget: median {MEDIAN_BUDGET_MS} ms, worst {WORST_BUDGET_MS} ms: {'met' if is_met else 'MISSED'}\n"
    )
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PAIRS))
