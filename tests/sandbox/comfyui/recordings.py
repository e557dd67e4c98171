"""Recordings of a real ComfyUI 0.3.64, where they are: beside the project, in ``../shared``.

Ids, times, file numbers and the words of tooltips and tracebacks are evened out; everything else must be equal.
"""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, cast

import pytest

from bot.sandbox.comfyui import INSTANT, RELEASE_0_3_64, ComfyStandIn
from tests.sandbox.comfyui.client import Client, Json, connected

RECORDINGS: Final = Path(__file__).parents[4] / "shared" / "recordings" / "comfyui-0.3.64"
PAIRS: Final = RECORDINGS.parents[1] / "pairs"
needs_recordings: Final = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="the recordings of a real server are not here"
)
IGNORED: Final[Json] = {"traceback": [], "current_inputs": {}, "timestamp": 0}
OURS: Final = ("tooltip", "number")


def recording(name: str) -> list[Json]:
    return [
        json.loads(line) for line in (RECORDINGS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


@asynccontextmanager
async def recorded_server() -> AsyncGenerator[tuple[ComfyStandIn, Client]]:
    """A stand-in with the models of the recorded server."""
    async with (
        ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy,
        connected(comfy.url, skip_auto_headers=["Origin"]) as client,
    ):
        comfy.installation.checkpoints[:] = ["sd15-random-tiny.safetensors", "sd15-random.safetensors"]
        comfy.installation.loras[:] = ["random-lora.safetensors"]
        comfy.installation.embeddings[:] = ["random-embedding"]
        yield comfy, client


def evened(value: Any, ids: dict[str, str]) -> Any:
    """A JSON value without what differs from run to run, and without words that are ours."""
    if isinstance(value, dict):
        fields = cast("Json", value)
        return {
            evened(key, ids): evened(IGNORED.get(key, item), ids)
            for key, item in fields.items()
            if key not in OURS
        }
    if isinstance(value, list):
        return [evened(item, ids) for item in cast("list[Any]", value)]
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        return ids.setdefault(value, f"id {len(ids)}")
    return re.sub(r"(temp_[a-z]{5})?_\d{5}_", "_NNNNN_", value)


def exchanges(rows: list[Json]) -> list[tuple[Json, Json]]:
    """Requests with their answers."""
    http = [row for row in rows if row.get("who") == "http"]
    pairs = list(zip(http[::2], http[1::2], strict=True))
    assert all("req" in request and "status" in answer for request, answer in pairs)
    return pairs


async def replay(client: Client, request: Json) -> tuple[int, str, bytes]:
    method, _, path = request["req"].partition(" ")
    body = request.get("body")
    if method == "GET" and isinstance(body, dict):
        answer = await client.ask(method, path, headers=body)
    else:
        data = body if isinstance(body, str) else None if body is None else json.dumps(body)
        answer = await client.ask(method, path, data=data)
    return answer.status, answer.content_type, answer.body
