"""(g) From a folder of workflows to what can be offered, and from the editor's form of a large one to the graph."""

import asyncio
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from tomllib import loads

from bot.comfy.convert import NodePlans, convert
from bot.workflows import load_workflows
from tests.bench.convert import best_ms
from tests.bench.table import AtMost, Row
from tests.comfy.convert.classes import CLASSES
from tests.comfy.convert.graphs import Json, node, ui, wire

SHIPPED = Path(__file__).parents[2] / "workflows" / "txt2img"
WORKFLOWS = 100
NODES = 100


async def measure() -> Sequence[Row]:
    return await asyncio.to_thread(lambda: [_load(), _convert()])


def _load() -> Row:
    """A hundred folders; the floor is parsing their files."""
    graph = (SHIPPED / "workflow.json").read_text(encoding="utf-8")
    command = (SHIPPED / "command.toml").read_text(encoding="utf-8").replace('name = "txt2img"', "", 1)
    with tempfile.TemporaryDirectory() as made:
        for number in range(WORKFLOWS):
            folder = Path(made) / f"w{number}"
            folder.mkdir()
            (folder / "workflow.json").write_text(graph, encoding="utf-8")
            (folder / "command.toml").write_text(command, encoding="utf-8")
        result = best_ms(lambda: load_workflows(Path(made)))
    floor = best_ms(lambda: [(json.loads(graph), loads(command)) for _ in range(WORKFLOWS)])
    return _row(f"{WORKFLOWS} workflows read", result, floor, 200)


def _convert() -> Row:
    """One after the other, each with widgets; the floor is parsing the file."""
    chain: Json = [node(1, "Load", ["a.png"], outputs=["IMAGE"])]
    for number in range(2, NODES):
        chain.append(
            node(
                number,
                "Resize",
                ["factor", 1.5, "area"],
                inputs=[wire("input", "IMAGE", number - 1)],
                outputs=["IMAGE"],
            )
        )
    chain.append(node(NODES, "Save", ["x"], inputs=[wire("images", "IMAGE", NODES - 1)]))
    graph = ui(*chain, links=[[link, link, 0, link + 1, 0, "IMAGE"] for link in range(1, NODES)])
    source, plans = json.dumps(graph), NodePlans(CLASSES)
    assert len(convert(graph, plans).graph) == NODES
    result = best_ms(lambda: convert(graph, plans))
    return _row(f"UI graph of {NODES} nodes → graph", result, best_ms(lambda: json.loads(source)), 10)


def _row(what: str, result: float, floor: float, budget: float) -> Row:
    return Row("g", what, "ms", result, floor, AtMost(budget), os.getloadavg()[0])
