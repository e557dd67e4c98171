import json

import pytest

from bot.comfy import (
    Executed,
    Executing,
    ExecutionCached,
    ExecutionError,
    ExecutionInterrupted,
    ExecutionStart,
    ExecutionSuccess,
    FeatureFlags,
    Features,
    FileRef,
    Interrupted,
    NodeProgress,
    OutputFile,
    OutputKind,
    PreviewImage,
    ProgressState,
    ProgressText,
    Status,
    StepProgress,
    Unknown,
    parse_binary,
    parse_text,
)
from tests.comfy.recorded import recorded_bytes, recorded_frames

TXT2IMG = "28868b7a-a1f1-4a26-835a-515bb741e5e7"


def test_the_recorded_run_reads_as_it_went() -> None:
    assert [parse_text(frame) for frame in recorded_frames()[:11]] == [
        Status(0, "alpha"),
        FeatureFlags(Features(supports_preview_metadata=True, max_upload_size_bytes=104857600)),
        Status(1),
        ExecutionStart(TXT2IMG, 1795189859.926),
        ExecutionCached(TXT2IMG, ("4", "5", "6", "7")),
        Executing(TXT2IMG, "3", "3"),
        ProgressState(TXT2IMG, {"3": NodeProgress("3", "3", 0, 1, "running")}),
        StepProgress(TXT2IMG, "3", 1, 4),
        Executed(
            TXT2IMG,
            "9",
            "9",
            (OutputFile("9", FileRef("rec_00002_.png"), OutputKind.IMAGE, animated=False),),
            (),
        ),
        ExecutionSuccess(TXT2IMG, 1795189869.065),
        Executing(TXT2IMG, None, None),
    ]


def test_after_a_reconnect_a_node_runs_of_no_prompt_in_particular() -> None:
    assert Executing(None, "3", None) in [parse_text(frame) for frame in recorded_frames()]


def test_a_node_made_at_run_time_names_the_node_of_the_graph() -> None:
    events = [parse_text(frame) for frame in recorded_frames()]
    assert Executing("ebea9e4d-5e21-4c32-8456-ed2a60f37851", "5.0.0.3", "5") in events


def test_failures_say_which_node_and_why() -> None:
    failures = [event for event in map(parse_text, recorded_frames()) if isinstance(event, ExecutionError)]
    assert [
        (error.failure.node_type, error.failure.exception_type, error.failure.is_out_of_memory)
        for error in failures
    ] == [
        ("LoadImage", "PIL.UnidentifiedImageError", False),
        ("SaveImage", "ExecutionBlocked", False),
        ("BotFail", "torch.OutOfMemoryError", True),
    ]
    assert failures[0].failure.message == "cannot identify image file '/opt/comfyui/base/input/notimage.png'"


def test_an_interruption_says_where() -> None:
    events = [
        event for event in map(parse_text, recorded_frames()) if isinstance(event, ExecutionInterrupted)
    ]
    assert events == [
        ExecutionInterrupted(
            "8853dc4f-d17a-4ae1-a7c4-f0679041123c", Interrupted("3", "KSampler"), 1795190153.425
        )
    ]


def test_texts_and_gifs_are_found_wherever_a_node_puts_them() -> None:
    executed = [event for event in map(parse_text, recorded_frames()) if isinstance(event, Executed)]
    gif = OutputFile("2", FileRef("AnimateDiff_00001.gif", "vid"), OutputKind.IMAGE, animated=True)
    assert [(event.outputs, event.texts) for event in executed[1:]] == [((), ("hello 190520",)), ((gif,), ())]


def test_a_custom_nodes_event_is_kept_as_it_came() -> None:
    events = [event for event in map(parse_text, recorded_frames()) if isinstance(event, Unknown)]
    assert events == [Unknown("bot_test.custom_event", {"node": "1", "text": "hello 190520"})]


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        ("", Unknown("", "")),
        ("not json", Unknown("", "not json")),
        ("[1, 2]", Unknown("", None)),
        ('{"type": 7}', Unknown("7", None)),
        ('{"type": "status"}', Unknown("status", None)),
        ('{"type": "status", "data": {"status": {}}}', Unknown("status", {"status": {}})),
        ('{"type": "executing", "data": {}}', Unknown("executing", {})),
        ('{"type": "executed", "data": {"node": "9"}}', Unknown("executed", {"node": "9"})),
        (
            '{"type": "progress", "data": {"value": true, "max": 1}}',
            Unknown("progress", {"value": True, "max": 1}),
        ),
        (
            '{"type": "progress_state", "data": {"prompt_id": "p", "nodes": {"3": null}}}',
            Unknown("progress_state", {"prompt_id": "p", "nodes": {"3": None}}),
        ),
    ],
)
def test_a_malformed_frame_is_unknown_and_never_an_error(frame: str, event: Unknown) -> None:
    assert parse_text(frame) == event


def test_absurd_numbers_and_nesting_do_no_harm() -> None:
    started = parse_text('{"type": "execution_start", "data": {"prompt_id": "p", "timestamp": 1e999}}')
    assert started == ExecutionStart("p", None)
    assert isinstance(parse_text("[" * 100_000), Unknown)
    assert isinstance(parse_text('{"type": "progress", "data": {"value": NaN, "max": 1}}'), Unknown)


def test_recorded_binary_frames_are_texts_and_previews() -> None:
    assert parse_binary(recorded_bytes("legacy_1_event3")) == ProgressText("5", "progress: grüße 191274")
    legacy, described = (
        parse_binary(recorded_bytes("legacy_3_event1")),
        parse_binary(recorded_bytes("meta_3_event4")),
    )
    assert isinstance(legacy, PreviewImage)
    assert isinstance(described, PreviewImage)
    assert (legacy.content_type, legacy.prompt_id, legacy.node_id) == ("image/png", None, None)
    assert (described.content_type, described.node_id, described.display_node_id) == ("image/png", "4", "4")
    assert [frame.content[:4] + frame.content[-8:-4] for frame in (legacy, described)] == [b"\x89PNGIEND"] * 2


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (b"", "binary 0"),
        (b"\0\0", "binary 0"),
        (b"\0\0\0\1\0\0", "binary 1"),
        (b"\0\0\0\1\0\0\0\x09image", "binary 1"),
        (b"\0\0\0\2\0\0\0\1raw", "binary 2"),
        (b"\0\0\0\3\xff\xff\xff\xfftext", "binary 3"),
        (b"\0\0\0\4\0\0\0\2{}image", "binary 4"),
        (b"\0\0\0\4\0\0\0\2[[image", "binary 4"),
    ],
)
def test_a_malformed_binary_frame_is_unknown_and_never_an_error(frame: bytes, kind: str) -> None:
    assert parse_binary(frame) == Unknown(kind, frame)


def test_a_preview_does_not_show_its_bytes_in_a_log() -> None:
    assert "content=" not in repr(parse_binary(recorded_bytes("legacy_3_event1")))


def test_every_recorded_frame_is_an_object_of_type_and_data() -> None:
    assert all(set(json.loads(frame)) == {"type", "data"} for frame in recorded_frames())
