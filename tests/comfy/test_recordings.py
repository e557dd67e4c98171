"""Everything that a real ComfyUI was recorded saying, where the recordings lie beside the repository."""

import json
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.comfy import PreviewImage, ProgressText, Unfinished, Unknown, parse_binary, parse_graph, parse_text
from bot.comfy.history import parse_history
from bot.comfy.json_text import parse_json
from bot.comfy.json_value import JsonValue, as_texts, needed_array
from bot.comfy.objects import parse_object_info
from bot.comfy.problems import parse_refusal
from bot.comfy.queues import parse_queue, parse_queue_remaining, parse_submitted
from bot.comfy.system import parse_features, parse_system_stats

FOLDER = Path(__file__).parents[3] / "shared" / "recordings" / "comfyui-0.3.64"
TIMELINES = sorted(FOLDER.glob("*.jsonl"))

pytestmark = pytest.mark.skipif(not TIMELINES, reason="the recordings are not beside this repository")

CUSTOM_EVENTS = {"bot_test.custom_event"}

PARSERS: list[tuple[str, Callable[[JsonValue], object]]] = [
    (r"POST /prompt", parse_submitted),
    (r"GET (/api)?/prompt", parse_queue_remaining),
    (r"GET (/api)?/queue", parse_queue),
    (r"GET (/api)?/history.*", parse_history),
    (r"GET (/api)?/object_info.*", parse_object_info),
    (r"GET (/api)?/system_stats", parse_system_stats),
    (r"GET (/api)?/features", parse_features),
    (r"GET (/api)?/(embeddings|extensions|models.*)", lambda body: as_texts(needed_array(body))),
]


def rows(timeline: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in timeline.read_text(encoding="utf-8").splitlines()]


def answers(timeline: Path) -> Iterator[tuple[str, int, str]]:
    """Request line without query, status and body of every JSON answer that was recorded whole."""
    asked = ""
    for row in rows(timeline):
        asked = row.get("req", asked)
        whole = not re.search(r"\.\.\.\[\d+ chars]$", row.get("raw") or "")
        if row.get("dir") == "<" and "json" in (row.get("content_type") or "") and whole:
            yield asked.partition("?")[0], row["status"], row["raw"]


def parser_of(asked: str) -> Callable[[JsonValue], object] | None:
    return next((parse for pattern, parse in PARSERS if re.fullmatch(pattern, asked)), None)


@pytest.mark.parametrize("timeline", TIMELINES, ids=lambda path: path.stem)
def test_every_text_frame_is_an_event(timeline: Path) -> None:
    frames = [row["raw"] for row in rows(timeline) if row.get("frame") == "text" and row["dir"] == "<"]
    unknown = [event for event in map(parse_text, frames) if isinstance(event, Unknown)]
    assert [event for event in unknown if event.type not in CUSTOM_EVENTS] == []


@pytest.mark.parametrize("timeline", TIMELINES, ids=lambda path: path.stem)
def test_every_binary_frame_is_a_preview_or_a_text(timeline: Path) -> None:
    frames = [rebuilt(row) for row in rows(timeline) if row.get("frame") == "binary"]
    assert [
        frame for frame in frames if not isinstance(parse_binary(frame), PreviewImage | ProgressText)
    ] == []


def rebuilt(row: dict[str, Any]) -> bytes:
    """The frame as it was but for the image, which the recorder described only."""
    event = struct.pack(">I", row["event"])
    match row["event"]:
        case 1:
            return event + struct.pack(">I", row["image_type"]) + b"image"
        case 3:
            node_id = row["node_id"].encode()
            return event + struct.pack(">I", len(node_id)) + node_id + row["text"].encode()
        case _:
            metadata = row["metadata_raw"].encode()
            return event + struct.pack(">I", len(metadata)) + metadata + b"image"


@pytest.mark.parametrize("timeline", TIMELINES, ids=lambda path: path.stem)
def test_every_answer_is_a_value(timeline: Path) -> None:
    for asked, status, raw in answers(timeline):
        parse = parser_of(asked)
        if asked == "POST /prompt" and status == 400:
            assert parse_refusal(parse_json(raw)).message
        elif parse is not None and status == 200:
            parse(parse_json(raw))


def test_every_entry_of_every_history_has_an_end() -> None:
    entries = [
        entry
        for timeline in TIMELINES
        for asked, status, raw in answers(timeline)
        if asked.startswith("GET /history") and status == 200
        for entry in parse_history(parse_json(raw))
    ]
    assert len(entries) > 20
    assert [
        entry for entry in entries if isinstance(entry.verdict, Unfinished) or entry.ended_at is None
    ] == []


def test_every_body_is_a_value() -> None:
    bodies = sorted((FOLDER / "http").glob("*.json"))
    read = {body.stem: parse_json(body.read_bytes()) for body in bodies}
    parsed = {
        name: parse(read[name])
        for name in read
        for prefix, parse in [
            ("history", parse_history),
            ("object_info", parse_object_info),
            ("post_prompt_ok", parse_submitted),
            ("prompt", parse_queue_remaining),
            ("queue", parse_queue),
            ("system_stats", parse_system_stats),
            ("features", parse_features),
        ]
        if name.startswith(prefix)
    }
    assert len(parsed) >= 14
    assert (parsed["prompt_idle"], parsed["prompt_busy"]) == (0, 3)


def test_every_binary_sample_is_an_event() -> None:
    samples = sorted((FOLDER / "bin").glob("*.bin"))
    assert [path.stem for path in samples if isinstance(parse_binary(path.read_bytes()), Unknown)] == []


def test_every_graph_that_was_run_is_a_graph() -> None:
    graphs = [parse_graph(path.read_bytes()) for path in sorted((FOLDER / "workflows").glob("*.json"))]
    assert all(graphs)


def test_all_node_classes_are_read() -> None:
    raw = (FOLDER / "object_info.json").read_bytes()
    objects = parse_object_info(parse_json(raw))
    lists = [spec for node in objects.values() for spec in node.inputs.values() if spec.type == "COMBO"]
    assert (len(objects), len(lists), sum(spec.options is None for spec in lists)) == (383, 141, 1)
