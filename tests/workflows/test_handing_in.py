"""The files that a person hands in: what becomes of them in a job, and what is refused."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.comfy import graph_to_json
from bot.errors import Refused
from bot.jobs.inputs import Area, Attachment, InputKind, Masking, NewInput
from bot.texts import LOCALES, Text, render, text
from bot.workflows import Capabilities, Filled, Workflow, fill
from bot.workflows.template import Scalar
from tests.workflows.picture_server import AREA, GRAPH, IMAGE, MASK, PROMPT, attachment, command, server
from tests.workflows.samples import resolved, write

FILES = ["own.png", "own-mask.png", "own.mp4", "own.mp3", "own.glb", "other.png"]
SOUND = """
[options.sound]
description = "The sound"
node = "Sound"
input = "audio"
type = "audio"
"""
BOTH = """
[options.both]
description = "A mask for both"
type = "mask"
targets = [{ node = "Mask", input = "image" }, { node = "Other picture", input = "image" }]
"""
JOB = UUID(int=10)
FOX, PAINTED, SONG = attachment("fox.png"), attachment("mask.png"), attachment("song.mp3")


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """Nothing but the prompt is needed: the server has every file."""
    folder = write(
        tmp_path_factory.mktemp("workflows"), command(PROMPT, IMAGE, MASK, AREA, SOUND, BOTH), GRAPH
    )
    return resolved(folder, server(files=FILES))


def filled(
    workflow: Workflow, attachments: Mapping[str, Attachment] | None = None, /, **values: Scalar
) -> Filled:
    return fill(
        workflow,
        {"prompt": "a fox", **values},
        attachments=attachments or {},
        job_id=JOB,
        pick_seed=lambda: 7,
    )


def refusal(
    workflow: Workflow, attachments: Mapping[str, Attachment] | None = None, /, **values: Scalar
) -> Text:
    with pytest.raises(Refused) as caught:
        filled(workflow, attachments, **values)
    for locale in LOCALES:
        render(caught.value.message, locale)
    return caught.value.message


def test_a_file_goes_where_its_option_says_and_the_graph_waits_for_its_name(workflow: Workflow) -> None:
    made = filled(workflow, {"sound": SONG, "both": PAINTED})
    assert made.inputs == (
        NewInput("sound", InputKind.AUDIO, SONG, (("4", "audio"),)),
        NewInput("both", InputKind.MASK, PAINTED, (("2", "image"), ("6", "image"))),
    )
    changed = {
        (node_id, name)
        for node_id, node in workflow.graph.items()
        for name, value in node.inputs.items()
        if made.graph[node_id].inputs[name] != value
    }
    assert changed == {("7", "text")}


@pytest.mark.parametrize(
    ("attachments", "values", "masking"),
    [
        ({}, {}, Masking()),
        ({"mask": PAINTED}, {}, Masking(painted=PAINTED)),
        ({}, {"area": "top left quarter"}, Masking(area=Area.TOP_LEFT)),
        ({}, {"area": Area.EDGES.value}, Masking(area=Area.EDGES)),
    ],
)
def test_a_picture_tells_where_it_is_to_change(
    workflow: Workflow,
    attachments: Mapping[str, Attachment],
    values: Mapping[str, Scalar],
    masking: Masking,
) -> None:
    made = filled(workflow, {"image": FOX, **attachments}, **values)
    assert made.inputs == (NewInput("image", InputKind.IMAGE, FOX, (("1", "image"),), masking),)


def test_a_picture_that_has_neither_mask_nor_area_is_taken_as_it_is(tmp_path: Path) -> None:
    plain = resolved(write(tmp_path, command(PROMPT, IMAGE), GRAPH), server(files=FILES))
    (made,) = filled(plain, {"image": FOX}).inputs
    assert made.masking is None


def test_what_was_given_is_shown_by_its_name_and_what_was_left_out_by_the_workflows_own(
    workflow: Workflow,
) -> None:
    made = filled(workflow, {"image": attachment("my \n fox.png")}, area="edges")
    assert made.values == {
        "prompt": "a fox",
        "image": "my fox.png",
        "area": "edges",
        "sound": "own.mp3",
        "both": "own-mask.png",
    }


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "\ud800.png", "a\u2028b.png"])
def test_a_name_is_shown_as_one_line_of_whole_characters(workflow: Workflow, name: str) -> None:
    told = filled(workflow, {"image": attachment(name)}).values["image"]
    assert len(told) <= 100
    assert told.splitlines() == [told]
    told.encode()


def test_a_job_needs_the_workflows_own_files_where_it_brings_none(workflow: Workflow) -> None:
    own = {"LoadImage.image=own.png", "LoadAudio.audio=own.mp3"}
    both = {"LoadImageMask.image=own-mask.png", "LoadImage.image=other.png"}
    assert filled(workflow).needs - workflow.needs == own | both
    brought = filled(workflow, {"image": FOX, "sound": SONG, "both": PAINTED}).needs
    assert brought == workflow.needs
    without_picture = server(files=FILES[1:])
    assert not Capabilities(without_picture).cover(filled(workflow).needs)
    assert Capabilities(without_picture).cover(brought)


def test_what_no_server_has_must_be_attached(tmp_path: Path) -> None:
    needed = resolved(write(tmp_path, command(PROMPT, IMAGE), GRAPH), server(files=FILES[1:]))
    assert refusal(needed) == text("value-missing", option="image")
    assert filled(needed, {"image": FOX}).inputs[0].source == FOX


def test_a_mask_that_is_needed_must_be_given(tmp_path: Path) -> None:
    source = command(PROMPT, IMAGE, MASK, "required = true\n")
    needed = resolved(write(tmp_path, source, GRAPH), server(files=FILES))
    assert refusal(needed, {"image": FOX}) == text("value-missing", option="mask")
    (made,) = filled(needed, {"image": FOX, "mask": PAINTED}).inputs
    assert made.masking == Masking(painted=PAINTED)


def test_a_mask_or_an_area_of_no_picture_is_refused(workflow: Workflow) -> None:
    assert refusal(workflow, {"mask": PAINTED}) == text(
        "value-mask-without-picture", option="mask", picture="image"
    )
    assert refusal(workflow, area="edges") == text(
        "value-mask-without-picture", option="area", picture="image"
    )


def test_a_mask_and_an_area_at_once_are_refused(workflow: Workflow) -> None:
    assert refusal(workflow, {"image": FOX, "mask": PAINTED}, area="edges") == text(
        "value-mask-twice", first="mask", second="area"
    )


def test_an_area_that_there_is_not_is_refused_with_those_that_are(workflow: Workflow) -> None:
    assert refusal(workflow, {"image": FOX}, area="left") == text(
        "value-not-listed", option="area", value="left", names="left half"
    )


@pytest.mark.parametrize("words", ["/etc/passwd", "own.png", "../own.png", "fox.png [output]", 5, True])
@pytest.mark.parametrize("option", ["image", "mask", "sound", "both"])
def test_no_words_ever_name_a_file(workflow: Workflow, option: str, words: Scalar) -> None:
    assert refusal(workflow, **{option: words}) == text("value-needs-file", option=option)


def test_a_file_where_words_are_wanted_is_refused(workflow: Workflow) -> None:
    for option in ("prompt", "area"):
        assert refusal(workflow, {option: FOX}) == text("value-takes-no-file", option=option)
    assert refusal(workflow, {"picture": FOX}).id == "value-unknown-option"


ATTACHMENTS = st.builds(Attachment, st.text(), st.text(max_size=300), st.integers(0, 2**53))


@settings(max_examples=150, deadline=None)
@given(
    attachments=st.dictionaries(
        st.sampled_from(["image", "mask", "sound", "both", "area", "prompt", "x"]), ATTACHMENTS
    ),
    values=st.dictionaries(
        st.sampled_from(["image", "mask", "area", "sound"]),
        st.sampled_from([area.value for area in Area]) | st.text() | st.integers(),
        max_size=2,
    ),
)
def test_whatever_is_handed_in_no_name_and_no_address_reaches_the_graph(
    workflow: Workflow, attachments: dict[str, Attachment], values: dict[str, Scalar]
) -> None:
    try:
        made = filled(workflow, attachments, **values)
    except Refused as refused:
        for locale in LOCALES:
            render(refused.message, locale)
        return
    assert made == filled(workflow, attachments, **values)
    assert graph_to_json(made.graph) == graph_to_json(filled(workflow).graph)
    assert {each.option for each in made.inputs} == attachments.keys() - {"mask"}
    for each in made.inputs:
        (option,) = [known for known in workflow.options if known.name == each.option]
        assert each.targets == tuple((target.node_id, target.input_name) for target in option.targets)
