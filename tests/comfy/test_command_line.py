"""``python -m bot.comfy`` as a person runs it."""

import asyncio
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

from bot.comfy import (
    Connected,
    Disconnected,
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
    NodeFailed,
    NodeProgress,
    OutputFile,
    OutputKind,
    PreviewImage,
    ProgressState,
    ProgressText,
    Queue,
    QueueItem,
    Status,
    StepProgress,
    Unknown,
)
from bot.comfy.lines import event_line, summary
from bot.comfy.system import parse_system_stats
from tests.comfy.recorded import recorded, recorded_frames
from tests.comfy.serving import get, serving

PROJECT = Path(__file__).parents[2]


async def started(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "error", "-m", "bot.comfy", *arguments),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@contextmanager
def hearing_ctrl_c() -> Generator[None]:
    """A process that is started in here hears Ctrl-C, even where the suite ignores it: that is inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def ran(*arguments: str) -> tuple[int | None, str, str]:
    process = await started(*arguments)
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_once_prints_the_summary_and_stops() -> None:
    routes = (get("/comfy/system_stats", recorded("system_stats")), get("/comfy/queue", recorded("queue")))
    async with serving(*routes) as served:
        host = served.url.removeprefix("http://")
        status, out, err = await ran(f"http://user:pw@{host}/comfy", "--header", "X-Key: value", "--once")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"ComfyUI 0.3.64 at {host}/comfy: Python 3.11.7, posix",
        "  memory: 20.0 GiB of 23.5 GiB free",
        "  device: cpu: 20.0 GiB of 23.5 GiB free",
        "  queue: 1 running, 2 waiting",
        "    8f5e3276-0c46-4912-abf3-b365c57ea2d6 of dump: running",
        "    b18e135f-a862-40bb-b0d2-3c3d45d10390 of dump: waiting as number 1",
        "    8c43eecd-3786-4c4f-bae3-a1369772739e of dump: waiting as number 2",
    ]
    assert {asked.headers["X-Key"] for asked in served.asked} == {"value"}
    assert {asked.headers["Authorization"] for asked in served.asked} == {"Basic dXNlcjpwdw=="}


async def test_events_follow_until_ctrl_c() -> None:
    async def listen(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for frame in recorded_frames()[:11]:
            await socket.send_str(frame)
        async for _ in socket:
            pass
        return socket

    routes = (
        get("/system_stats", recorded("system_stats")),
        get("/queue", {"queue_running": [], "queue_pending": []}),
        web.get("/ws", listen),
    )
    async with serving(*routes) as served:
        with hearing_ctrl_c():
            process = await started(served.url)
        assert process.stdout
        lines = [(await process.stdout.readline()).decode().rstrip() for _ in range(4 + 1 + 11)]
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    job = "28868b7a-a1f1-4a26-835a-515bb741e5e7"
    assert lines[4].startswith("connected as look-")
    assert lines[5:] == [
        "queue: 0 running or waiting",
        "features: preview metadata yes, uploads up to 104,857,600 bytes",
        "queue: 1 running or waiting",
        f"{job}: starts",
        f"{job}: cached nodes: 4, 5, 6, 7",
        f"{job}: node 3 runs",
        f"{job}: 0 of 1 nodes begun are finished",
        f"{job}: node 3 1/4",
        f"{job}: node 9 made rec_00002_.png",
        f"{job}: succeeded",
        f"{job}: over",
    ]
    assert (process.returncode, out, err) == (0, b"\n", b"")


async def test_a_server_that_is_not_there_is_one_clear_sentence() -> None:
    async with serving() as served:
        pass
    host = served.url.removeprefix("http://")
    assert await ran(served.url, "--once") == (
        1,
        "",
        f"ComfyUI at {host} cannot be reached: Connection refused.\n",
    )


async def test_a_wrong_argument_is_one_clear_sentence_without_secrets() -> None:
    assert await ran("http://host/?token=secret") == (
        1,
        "",
        "The address of a ComfyUI has no '?' or '#'; keys go into headers. Write it like http://127.0.0.1:8188.\n",
    )
    assert await ran("http://host", "--header", "secret") == (
        1,
        "",
        "--header takes Name:value and --basic takes user:password.\n",
    )


def test_every_event_is_one_readable_line() -> None:
    file = OutputFile("9", FileRef("a.png"), OutputKind.IMAGE, animated=False)
    lines = {
        Connected("me"): "connected as me",
        Disconnected("why"): "disconnected: why",
        Status(2): "queue: 2 running or waiting",
        FeatureFlags(Features(supports_preview_metadata=False, max_upload_size_bytes=None)): (
            "features: preview metadata no, uploads of unknown size"
        ),
        ExecutionStart("p", 1): "p: starts",
        ExecutionCached("p", ()): "p: cached nodes: none",
        Executing(None, "3", None): "some prompt: node 3 runs",
        StepProgress(None, None, 0.25, 1): "some prompt: node ? 0.25/1",
        Executed("p", "9", "9", (file,), ("said",)): "p: node 9 made a.png, 'said'",
        ExecutionSuccess("p", 1): "p: succeeded",
        ExecutionError("p", NodeFailed("3", "K", "E", "m\x1b[31m"), 1): "p: node 3 K failed: E: m·[31m",
        ExecutionInterrupted("p", Interrupted("3", "K"), 1): "p: interrupted at node 3 K",
        PreviewImage(b"x" * 1000, "image/jpeg"): "some prompt: preview of node ?, image/jpeg, 1,000 bytes",
        ProgressText("5", "half\nway"): "node 5: half·way",
        Unknown("", b"\0"): r"unreadable frame: b'\x00'",
    }
    assert {event: event_line(event) for event in lines} == lines
    state = ProgressState(
        "p", {"3": NodeProgress("3", "3", 1, 1, "finished"), "4": NodeProgress("4", "4", 0, 1, "running")}
    )
    assert event_line(state) == "p: 1 of 2 nodes begun are finished"


def test_a_long_line_and_a_long_queue_are_cut() -> None:
    assert len(event_line(Unknown("custom", {"text": "x" * 10_000}))) == 240
    queue = Queue(
        (), tuple(QueueItem(n, f"p{n}", running=False, client_id=None, extra_data={}) for n in range(12))
    )
    lines = list(summary("host", parse_system_stats({"system": {}}), queue))
    assert lines[0] == "ComfyUI (unknown version) at host: an unknown Python"
    assert lines[-2:] == ["    p9 of nobody: waiting as number 9", "    and 2 more"]
