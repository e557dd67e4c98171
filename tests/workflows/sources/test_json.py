"""Every form of JSON that people have, and what is no workflow."""

import json
from typing import cast

import pytest

from bot.comfy import JsonValue, Node, parse_graph
from bot.workflows.sources import Found, NothingFound, Origin, read_workflow
from tests.workflows.sources.files import BOTH, PROMPT, TEXTS, WORKFLOW

GRAPH = parse_graph(json.dumps(PROMPT))
UI_GRAPH = cast("dict[str, JsonValue]", WORKFLOW)


@pytest.mark.parametrize(
    "document",
    [
        PROMPT,
        {"prompt": PROMPT},
        {"prompt": PROMPT, "client_id": "x"},
        {"output": PROMPT},
        {"prompt": json.dumps(PROMPT)},
    ],
)
def test_a_graph_in_api_format_is_found_bare_or_wrapped(document: object) -> None:
    assert read_workflow(json.dumps(document).encode()) == Found(GRAPH, None, Origin.API_GRAPH)


@pytest.mark.parametrize("wrapper", ["bare", "workflow"])
def test_a_ui_graph_is_recognised_in_either_version(wrapper: str) -> None:
    for version in (0.4, 1):
        graph = cast("dict[str, JsonValue]", {**WORKFLOW, "version": version})
        document = graph if wrapper == "bare" else {"workflow": graph}

        assert read_workflow(json.dumps(document).encode()) == Found(None, graph, Origin.UI_GRAPH)


def test_an_app_is_a_ui_graph_that_says_so() -> None:
    graph = cast("dict[str, JsonValue]", {**WORKFLOW, "extra": {"linearMode": True, "linearData": {}}})

    assert read_workflow(json.dumps(graph).encode()) == Found(None, graph, Origin.APP)


@pytest.mark.parametrize(
    "document",
    [
        {"output": PROMPT, "workflow": WORKFLOW},
        {"prompt": PROMPT, "extra_data": {"extra_pnginfo": {"workflow": WORKFLOW}}},
        TEXTS,
    ],
)
def test_both_graphs_are_found_as_the_editor_and_servers_wrap_them(document: object) -> None:
    assert read_workflow(json.dumps(document).encode()) == Found(GRAPH, UI_GRAPH, Origin.UI_GRAPH)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_windows_encodings_are_read(encoding: str) -> None:
    assert read_workflow(BOTH.encode(encoding)) == Found(GRAPH, UI_GRAPH, Origin.UI_GRAPH)


def test_numbers_that_json_does_not_know_become_null() -> None:
    source = b'{"1": {"class_type": "A", "inputs": {"a": NaN, "b": -Infinity, "c": 1e999, "d": 18446744073709551615}}}'

    found = read_workflow(source).prompt

    assert found == {"1": Node("A", {"a": None, "b": None, "c": None, "d": 2**64 - 1})}


def test_half_a_surrogate_pair_cannot_spoil_what_is_stored() -> None:
    source = rb'{"1": {"class_type": "A", "inputs": {"text": "a \ud83d fox \ud83e\udd8a"}}}'

    assert read_workflow(source).prompt == {"1": Node("A", {"text": "a ? fox 🦊"})}


@pytest.mark.parametrize("source", ["{}", "[]", '{"a": 1}', '{"prompt": "a red fox"}', "[1, [2]]"])
def test_other_json_is_said_to_be_no_workflow(source: str) -> None:
    with pytest.raises(NothingFound, match="This JSON is not a workflow"):
        read_workflow(source.encode())
