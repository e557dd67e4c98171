"""The files that a graph starts from are told, and a graph that lacks them waits."""

from pathlib import Path

from bot.comfy import Node
from bot.workflows import InputRef, Workflow, resolve
from bot.workflows.inference import MediaKind, MediaSpec, infer, missing_media
from tests.workflows.inference.samples import CLASSIC, changed, inferred, server, targets

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
POSE = MediaSpec("image", "image of Pose", MediaKind.IMAGE, (InputRef("12", "image"),), "mine.png")


def test_an_upload_is_media_and_no_option() -> None:
    found = inferred(STEERED)

    assert found.media == (POSE,)
    assert not any("12.image" in places for places in targets(found).values())


def test_the_common_loaders_are_known_before_any_server_answers() -> None:
    assert infer(STEERED, []).media == (POSE,)


def test_several_are_numbered_and_kinds_are_told_apart() -> None:
    graph = changed(
        STEERED,
        {
            "13": Node("LoadAudio", {"audio": "song.mp3"}),
            "14": Node("LoadImage", {"image": "other.png"}, "@face"),
            "15": Node("PreviewAny", {"source": ["13", 0]}),
            "16": Node("PreviewAny", {"source": ["14", 0]}),
        },
    )

    assert {(each.name, each.kind, each.file) for each in inferred(graph).media} == {
        ("image", MediaKind.IMAGE, "mine.png"),
        ("face", MediaKind.IMAGE, "other.png"),
        ("audio", MediaKind.AUDIO, "song.mp3"),
    }


def test_a_file_that_no_server_has_is_said_to_be_missing() -> None:
    found = inferred(STEERED)
    template = found.template("pose", "A pose", Path("pose"))

    (reason,) = missing_media(template, found.media, [server()])

    assert (reason.id, dict(reason.arguments)) == (
        "workflow-wants-file",
        {"node": "node 'Pose' (12, LoadImage)", "file": "mine.png"},
    )


def test_a_file_that_a_server_has_is_used_as_it_stands() -> None:
    found = inferred(changed(STEERED, {"12": {"image": "example.png"}}))
    template = found.template("pose", "A pose", Path("pose"))

    assert missing_media(template, found.media, [server()]) == ()
    assert isinstance(resolve(template, [server()]), Workflow)
