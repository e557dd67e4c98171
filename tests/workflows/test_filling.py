"""A person's values in a graph, and what is refused before it gets there."""

from pathlib import Path
from uuid import UUID

import pytest

from bot.comfy import JsonValue
from bot.errors import Refused
from bot.texts import Text, text
from bot.workflows import Filled, Workflow, fill
from bot.workflows.template import Scalar
from tests.workflows.samples import GRAPH, option_file, resolved, server, write

JOB = UUID("018f2e6a-9b1c-7def-8123-456789abcdef")
MARK = "456789abcdef"

COMMAND = """
description = "Draws"
[options.prompt]
description = "What to draw"
node = "Prompt"
input = "text"
required = true
[options.model]
description = "Model"
node = "Model"
input = "model"
[options.steps]
description = "Steps"
node = "Sampler"
input = "steps"
[options.width]
description = "Width"
node = "Sampler"
input = "width"
max = 1024
[options.cfg]
description = "Guidance"
node = "Sampler"
input = "cfg"
step = 0.1
[options.tiled]
description = "In tiles"
node = "Sampler"
input = "tiled"
[options.bits]
description = "Bits"
node = "Sampler"
input = "bits"
[options.seed]
description = "Seed"
node = "Sampler"
input = "noise_seed"
"""


@pytest.fixture
def workflow(tmp_path: Path) -> Workflow:
    return resolved(write(tmp_path, COMMAND), server())


def filled(workflow: Workflow, seed: int = 99, /, **values: Scalar) -> Filled:
    return fill(workflow, {"prompt": "a fox", **values}, job_id=JOB, pick_seed=lambda: seed)


def sampler(workflow: Workflow, **values: Scalar) -> dict[str, JsonValue]:
    return dict(filled(workflow, **values).graph["3"].inputs)


def refusal(workflow: Workflow, **values: Scalar) -> Text:
    with pytest.raises(Refused) as caught:
        filled(workflow, **values)
    return caught.value.message


def test_what_the_person_chose_is_in_the_graph_and_all_else_is_as_it_was(workflow: Workflow) -> None:
    result = filled(workflow, model="second.safetensors", steps=30, cfg=3.3, tiled=True, bits="32", seed=5)
    inputs = {node_id: dict(node.inputs) for node_id, node in result.graph.items()}
    assert inputs == {
        "1": {"model": "second.safetensors", "precision": "fp16"},
        "2": {"text": "a fox", "model": ["1", 0]},
        "3": {
            "noise_seed": 5,
            "steps": 30,
            "cfg": 3.3,
            "width": 512,
            "tiled": True,
            "method": "euler",
            "bits": 32,
            "words": ["2", 0],
        },
        "4": {"filename_prefix": f"art/cat-{MARK}", "images": ["3", 0]},
        "5": {"image": "example.png", "folder_path": "input", "list": "a"},
    }
    assert [node.title for node in result.graph.values()] == ["Model", "Prompt", "Sampler", None, None]


def test_every_value_is_shown_those_included_that_were_chosen_for_the_person(workflow: Workflow) -> None:
    assert filled(workflow, cfg=7.0).values == {
        "prompt": "a fox",
        "model": "first.safetensors",
        "steps": "20",
        "width": "512",
        "cfg": "7",
        "tiled": "false",
        "bits": "16",
        "seed": "99",
    }


def test_a_job_needs_the_names_that_were_chosen(workflow: Workflow) -> None:
    needs = filled(workflow, model="second.safetensors").needs
    assert needs - workflow.needs == {"Loader.model=second.safetensors", "Sample.bits=16"}


def test_one_option_sets_all_its_targets(tmp_path: Path) -> None:
    lines = 'targets = [{ node = "Sampler", input = "steps" }, { node = "Sampler", input = "width" }]\ndefault = 64'
    workflow = resolved(write(tmp_path, option_file(lines)), server())
    inputs = fill(workflow, {"x": 96}, job_id=JOB, pick_seed=int).graph["3"].inputs
    assert (inputs["steps"], inputs["width"]) == (96, 96)


@pytest.mark.parametrize(("picked", "sent"), [(0, 10), (5, 15), (10, 10), (2**53 - 1, 11)])
def test_a_picked_seed_stays_within_the_options_range(tmp_path: Path, picked: int, sent: int) -> None:
    lines = 'node = "Sampler"\ninput = "noise_seed"\nmin = 10\nmax = 19'
    workflow = resolved(write(tmp_path, option_file(lines)), server())
    assert fill(workflow, {}, job_id=JOB, pick_seed=lambda: picked).values == {"x": str(sent)}


def test_a_seed_may_come_as_text_and_is_shown_digit_by_digit(workflow: Workflow) -> None:
    assert sampler(workflow, seed=" 9007199254740991 ")["noise_seed"] == 9007199254740991
    assert filled(workflow, seed=9007199254740991).values["seed"] == "9007199254740991"


def test_a_seed_reaches_as_far_as_comfyuis_do_and_what_is_shown_can_be_typed_again(
    workflow: Workflow,
) -> None:
    first = filled(workflow, seed="18446744073709551615")
    assert first.graph["3"].inputs["noise_seed"] == 2**64 - 1
    again = filled(workflow, seed=first.values["seed"])
    assert (again.values, again.graph) == (first.values, first.graph)


def test_a_picked_seed_is_one_that_javascript_can_hold(workflow: Workflow) -> None:
    assert filled(workflow, 2**53 - 1).values["seed"] == str(2**53 - 1)


@pytest.mark.parametrize(
    ("prefix", "sent"),
    [
        ("ComfyUI", f"ComfyUI-{MARK}"),
        ("video/ComfyUI", f"video/ComfyUI-{MARK}"),
        ("ComfyUI-0123456789ab-cdef01234567", f"ComfyUI-{MARK}"),
        ("%date:yyyy-MM-dd%/x", f"x-{MARK}"),
        ("%date:yyyy%", f"comfycord-{MARK}"),
        ("%width%", f"%width%-{MARK}"),
        ("", f"comfycord-{MARK}"),
        (["2", 0], f"comfycord-{MARK}"),
    ],
)
def test_the_prefix_of_saved_files_is_the_jobs_own(tmp_path: Path, prefix: JsonValue, sent: str) -> None:
    graph = {**GRAPH, "4": {"class_type": "Save", "inputs": {"filename_prefix": prefix, "images": ["3", 0]}}}
    workflow = resolved(write(tmp_path, graph=graph), server())
    assert fill(workflow, {}, job_id=JOB, pick_seed=int).graph["4"].inputs["filename_prefix"] == sent


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 1000.5}, text("value-not-integer", option="width", value="1000.5")),
        ({"width": True}, text("value-not-integer", option="width", value="True")),
        ({"width": "wide"}, text("value-not-integer", option="width", value="wide")),
        ({"width": 8}, text("value-out-of-range", option="width", value="8", minimum="16", maximum="1024")),
        (
            {"width": 2**64},
            text("value-out-of-range", option="width", value=str(2**64), minimum="16", maximum="1024"),
        ),
        (
            {"width": 10**5000},
            text("value-out-of-range", option="width", value="…", minimum="16", maximum="1024"),
        ),
        (
            {"width": 1001},
            text("value-off-step", option="width", value="1001", step="8", nearest="1000 / 1008"),
        ),
        ({"cfg": 3.25}, text("value-off-step", option="cfg", value="3.25", step="0.1", nearest="3.2 / 3.3")),
        ({"cfg": float("nan")}, text("value-not-number", option="cfg", value="nan")),
        ({"cfg": float("inf")}, text("value-not-number", option="cfg", value="inf")),
        ({"cfg": "7"}, text("value-not-number", option="cfg", value="7")),
        ({"cfg": 101}, text("value-out-of-range", option="cfg", value="101", minimum="0", maximum="100")),
        *(
            (
                {"seed": seed},
                text("value-not-seed", option="seed", value=str(seed), minimum="0", maximum=str(2**64 - 1)),
            )
            for seed in (-1, "x", "1.5", True, 2**64, "9" * 30)
        ),
        ({"tiled": "yes"}, text("value-not-boolean", option="tiled", value="yes")),
        ({"bits": "17"}, text("value-not-listed-at-all", option="bits", value="17", names="8, 16, 32")),
        (
            {"model": "scond.safetensors"},
            text(
                "value-not-listed",
                option="model",
                value="scond.safetensors",
                names="second.safetensors, first.safetensors",
            ),
        ),
        (
            {"model": "/etc/passwd"},
            text(
                "value-not-listed-at-all",
                option="model",
                value="/etc/passwd",
                names="first.safetensors, second.safetensors",
            ),
        ),
        ({"prompt": "x" * 6001}, text("value-too-long", option="prompt", maximum="6000", length="6001")),
        ({"stepz": 4}, text("value-unknown-option", option="stepz", names="steps")),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(
    workflow: Workflow, values: dict[str, Scalar], message: Text
) -> None:
    assert refusal(workflow, **values) == message


def test_a_range_with_one_end_is_told_as_such(tmp_path: Path) -> None:
    open_ended = server(widths={"min": 16})
    workflow = resolved(write(tmp_path, option_file('node = "Sampler"\ninput = "width"')), open_ended)
    with pytest.raises(Refused) as caught:
        fill(workflow, {"x": 1}, job_id=JOB, pick_seed=int)
    assert caught.value.message == text("value-too-small", option="x", value="1", minimum="16")


def test_a_required_option_that_is_missing_is_asked_for(workflow: Workflow) -> None:
    with pytest.raises(Refused) as caught:
        fill(workflow, {}, job_id=JOB, pick_seed=int)
    assert caught.value.message == text("value-missing", option="prompt")


@pytest.mark.parametrize("width", [16, 16384])
def test_both_ends_of_a_range_belong_to_it(tmp_path: Path, width: int) -> None:
    workflow = resolved(write(tmp_path, option_file('node = "Sampler"\ninput = "width"')), server())
    filled = fill(workflow, {"x": width}, job_id=UUID(int=1), pick_seed=int)
    assert filled.graph["3"].inputs["width"] == width
