import pytest

from bot.comfy import (
    FileRef,
    HistoryEntry,
    Interrupted,
    JobRecord,
    NodeFailed,
    OutputFile,
    OutputKind,
    Success,
    Unfinished,
    Verdict,
)
from bot.comfy.history import parse_history, parse_job
from bot.comfy.json_value import JsonValue
from bot.comfy.verdict import judge
from tests.comfy.recorded import recorded


def entry(name: str) -> HistoryEntry:
    (only,) = parse_history(recorded("history")[name])
    return only


def image(node_id: str, filename: str, subfolder: str = "", *, animated: bool = False) -> OutputFile:
    return OutputFile(node_id, FileRef(filename, subfolder), OutputKind.IMAGE, animated)


def test_a_success_is_told_with_its_files_and_times() -> None:
    assert entry("success_txt2img") == HistoryEntry(
        prompt_id="b18e135f-a862-40bb-b0d2-3c3d45d10390",
        verdict=Success(),
        outputs=(image("9", "rec_00003_.png"),),
        texts=(),
        started_at=1795191838.36,
        ended_at=1795191838.725,
        client_id="dump",
    )


def test_an_interruption_is_told_as_such_though_the_status_says_error() -> None:
    assert entry("interrupted").verdict == Interrupted("3", "KSampler")


def test_a_failed_node_is_named_and_what_finished_before_it_is_kept() -> None:
    failed = entry("error_after_outputs")
    assert isinstance(failed.verdict, NodeFailed)
    assert (failed.verdict.node_id, failed.verdict.node_type, failed.verdict.exception_type) == (
        "20",
        "SaveImage",
        "Exception",
    )
    assert failed.verdict.message.startswith(
        "**** ERROR: Saving image outside the output folder is not allowed."
    )
    assert failed.verdict.traceback
    assert failed.outputs == (image("9", "rec_00020_.png"),)


def test_a_cycle_found_at_run_time_failed_though_the_status_says_success() -> None:
    assert entry("cycle_that_says_success").verdict == NodeFailed(
        "3", "TestDynamicDependencyCycle", "graph.DependencyCycleError", "Dependency cycle detected"
    )


def test_a_blocked_node_leaves_a_success_with_fewer_outputs() -> None:
    blocked = entry("blocked_node")
    assert (blocked.verdict, blocked.outputs) == (Success(), (image("4", "blk2_00002_.png"),))


def test_gifs_and_texts_are_found_under_their_own_keys() -> None:
    assert entry("gifs").outputs == (image("2", "AnimateDiff_00001.gif", "vid", animated=True),)
    assert (entry("text").outputs, entry("text").texts) == ((), ("hello 190520",))


ERROR = [
    "execution_error",
    {"node_id": "1", "exception_type": "E", "exception_message": "m", "timestamp": 3000},
]
INTERRUPTED = ["execution_interrupted", {"node_id": "2", "node_type": "K", "timestamp": 2000}]
SUCCESS = ["execution_success", {"timestamp": 4000}]


PRECEDENCE: list[tuple[JsonValue, Verdict, float | None]] = [
    ([SUCCESS, INTERRUPTED, ERROR], NodeFailed("1", "", "E", "m"), 3),
    ([SUCCESS, INTERRUPTED], Interrupted("2", "K"), 2),
    ([SUCCESS], Success(), 4),
    ([], Unfinished(), None),
    ([["execution_start", {}], "odd", None, ["execution_cached"]], Unfinished(), None),
    ([["execution_success", None]], Success(), None),
]


@pytest.mark.parametrize(("messages", "verdict", "ended_at"), PRECEDENCE)
def test_error_goes_before_interruption_and_interruption_before_success(
    messages: JsonValue, verdict: Verdict, ended_at: float | None
) -> None:
    judged = judge({"messages": messages})
    assert (judged.verdict, judged.ended_at) == (verdict, ended_at)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ({"status_str": "success", "messages": []}, Success()),
        ({"status_str": "error"}, NodeFailed("", "", "", "the server says 'error' and nothing more")),
        ({}, Unfinished()),
        (None, Unfinished()),
    ],
)
def test_without_messages_only_the_status_is_left_to_believe(status: JsonValue, verdict: object) -> None:
    assert judge(status).verdict == verdict


@pytest.mark.parametrize(
    ("exception_type", "message", "out_of_memory"),
    [
        ("torch.OutOfMemoryError", "Allocation on device", True),
        ("torch.cuda.OutOfMemoryError", "", True),
        ("RuntimeError", "MPS backend out of memory (MPS allocated: 17 GB)", True),
        ("RuntimeError", "CUDA error: out of memory", True),
        ("KeyError", "'memory'", False),
    ],
)
def test_out_of_memory_is_known_by_type_or_by_words(
    exception_type: str,
    message: str,
    out_of_memory: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert NodeFailed("1", "KSampler", exception_type, message).is_out_of_memory is out_of_memory


def test_an_entry_without_anything_is_read_all_the_same() -> None:
    assert parse_history({"x": None, "y": {"prompt": [], "outputs": [], "status": 7}}) == (
        HistoryEntry("x", Unfinished(), (), (), None, None, None),
        HistoryEntry("y", Unfinished(), (), (), None, None, None),
    )


def test_the_results_are_the_saved_files_and_previews_only_where_nothing_was_saved() -> None:
    saved, preview = {"filename": "a.png", "type": "output"}, {"filename": "b.png", "type": "temp"}
    both, previews_only = parse_history(
        {
            "x": {"outputs": {"1": {"images": [preview]}, "2": {"images": [saved]}}},
            "y": {"outputs": {"1": {"images": [preview]}}},
        }
    )
    assert [output.file.filename for output in both.outputs] == ["b.png", "a.png"]
    assert [output.file.filename for output in both.results] == ["a.png"]
    assert [output.file.filename for output in previews_only.results] == ["b.png"]


def test_a_job_record_is_judged_by_its_messages_too() -> None:
    body = {
        "id": "p",
        "status": "completed",
        "create_time": 1000,
        "execution_start_time": 2000,
        "execution_end_time": 3000,
        "outputs": {"9": {"images": [{"filename": "a.png", "subfolder": "", "type": "output"}]}},
        "execution_status": {"status_str": "success", "messages": [ERROR]},
    }
    assert parse_job(body) == JobRecord(
        "p", "completed", NodeFailed("1", "", "E", "m"), (image("9", "a.png"),), (), 1, 2, 3
    )


def test_a_job_record_of_a_waiting_prompt_has_no_verdict_yet() -> None:
    assert parse_job({"id": "p", "status": "pending", "create_time": 1500, "outputs_count": 0}) == JobRecord(
        "p", "pending", Unfinished(), (), (), 1.5, None, None
    )


@pytest.mark.parametrize(
    ("cached", "all_cached"), [(["1", "2"], True), (["1", "2", "9"], True), (["1"], False), ([], False)]
)
def test_an_entry_of_which_nothing_ran_is_known(cached: list[JsonValue], all_cached: bool) -> None:  # noqa: FBT001
    graph: JsonValue = {"1": {"class_type": "EmptyImage"}, "2": {"class_type": "SaveImage"}}
    messages: JsonValue = [
        ["execution_start", {}],
        ["execution_cached", {"nodes": cached}],
        ["execution_success", {}],
    ]
    body: JsonValue = {
        "p": {"prompt": [0, "p", graph, {}, ["2"]], "outputs": {}, "status": {"messages": messages}}
    }
    (entry,) = parse_history(body)
    assert entry.all_cached is all_cached
