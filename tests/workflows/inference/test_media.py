"""What a graph starts from becomes an attachment; what an author fixed and no server has is said to be missing."""

from pathlib import Path
from uuid import UUID

import pytest

from bot.comfy import Graph, JsonValue, Node
from bot.jobs.inputs import Attachment, InputKind, NewInput
from bot.workflows import OptionKind, OptionSpec, Template, Unavailable, Workflow, fill, resolve
from bot.workflows.inference import Inferred, MediaInput, infer, missing_media
from bot.workflows.template import InputRef, describe_node
from tests.workflows.inference.samples import CLASSIC, changed, inferred, server, targets
from tests.workflows.inference.test_properties import fill_all

STEERED = changed(
    CLASSIC,
    {
        "3": {"positive": ["11", 0], "negative": ["11", 1]},
        "11": Node(
            "ControlNetApplyAdvanced", {"positive": ["6", 0], "negative": ["7", 0], "image": ["12", 0]}
        ),
        "12": Node("LoadImage", {"image": "mine.png"}, "Pose"),
    },
)
JOB = UUID(int=5)
FOX = Attachment("https://cdn.discordapp.com/attachments/1/2/fox.png", "fox.png", 100)


def shown(graph: Graph) -> Graph:
    """With a node that shows what each loader gives, without which nothing would run it."""
    shows: dict[str, Node] = {
        f"{node_id}-shown": Node("PreviewAny", {"source": [node_id, 0]}) for node_id in graph
    }
    return {**graph, **shows}


def loader(class_type: str, **inputs: JsonValue) -> Graph:
    return shown({"1": Node(class_type, inputs)})


def attached(found: Inferred) -> dict[str, tuple[OptionKind | None, set[str]]]:
    return {
        option.name: (option.kind, {f"{each.node_id}.{each.input_name}" for each in option.targets})
        for option in found.options
    }


def workflow_of(found: Inferred, name: str = "pose") -> Workflow:
    workflow = resolve(found.template(name, "A pose", Path(name)), [server()])
    assert isinstance(workflow, Workflow), workflow
    return workflow


def test_an_upload_is_the_first_option_and_says_which_node_it_is_for() -> None:
    first, *others = inferred(STEERED).options
    assert first == OptionSpec(
        "image",
        "Pose: The picture that it starts from",
        (InputRef("12", "image"),),
        kind=OptionKind.IMAGE,
        name_localisations={"zh-CN": "图片"},
        description_localisations={"zh-CN": "Pose：作为起点的图片"},
    )
    assert "prompt" in {option.name for option in others}


def test_the_common_loaders_are_known_before_any_server_answers() -> None:
    (first, *_) = infer(STEERED, []).options
    assert (first.kind, first.targets) == (OptionKind.IMAGE, (InputRef("12", "image"),))


@pytest.mark.parametrize(
    ("class_type", "input_name", "kind"),
    [
        ("LoadImage", "image", OptionKind.IMAGE),
        ("LoadImageMask", "image", OptionKind.MASK),
        ("LoadImageOutput", "image", OptionKind.IMAGE),
        ("LoadVideo", "file", OptionKind.VIDEO),
        ("LoadAudio", "audio", OptionKind.AUDIO),
        ("Load3D", "model_file", OptionKind.FILE),
        ("VHS_LoadVideo", "video", OptionKind.VIDEO),
        ("VHS_LoadAudioUpload", "audio", OptionKind.AUDIO),
        ("PackMask", "drawing", OptionKind.MASK),
        ("PackScan", "scan", OptionKind.FILE),
    ],
)
def test_each_loader_takes_files_of_its_kind(class_type: str, input_name: str, kind: OptionKind) -> None:
    found = inferred(loader(class_type, **{input_name: "mine.bin"}))
    assert attached(found) == {kind.value: (kind, {f"1.{input_name}"})}

    workflow = workflow_of(found)
    (option,) = workflow.options
    assert (option.required, option.default) == (True, None)
    (handed_in,) = fill_all(workflow).inputs
    assert (handed_in.kind, handed_in.targets) == (InputKind(kind.value), (("1", input_name),))


@pytest.mark.parametrize(
    "graph",
    [
        loader("VHS_LoadVideoPath", video="/home/somebody/film.mp4"),
        loader("Painter", mask=""),
        {"1": Node("LoadImage", {"image": "nobody uses it.png"}), "2": Node("PreviewAny", {"source": 1})},
    ],
    ids=["a path", "nothing painted", "not used"],
)
def test_what_is_no_upload_or_matters_to_nothing_is_no_attachment(graph: Graph) -> None:
    assert attached(inferred(graph)) == {}


def test_several_are_numbered_named_by_their_author_and_kinds_are_told_apart() -> None:
    graph = shown(
        {
            "12": Node("LoadImage", {"image": "mine.png"}),
            "13": Node("LoadAudio", {"audio": "song.mp3"}),
            "14": Node("LoadImage", {"image": "other.png"}, "@face: whose face"),
            "15": Node("LoadImage", {"image": "third.png"}),
        }
    )
    assert attached(inferred(graph)) == {
        "image": (OptionKind.IMAGE, {"12.image"}),
        "audio": (OptionKind.AUDIO, {"13.audio"}),
        "face": (OptionKind.IMAGE, {"14.image"}),
        "image-2": (OptionKind.IMAGE, {"15.image"}),
    }
    (face,) = [option for option in inferred(graph).options if option.name == "face"]
    assert face.description == "whose face"


def test_loaders_of_the_same_file_get_the_same_attachment_and_a_mask_is_one_of_its_picture() -> None:
    graph = shown(
        {
            "1": Node("LoadImageMask", {"image": "mine.png", "channel": "alpha"}),
            "2": Node("LoadImage", {"image": "mine.png"}),
            "3": Node("LoadVideo", {"file": "mine.mp4"}),
            "4": Node("VHS_LoadAudioUpload", {"audio": "mine.mp4"}),
        }
    )
    assert attached(inferred(graph)) == {
        "image": (OptionKind.IMAGE, {"1.image", "2.image"}),
        "video": (OptionKind.VIDEO, {"3.file"}),
        "audio": (OptionKind.AUDIO, {"4.audio"}),
    }


def test_a_placeholder_for_a_file_must_be_given() -> None:
    workflow = workflow_of(inferred(loader("LoadImage", image="{{photo}}")))
    (option,) = workflow.options
    assert (option.name, option.kind, option.required) == ("photo", OptionKind.IMAGE, True)


def test_a_text_that_its_author_calls_image_is_a_text() -> None:
    graph = changed(CLASSIC, {"6": Node("CLIPTextEncode", {"text": "a fox", "clip": ["4", 1]}, "@image")})
    (option,) = [each for each in inferred(graph).options if "6.text" in targets(inferred(graph))[each.name]]
    assert (option.kind, option.description) == (None, "What it should show")


def test_a_file_that_a_server_has_may_be_left_out() -> None:
    workflow = workflow_of(inferred(changed(STEERED, {"12": {"image": "example.png"}})))
    (picture,) = [option for option in workflow.options if option.kind is OptionKind.IMAGE]
    assert (picture.required, picture.default) == (False, "example.png")
    assert workflow.options[0].name == "prompt"  # the needed ones first

    kept = fill_all(workflow, only_required=True)
    assert kept.inputs == ()
    assert kept.values["image"] == "example.png"
    assert "LoadImage.image=example.png" in kept.needs

    brought = fill(workflow, {"prompt": "fox"}, attachments={"image": FOX}, job_id=JOB, pick_seed=int)
    assert brought.inputs == (NewInput("image", InputKind.IMAGE, FOX, (("12", "image"),)),)
    assert "LoadImage.image=example.png" not in brought.needs


def test_a_fixed_file_that_no_server_has_is_said_to_be_missing() -> None:
    found = inferred(STEERED)
    assert found.media == (MediaInput(InputRef("12", "image"), OptionKind.IMAGE, "mine.png"),)
    template = Template("pose", "A pose", STEERED, (), Path("pose"))

    (reason,) = missing_media(template, found.media, [server()])

    assert (reason.id, dict(reason.arguments)) == (
        "workflow-wants-file",
        {"node": describe_node(template.graph, "12"), "file": "mine.png"},
    )
    assert resolve(template, [server()]) == Unavailable("pose", (reason,))


def test_a_fixed_file_that_a_server_has_is_used_as_it_stands() -> None:
    graph = changed(STEERED, {"12": {"image": "example.png"}})
    template = Template("pose", "A pose", graph, (), Path("pose"))

    assert missing_media(template, inferred(graph).media, [server()]) == ()
    assert isinstance(resolve(template, [server()]), Workflow)
