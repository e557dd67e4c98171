"""Graphs with nodes of packs and with group nodes, and what ComfyUI's own editor queues for them: the same must come of them here.

``pack_pairs.jsonl`` has one graph a line, ``pack_classes.json`` their classes. Each graph was put together in the editor
with the packs' own scripts on a real ComfyUI (0.33.0), saved, loaded again and queued; ``api`` is what the editor posted.
``g_…`` have the editor's older group nodes (comfyui-frontend-package 1.27.10, the last that makes them), the others
were made with 1.58.1: ``ue_…`` Use Everywhere 7.8, ``kj_…`` KJNodes, ``rg_…`` rgthree, ``vhs_…`` VideoHelperSuite,
``py_…`` Custom-Scripts, ``ip_…`` Impact Pack, ``eu_…`` Easy-Use, ``ef_…`` Efficiency Nodes, ``cr_…`` Crystools, ``mtb_…`` comfy_mtb. Only what a
converter reads was kept.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.comfy.convert import LostWires, NodePlans, convert
from tests.comfy.convert.graphs import written
from tests.comfy.convert.transforms import TRANSFORMS

Json = Any

HERE = Path(__file__).parent
PLANS = NodePlans(json.loads((HERE / "pack_classes.json").read_text(encoding="utf-8")))
PAIRS: Mapping[str, Json] = {
    pair["name"]: pair
    for line in (HERE / "pack_pairs.jsonl").read_text(encoding="utf-8").splitlines()
    for pair in [json.loads(line)]
}

WHEN = datetime(2026, 6, 1, 12)  # noqa: DTZ001  # the editor's clock; only its year shows

BROADCASTERS = frozenset({"Anything Everywhere", "Prompts Everywhere"})
"""The editor sends them too. They have no output and no effect."""

DECORATION: Mapping[str, frozenset[str]] = {
    "Power Lora Loader (rgthree)": frozenset({"PowerLoraLoaderHeaderWidget", "\N{HEAVY PLUS SIGN} Add Lora"}),
    "ImageBatchMulti": frozenset({"Update inputs"}),
    "JoinStringMulti": frozenset({"Update inputs"}),
}
"""Headings and buttons that the editor sends the state of, and that the class does not read."""


@dataclass(frozen=True, slots=True)
class Better:
    """What is sent otherwise than the editor sends it."""

    why: str
    inputs: Mapping[str, Mapping[str, Json]] = field(default_factory=dict[str, Mapping[str, Json]])
    """By node; None: the input is not sent."""
    without: frozenset[str] = frozenset()
    """Nodes that are not sent."""


_LOST = "the editor loses a link where a node inside or around the group runs nowhere"

BETTER: Mapping[str, Better] = {
    "rg_primitive": Better(
        "in this editor the pack's script makes a second 'value', and nothing reads 'value#1'",
        {"8": {"value": 23, "value#1": None}},
    ),
    "g_bypassed": Better(
        "the editor writes the inside of a bypassed group; nothing is wired to it",
        without=frozenset({"10:0", "10:1"}),
    ),
    "g_muted": Better("the editor runs the inside of a muted group", without=frozenset({"11:0", "11:1"})),
    "g_inner_modes": Better(
        _LOST, {"2": {"clip": ["1", 1]}, "3": {"clip": ["1", 1]}, "9:1": {"model": ["1", 0]}}
    ),
    "g_reroute": Better(_LOST, {"9:1": {"model": ["1", 0]}}),
    "g_reroute_inside": Better(_LOST, {"9:2": {"samples": ["9:0", 0]}}),
    "g_many_fed": Better(
        "of a group's class with more than ten sockets the editor feeds other widgets than those that the wires go to",
        {
            "12:0": {
                "add_noise": "disable",
                "scheduler": "karras",
                "start_at_step": ["9", 0],
                "steps": ["10", 0],
                "cfg": ["11", 0],
            }
        },
    ),
    "g_setget": Better(_LOST, {"10:1": {"model": ["1", 0]}}),
}


def _expected(pair: Json) -> dict[str, Json]:
    """What the editor posted, without what has no effect, and better where it errs."""
    better = BETTER.get(pair["name"], Better(""))
    expected: dict[str, Json] = {}
    for node_id, (kind, inputs) in pair["api"].items():
        if kind not in BROADCASTERS and node_id not in better.without:
            kept = {name: value for name, value in inputs.items() if name not in DECORATION.get(kind, ())}
            changed = kept | dict(better.inputs.get(node_id, {}))
            expected[node_id] = [kind, {name: value for name, value in changed.items() if value is not None}]
    return expected


@pytest.mark.parametrize("name", PAIRS)
def test_the_same_comes_of_it(name: str) -> None:
    result = convert(PAIRS[name]["ui"], PLANS, now=WHEN)
    assert result.missing == ()
    got = {node_id: [kind, dict(inputs)] for node_id, (kind, inputs) in written(result).items()}
    assert got == _expected(PAIRS[name])


def test_what_is_better_differs_from_what_the_editor_sends() -> None:
    same = [name for name in BETTER if _expected(PAIRS[name]) == _expected({**PAIRS[name], "name": ""})]
    assert same == []


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_no_pair_changes_with_the_form_of_its_file(transform: Callable[[Json], Json]) -> None:
    changed = [
        name
        for name, pair in PAIRS.items()
        if convert(transform(pair["ui"]), PLANS, now=WHEN).graph != convert(pair["ui"], PLANS, now=WHEN).graph
    ]
    assert changed == []


PLACED = ("ue_colours", "ue_groups")
"""Who receives something depends on where nodes lie, or on their colours: only the pack's note tells."""


@pytest.mark.parametrize("name", PLACED)
def test_what_the_rules_cannot_tell_needs_the_note(name: str) -> None:
    result = convert(_without("ue_links", PAIRS[name]["ui"]), PLANS, now=WHEN)
    assert {type(obstacle) for obstacle in result.missing} == {LostWires}


STALE = frozenset({"ue_prompts_win"})
"""The pack noted other links than it draws once the file is loaded again."""


@pytest.mark.parametrize("name", [name for name in PAIRS if '"ue_links": [{' in json.dumps(PAIRS[name])])
def test_the_notes_count_in_files_of_older_versions(name: str) -> None:
    ui = PAIRS[name]["ui"]
    older = convert(_without("version", ui), PLANS, now=WHEN)
    assert (written(older) == written(convert(ui, PLANS, now=WHEN))) is (name not in STALE)


def _without(key: str, graph: Json) -> Json:
    """The graph without a key, wherever it stands."""

    def kept(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        return {name: value for name, value in pairs if name != key}

    return json.loads(json.dumps(graph), object_pairs_hook=kept)
