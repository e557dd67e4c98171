"""Options that take files: what a ``command.toml`` may say of them, and what the servers make of it."""

import json
from pathlib import Path

import pytest

from bot.comfy import ObjectInfo, parse_graph
from bot.jobs.inputs import Area
from bot.workflows import InputRef, OptionKind, Unavailable, WorkflowError, load_template, resolve
from tests.workflows.picture_server import AREA, GRAPH, IMAGE, MASK, PROMPT, command, server
from tests.workflows.samples import resolved, write


def refusal(folder: Path, source: str, *knowledge: ObjectInfo) -> str:
    with pytest.raises(WorkflowError) as caught:
        resolved(write(folder, source, GRAPH), *knowledge)
    return str(caught.value)


def option(node: str, input_name: str, kind: str, more: str = "") -> str:
    return f'[options.x]\ndescription = "An x"\nnode = "{node}"\ninput = "{input_name}"\ntype = "{kind}"\n{more}\n'


FILES = ["own.png", "own-mask.png", "own.mp4", "own.mp3", "own.glb", "other.png"]
REST = FILES[1:]
OTHER_MASK = MASK.replace("options.mask", "options.second")
OTHER_AREA = AREA.replace("options.area", "options.second")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            '[options.x]\ndescription = "An x"\ntype = "mask"\n',
            "option 'x' needs 'of', the name of the picture option that it is laid over; or 'node' and 'input'",
        ),
        (
            '[options.x]\ndescription = "An x"\ntype = "area"\n',
            "option 'x' needs 'of': the name of the picture option of which it is an area",
        ),
        (
            option("Picture", "image", "area"),
            "option 'x' needs 'of': the name of the picture option of which it is an area",
        ),
        (
            option("Picture", "image", "image", 'of = "y"'),
            "option 'x' has 'of', which only an option of the type 'mask' or 'area' has",
        ),
        (
            '[options.x]\ndescription = "An x"\nof = "y"\nnode = "Painter"\ninput = "text"\n',
            "option 'x' has 'of', which only an option of the type 'mask' or 'area' has",
        ),
        (
            IMAGE + option("Mask", "image", "mask", 'of = "image"'),
            "option 'x' has 'of' beside 'node': it is laid over the picture, and sets nothing itself",
        ),
        (
            IMAGE + MASK + 'targets = [{ node = "Mask", input = "image" }]\n',
            "option 'mask' has 'of' beside 'targets': it is laid over the picture, and sets nothing itself",
        ),
        (
            MASK,
            "has the option 'mask' of 'image', which is no option of the type 'image'; there is none",
        ),
        (
            IMAGE + PROMPT + MASK.replace('"image"', '"imgae"'),
            "has the option 'mask' of 'imgae', which is no option of the type 'image'; did you mean 'image'?",
        ),
        (
            IMAGE + PROMPT + AREA.replace('"image"', '"prompt"'),
            "has the option 'area' of 'prompt', which is no option of the type 'image'; there is 'image'",
        ),
        (
            IMAGE + MASK + OTHER_MASK,
            "has several masks of the picture 'image', 'mask', 'second': leave one",
        ),
        (
            IMAGE + AREA + OTHER_AREA,
            "has several areas of the picture 'image', 'area', 'second': leave one",
        ),
        (
            option("Picture", "image", "image", 'default = "own.png"'),
            "option 'x' has 'default', which an option of the type 'image' cannot have",
        ),
        (
            option("Sound", "audio", "audio", "min = 1"),
            "option 'x' has 'min', which an option of the type 'audio' cannot have",
        ),
        (
            option("Film", "video", "video", "max = 1"),
            "option 'x' has 'max', which an option of the type 'video' cannot have",
        ),
        (
            option("Shape", "model_file", "file", "step = 1"),
            "option 'x' has 'step', which an option of the type 'file' cannot have",
        ),
        (
            IMAGE + AREA + 'choices = ["centre"]\n',
            "option 'area' has 'choices', which an option of the type 'area' cannot have",
        ),
        (
            option("Picture", "image", "photo"),
            "option 'x' has the type 'photo', which there is not; ",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_before_any_server_is_asked(
    tmp_path: Path, source: str, sentence: str
) -> None:
    with pytest.raises(WorkflowError) as caught:
        load_template(write(tmp_path, command(source), GRAPH))
    assert sentence in str(caught.value)
    assert "command.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            option("Painter", "text", "image"),
            "option 'x' has the type 'image', and 'text' of node 'Painter' (7, Paint) loads no file: set",
        ),
        (
            option("Painter", "method", "file"),
            "option 'x' has the type 'file', and 'method' of node 'Painter' (7, Paint) loads no file",
        ),
        (
            option("Painter", "steps", "video"),
            "option 'x' has the type 'video', and 'steps' of node 'Painter' (7, Paint) loads no file",
        ),
        (
            option("Mask", "channel", "mask"),
            "option 'x' has the type 'mask', and 'channel' of node 'Mask' (2, LoadImageMask) loads no file",
        ),
        (
            option("Sound", "audio", "image"),
            "option 'x' has the type 'image', and 'audio' of node 'Sound' (4, LoadAudio) loads 'audio'",
        ),
        (
            option("Picture", "image", "file"),
            "option 'x' has the type 'file', and 'image' of node 'Picture' (1, LoadImage) loads 'image'",
        ),
        (
            option("Picture", "image", "text"),
            "option 'x' sets 'image' of node 'Picture' (1, LoadImage), which loads a file: give it the type",
        ),
    ],
)
def test_what_loads_no_such_file_is_refused(tmp_path: Path, source: str, sentence: str) -> None:
    assert sentence in refusal(tmp_path, command(source), server(files=FILES))


def test_before_a_server_answers_only_what_cannot_be_a_name_is_refused(tmp_path: Path) -> None:
    assert "'steps' of node 'Painter' (7, Paint) loads no file" in refusal(
        tmp_path, command(option("Painter", "steps", "file"))
    )
    assert "loads 'audio'" in refusal(tmp_path / "known", command(option("Sound", "audio", "image")))
    unknown = resolved(write(tmp_path / "unknown", command(option("Painter", "method", "file")), GRAPH))
    assert [each.kind for each in unknown.options] == [OptionKind.FILE]


@pytest.mark.parametrize(
    ("node", "input_name", "kind"),
    [
        ("Picture", "image", OptionKind.IMAGE),
        ("Picture", "image", OptionKind.MASK),
        ("Mask", "image", OptionKind.MASK),
        ("Mask", "image", OptionKind.IMAGE),
        ("Film", "video", OptionKind.VIDEO),
        ("Sound", "audio", OptionKind.AUDIO),
        ("Shape", "model_file", OptionKind.FILE),
        ("Shape", "model_file", OptionKind.VIDEO),
    ],
)
def test_each_kind_is_required_where_no_server_has_the_workflows_own_file(
    tmp_path: Path, node: str, input_name: str, kind: OptionKind
) -> None:
    folder = write(tmp_path, command(option(node, input_name, kind)), GRAPH)
    own = graph_file(node, input_name)
    lacking = server(files=[each for each in FILES if each != own])
    for knowledge in ([lacking], []):
        (required,) = resolved(folder, *knowledge).options
        assert (required.kind, required.required, required.default) == (kind, True, None)
    (kept,) = resolved(folder, lacking, server(files=FILES)).options
    assert (kept.required, kept.default) == (False, own)
    assert (kept.listed, kept.choices) == (False, None)


def graph_file(node: str, input_name: str) -> str:
    """The file that the graph names."""
    nodes = parse_graph(json.dumps(GRAPH)).values()
    (found,) = [str(each.inputs[input_name]) for each in nodes if each.title == node]
    return found


def test_one_file_for_several_nodes_may_be_left_out_where_one_server_has_all_that_they_name(
    tmp_path: Path,
) -> None:
    both = (
        '[options.x]\ndescription = "Both"\ntype = "image"\n'
        'targets = [{ node = "Picture", input = "image" }, { node = "Other picture", input = "image" }]\n'
    )
    folder = write(tmp_path, command(both), GRAPH)
    rest = [each for each in FILES if each not in {"own.png", "other.png"}]
    one, other = server(files=[*rest, "own.png"]), server(files=[*rest, "other.png"])
    assert [each.required for each in resolved(folder, one, other).options] == [True]
    assert [each.required for each in resolved(folder, one, server(files=FILES)).options] == [False]


def test_a_file_that_the_author_requires_is_required_wherever_it_lies(tmp_path: Path) -> None:
    folder = write(tmp_path, command(IMAGE, "required = true\n"), GRAPH)
    (found,) = resolved(folder, server(files=FILES)).options
    assert (found.required, found.default) == (True, None)


def test_a_list_without_a_single_file_is_nothing_that_is_lacking(tmp_path: Path) -> None:
    """VideoHelperSuite lists the videos that are there, and its inputs are not marked as uploads."""
    graph = {"3": GRAPH["3"]}
    folder = write(tmp_path, command(option("Film", "video", "video")), graph)
    assert [each.required for each in resolved(folder, server()).options] == [True]


def test_masks_and_areas_are_laid_over_a_picture_and_set_nothing(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path, command(MASK, AREA, PROMPT, IMAGE), GRAPH), server(files=REST))
    assert [(each.name, each.kind, each.required, each.of, each.targets) for each in workflow.options] == [
        ("prompt", OptionKind.TEXT, True, None, (InputRef("7", "text"),)),
        ("image", OptionKind.IMAGE, True, None, (InputRef("1", "image"),)),
        ("mask", OptionKind.MASK, False, "image", ()),
        ("area", OptionKind.AREA, False, "image", ()),
    ]
    assert workflow.options[3].choices == tuple(Area)


def test_what_is_fixed_and_nowhere_keeps_the_command_away(tmp_path: Path) -> None:
    folder = write(tmp_path, command(PROMPT), GRAPH)
    found = resolve(load_template(folder), [server(files=["own.mp4"])])
    assert isinstance(found, Unavailable)
    files = {dict(reason.arguments)["file"] for reason in found.reasons}
    assert files == {"own.png", "own-mask.png", "own.mp3", "own.glb", "other.png"}
