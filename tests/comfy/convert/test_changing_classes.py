"""Classes gain and lose widgets while files stay as they are: what was saved for a widget stays its value."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.comfy.convert import Converted, NodePlans, convert
from tests.comfy.convert.classes import CLASSES
from tests.comfy.convert.test_editor_pairs import PAIRS

Json = Any

SHARED = Path(__file__).parents[4] / "shared" / "pairs"
SHARE = 6
"""One of so many pairs is tried."""
NEW = "a_new_widget"
NEW_SPECS: tuple[Json, ...] = (
    ["INT", {"default": 5}],
    ["FLOAT", {"default": 0.5}],
    ["STRING", {"default": "new"}],
    ["BOOLEAN", {"default": True}],
    [["one", "two"], {"default": "two"}],
)
UNNAMED = {"Box"}
"""Classes whose lists have values without a name: the four sides of a box."""
_SIMPLE = {"INT", "FLOAT", "STRING", "BOOLEAN"}


def _with_names(graph: Json, result: Converted) -> Json:
    """The file as newer editors save it: with the name of each value beside the list; without nulls there.

    Not for nodes of which an instance shows a widget: their own values are not among the bindings.
    """
    named: dict[tuple[str | None, str], dict[str, Json]] = {}
    for binding in result.bindings:
        if not binding.is_promoted and binding.plan is not None:
            named.setdefault((binding.subgraph, binding.saved_id), {})[binding.widget] = binding.value
    shown = {
        (target.node_id.rpartition(":")[2])
        for binding in result.bindings
        if binding.is_promoted
        for target in binding.targets
    }
    saved: Json = json.loads(json.dumps(graph))
    definitions: Json = saved.get("definitions") or {"subgraphs": []}
    for scope in (saved, *definitions["subgraphs"]):
        for node in scope["nodes"]:
            place = (scope["id"] if scope is not saved else None, str(node["id"]))
            is_plain = isinstance(node.get("widgets_values"), list) and None not in node["widgets_values"]
            is_shown = place[0] is not None and place[1] in shown
            if is_plain and place in named and not is_shown and node["type"] not in UNNAMED:
                node["widgets_values_named"] = named[place]
    return saved


def _widgets(declared: Json) -> list[str]:
    """The plain widgets that every node of the class has."""
    return [
        name
        for name, spec in declared["input"].get("required", {}).items()
        if (isinstance(spec[0], list) or spec[0] in _SIMPLE) and not (spec[1:] and spec[1].get("forceInput"))
    ]


def _grown(declared: Json, spec: Json, place: int) -> Json:
    required = list(declared["input"].get("required", {}).items())
    required.insert(place, (NEW, spec))
    return _redeclared(declared, required)


def _shrunk(declared: Json, lost: str) -> Json:
    return _redeclared(
        declared, [(name, spec) for name, spec in declared["input"]["required"].items() if name != lost]
    )


def _redeclared(declared: Json, required: list[tuple[str, Json]]) -> Json:
    order = {
        "required": [name for name, _ in required],
        "optional": list(declared["input"].get("optional") or {}),
    }
    return declared | {"input": declared["input"] | {"required": dict(required)}, "input_order": order}


def _without(result: Converted, class_type: str, lost: str) -> Json:
    return {
        node_id: {
            name: value
            for name, value in node.inputs.items()
            if (node.class_type, name.partition(".")[0]) != (class_type, lost)
        }
        for node_id, node in result.graph.items()
    }


def _changes(
    graph: Json, info: Mapping[str, Json], before: Converted, random: Random
) -> Iterator[tuple[str, str, Json]]:
    """A class of the graph with one widget more, and with one less; which one, and which class."""
    definitions: Json = graph.get("definitions") or {"subgraphs": []}
    inner = [node for scope in definitions["subgraphs"] for node in scope["nodes"]]
    unnamed = {node["type"] for node in (*graph["nodes"], *inner) if "widgets_values_named" not in node}
    ran = dict.fromkeys(node.class_type for node in before.graph.values())
    possible = [kind for kind in ran if kind not in unnamed and _widgets(info[kind])]
    for kind in random.sample(possible, min(2, len(possible))):
        declared, widgets = info[kind], _widgets(info[kind])
        place = random.randint(0, len(declared["input"]["required"]))
        yield kind, NEW, _grown(declared, random.choice(NEW_SPECS), place)
        lost = random.choice(widgets)
        yield kind, lost, _shrunk(declared, lost)


def _changed(name: str, graph: Json, info: Mapping[str, Json], random: Random) -> Iterator[str]:
    before = convert(graph, NodePlans(info))
    named = _with_names(graph, before)
    if convert(named, NodePlans(info)).graph != before.graph:
        yield f"{name}: names alone"
    for kind, widget, declared in _changes(named, info, before, random):
        after = convert(named, NodePlans({**info, kind: declared}))
        if _without(after, kind, widget) != _without(before, kind, widget):
            yield f"{name}: {kind}.{widget}"


OTHERWISE = {
    "a_api_rodin_gen2": "its values stand in another order than the class has, so names made of them are wrong too",
    "d_Text_to_Image_(Ernie_Image)": "a widget goes that an instance shows, and another input wants that one's value",
    "f_oldctl__t0195_audio_ace_step_1_m2m_editing": "of years before there were names: its list says 'sample_euler'",
}
"""The pairs that are left out, and why."""


@pytest.mark.parametrize("seed", range(2))
def test_files_with_names_keep_their_values(seed: int) -> None:
    random = Random(seed)
    changed = [each for name, pair in PAIRS.items() for each in _changed(name, pair["ui"], CLASSES, random)]
    assert changed == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the pairs lie beside the repository on some machines only")
def test_files_of_the_editors_own_templates_keep_their_values_too() -> None:
    random = Random(7)
    index: Json = json.loads((SHARED / "index.json").read_bytes())
    infos: dict[str, Json] = {
        path.name: json.loads(path.read_bytes()) for path in SHARED.glob("object_info-*.json")
    }
    changed = [
        each
        for name, entry in [*index.items()][::SHARE]
        if name not in OTHERWISE and not name.startswith("f_nullw")  # with nulls put where values were
        for each in _changed(
            name,
            json.loads((SHARED / f"{name}.ui.json").read_bytes()),
            infos[entry["object_info"]],
            random,
        )
    ]
    assert changed == []
