"""From a file in any form to a template, and what is said when that cannot be."""

import json
from pathlib import Path
from typing import Any

from bot.texts import text
from bot.workflows import Draft, Unavailable, resolve
from bot.workflows.drafting import Drafted, drafted
from bot.workflows.sources import read_workflow
from tests.comfy.convert.graphs import definitions, node, subgraph
from tests.workflow_terminal import GRAPH, UI, changed_ui
from tests.workflows.inference.samples import server
from tests.workflows.sources.files import plain, png

Json = Any


def _draft(content: bytes) -> Draft:
    return Draft("fox", Path("fox"), Path("fox/workflow.json"), read_workflow(content), None)


def _picture(graph: Json, document: Json) -> bytes:
    return png(plain("prompt", json.dumps(graph)), plain("workflow", json.dumps(document)))


def _fancy(document: Json) -> None:
    document["nodes"][0].update(type="Fancy", properties={"cnr_id": "fancy-pack"})


def test_a_missing_node_is_told_alike_of_a_ui_graph_and_of_a_picture_with_the_pack_that_the_editor_noted() -> (
    None
):
    graph: Json = {**GRAPH, "3": {**GRAPH["3"], "class_type": "Fancy"}}
    for content in (json.dumps(changed_ui(_fancy)).encode(), _picture(graph, changed_ui(_fancy))):
        assert resolve(_draft(content), [server()]) == Unavailable(
            "fox", (text("workflow-lacks-node-pack", node="Fancy", pack="fancy-pack"),)
        )


def test_the_server_that_comes_closest_says_what_is_missing() -> None:
    draft = _draft(json.dumps(UI).encode())
    poor, rich = server(without=["KSampler", "VAEDecode"]), server(without=["SaveImage"])
    assert resolve(draft, [poor, rich]) == Unavailable(
        "fox", (text("workflow-lacks-node", node="SaveImage"),)
    )


def test_a_picture_runs_by_its_graph_when_nobody_can_convert_its_workflow() -> None:
    def nest(document: Json) -> None:
        document["nodes"].append(node(10, "inner"))
        document.update(definitions(subgraph("inner", [node(1, "inner")], [])))

    made = drafted(_draft(_picture(GRAPH, changed_ui(nest))), [server()])
    assert isinstance(made, Drafted)
    assert made.template.graph.keys() == GRAPH.keys()
    assert made.template.ui is not None
    assert made.template.ui.bindings is None


def test_what_was_odd_and_what_did_not_fit_is_kept_beside_the_template() -> None:
    def change(document: Json) -> None:
        document["nodes"].append(
            {"id": 10, "type": "A note of a pack", "mode": 0, "inputs": [], "outputs": []}
        )
        document["nodes"][5 - 1]["title"] = "/negative"

    made = drafted(_draft(json.dumps(changed_ui(change)).encode()), [server()])
    assert isinstance(made, Drafted)
    assert made.inferred is not None
    assert [option.name for option in made.inferred.advanced] != []
    assert made.warnings == (
        "Node 10 (A note of a pack) is unknown to the server and wired to nothing; it is left out.",
    )
