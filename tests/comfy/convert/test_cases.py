"""Small graphs beside this repository where they exist, each of a kind that once went wrong: the same must come of them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.comfy.convert import NodePlans, convert
from bot.comfy.graph import graph_document

Json = Any

CASES = Path(__file__).parents[4] / "shared" / "cases" / "convert"
NAMES = sorted(path.name.removesuffix(".ui.json") for path in CASES.glob("*.ui.json"))
WHEN = datetime(2026, 6, 1, 12)  # noqa: DTZ001  # no case has a date in it

pytestmark = pytest.mark.skipif(not NAMES, reason="the cases lie beside the repository on some machines only")


def _read(name: str, part: str) -> Json:
    return json.loads((CASES / f"{name}.{part}.json").read_bytes())


@pytest.mark.parametrize("name", NAMES or [""])
def test_the_case_becomes_what_it_should(name: str) -> None:
    result = convert(_read(name, "ui"), NodePlans(_read(name, "object_info")), now=WHEN)
    got: Json = graph_document(result.graph)
    assert result.missing == ()
    assert {node_id: (node["class_type"], node["inputs"]) for node_id, node in got.items()} == {
        node_id: (node["class_type"], node["inputs"]) for node_id, node in _read(name, "api").items()
    }
