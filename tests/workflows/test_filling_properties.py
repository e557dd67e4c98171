"""What holds whatever a person types."""

import copy
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.comfy import Graph, graph_to_json, parse_graph
from bot.errors import Refused
from bot.texts import LOCALES, render
from bot.workflows import InputRef, Workflow, fill
from bot.workflows.template import Scalar
from tests.workflows.samples import resolved, server, write
from tests.workflows.test_filling import COMMAND

HOSTILE = st.sampled_from(
    [
        "../../etc/passwd",
        "@everyone",
        '"}, "9": {"class_type": "Evil"',
        '["1", 0]',
        "\ud800",
        "\x00",
        "{ $option }",
        "%date:yyyy%",
        "a,b\n<lora:x:1>",
        "\N{FULLWIDTH DIGIT ONE}",
        "1e400",
    ]
)
SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    HOSTILE, st.text(), st.text(st.characters()), st.integers(), st.floats(), st.booleans()
)
VALID = st.fixed_dictionaries(
    {"prompt": st.text(max_size=200) | HOSTILE},
    optional={
        "model": st.sampled_from(["first.safetensors", "second.safetensors"]),
        "steps": st.integers(1, 10000),
        "width": st.integers(2, 128).map(lambda eighth: eighth * 8),
        "cfg": st.integers(0, 1000).map(lambda tenth: tenth / 10),
        "tiled": st.booleans(),
        "bits": st.sampled_from(["8", "16", "32"]),
        "seed": st.integers(0, 2**64 - 1),
    },
)
SEEDS = st.integers(0, 2**53 - 1)


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    folder: Path = tmp_path_factory.mktemp("workflows")
    return resolved(write(folder, COMMAND), server())


def differences(before: Graph, after: Graph) -> set[InputRef]:
    return {
        InputRef(node_id, name)
        for node_id, node in before.items()
        for name in node.inputs.keys() | after[node_id].inputs.keys()
        if node.inputs.get(name) != after[node_id].inputs.get(name)
    }


@settings(max_examples=60, deadline=None)
@given(values=VALID, job_id=st.uuids(), seed=SEEDS)
def test_a_filled_graph_differs_at_the_targets_and_the_prefix_and_nowhere_else(
    workflow: Workflow, values: dict[str, Scalar], job_id: UUID, seed: int
) -> None:
    before = copy.deepcopy(dict(workflow.graph))
    filled = fill(workflow, values, job_id=job_id, pick_seed=lambda: seed)
    assert workflow.graph == before
    assert filled.graph.keys() == before.keys()
    assert all(
        (node.class_type, node.title) == (before[node_id].class_type, before[node_id].title)
        for node_id, node in filled.graph.items()
    )
    targets = {target for option in workflow.options for target in option.targets}
    assert differences(before, filled.graph) <= targets | {InputRef("4", "filename_prefix")}
    typed = [filled.graph[each.node_id].inputs[each.input_name] for each in targets]
    assert all(isinstance(value, str | int | float | bool) for value in typed)  # never a link
    assert filled.values.keys() == {option.name for option in workflow.options}
    assert fill(workflow, values, job_id=job_id, pick_seed=lambda: seed) == filled


@settings(max_examples=60, deadline=None)
@given(values=VALID, job_id=st.uuids(), seed=SEEDS)
def test_a_filled_graph_survives_json_and_can_be_stored(
    workflow: Workflow, values: dict[str, Scalar], job_id: UUID, seed: int
) -> None:
    graph = fill(workflow, values, job_id=job_id, pick_seed=lambda: seed).graph
    source = graph_to_json(graph)
    assert parse_graph(source.encode()) == graph


@settings(max_examples=60, deadline=None)
@given(first=st.uuids(), second=st.uuids(), seed=SEEDS)
def test_two_jobs_never_save_under_one_name(workflow: Workflow, first: UUID, second: UUID, seed: int) -> None:
    def saved_as(job_id: UUID) -> object:
        filled = fill(workflow, {"prompt": "same"}, job_id=job_id, pick_seed=lambda: seed)
        return filled.graph["4"].inputs["filename_prefix"]

    assert (saved_as(first) == saved_as(second)) == (first == second)


@settings(max_examples=200, deadline=None)
@given(
    values=st.dictionaries(
        st.sampled_from(["prompt", "model", "steps", "width", "cfg", "tiled", "seed"]), SCALARS
    )
)
def test_whatever_is_typed_is_sent_within_its_bounds_or_refused_in_words(
    workflow: Workflow, values: dict[str, Scalar]
) -> None:
    try:
        filled = fill(workflow, values, job_id=UUID(int=1), pick_seed=lambda: 1)
    except Refused as refused:
        for locale in LOCALES:
            render(refused.message, locale)
        return
    assert parse_graph(graph_to_json(filled.graph)) == filled.graph
    loader, sampler = filled.graph["1"].inputs, filled.graph["3"].inputs
    assert loader["model"] in {"first.safetensors", "second.safetensors"}
    assert sampler["steps"] in range(1, 10001)
    assert sampler["width"] in range(16, 1025, 8)
    assert sampler["noise_seed"] in range(2**64)
    assert isinstance(sampler["cfg"], float)
    assert 0 <= sampler["cfg"] <= 100
