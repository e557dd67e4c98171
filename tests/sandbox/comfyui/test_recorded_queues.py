"""The stand-in against recordings of a real ComfyUI 0.3.64: what waits, what runs, and what the history keeps.

The recorded requests are sent again, in their order; where a recorded answer shows a prompt's end, that is waited for.
"""

import json
import re
from typing import Any, cast

import pytest

from bot.sandbox.comfyui import ComfyStandIn, Story
from tests.sandbox.comfyui.client import Client, Json
from tests.sandbox.comfyui.recordings import (
    RECORDINGS,
    evened,
    exchanges,
    needs_recordings,
    recorded_server,
    recording,
    replay,
)

pytestmark = needs_recordings
SAMPLER = "KSampler"


@pytest.mark.parametrize(
    "name", ["30_prompt_options", "31_queue_running_pending", "32_delete_pending", "33_clear_queue"]
)
async def test_prompts_wait_run_and_go_as_recorded(name: str) -> None:
    pairs = exchanges(recording(name))
    first = next(json.loads(answer["raw"])["number"] for _, answer in pairs if '"number"' in answer["raw"])
    wrong: list[object] = []
    async with recorded_server() as (comfy, client):
        for _ in range(first):  # what was refused counts, too
            await client.post("/prompt", {"prompt": {}})
        ids: dict[str, str] = {}
        for request, recorded in pairs:
            status, text = await sent_again(comfy, client, request, recorded, ids)
            ours = translated(text, {new: old for old, new in ids.items()})
            if status != recorded["status"] or not alike(ours, recorded["raw"]):
                wrong.append((request["req"], ours, recorded["raw"]))
    assert wrong == []


async def sent_again(
    comfy: ComfyStandIn, client: Client, request: Json, recorded: Json, ids: dict[str, str]
) -> tuple[int, str]:
    """The status and the body of an answer. ``ids``: those of the recorded prompts, and ours."""
    again = json.loads(translated(json.dumps(request), ids))
    if again["req"] == "POST /prompt" and SAMPLER in str(again["body"]) and comfy.running_prompt is None:
        comfy.next_job(Story(hold=True))
        status, _, body = await replay(client, again)
        await comfy.until(lambda: comfy.running_prompt)
    else:
        if again["req"].startswith("GET /history/") and recorded["raw"] != "{}":
            (known,) = (ids.get(prompt_id, prompt_id) for prompt_id in json.loads(recorded["raw"]))
            await comfy.until(lambda: known in comfy.history and comfy.running_prompt is None)
        status, _, body = await replay(client, again)
    text = body.decode()
    if again["req"] == "POST /prompt" and status == 200:
        ids[json.loads(recorded["raw"])["prompt_id"]] = json.loads(text)["prompt_id"]
    return status, text


def translated(text: str, ids: dict[str, str]) -> str:
    for old, new in ids.items():
        if len(old) == 36:
            text = text.replace(old, new)
    return text


def alike(ours: str, recorded: str) -> bool:
    """Whether two bodies say the same; a long one was cut in the recording, and is compared up to there."""
    cut = re.fullmatch(r"(.*)\.\.\.\[\d+ chars\]", recorded, re.DOTALL)
    if cut is not None:
        return ours.startswith(cut[1])
    if recorded.startswith("<0 bytes"):
        return ours == ""
    if not recorded.startswith("{"):
        return ours == recorded
    return evened(json.loads(ours), {}) == evened(json.loads(recorded), {})


async def test_the_bodies_of_a_queue_and_of_a_history_are_as_recorded() -> None:
    """One that is interrupted, two that wait behind it and succeed, and one that fails."""
    queue = body("queue_running_and_pending")
    items: list[list[Any]] = [*queue["queue_running"], *queue["queue_pending"]]
    failing = next(iter(body("history_one_error").values()))["prompt"]
    async with recorded_server() as (comfy, client):

        async def answers(path: str, name: str) -> None:
            answer = (await client.get(path)).json
            assert in_any_order(evened(answer, {})) == in_any_order(evened(body(name), {})), name

        await answers("/queue", "queue_idle")
        await answers("/prompt", "prompt_idle")
        await answers("/history", "history_empty")
        for _, prompt_id, graph, _, _ in items:
            comfy.next_job(Story(hold=SAMPLER in str(graph) and not comfy.submitted))
            await client.submit(graph, "dump", prompt_id=prompt_id)
            await comfy.until(lambda: comfy.running_prompt)
        await answers("/queue", "queue_running_and_pending")
        await answers("/prompt", "prompt_busy")
        interrupted, txt2img, trivial = (item[1] for item in items)
        await answers(f"/history/{interrupted}", "history_of_running_job")
        await client.post("/interrupt", {"prompt_id": interrupted})
        await client.submit(failing[2], "dump", prompt_id=failing[1])
        await comfy.until(lambda: len(comfy.history) == len(items) + 1)
        for prompt_id, name in (
            (interrupted, "interrupted"),
            (txt2img, "success_txt2img"),
            (trivial, "success_trivial"),
            (failing[1], "error"),
        ):
            await answers(f"/history/{prompt_id}", f"history_one_{name}")
        await answers("/history", "history_all")
        await answers("/history?max_items=2", "history_max_items_2")
        await answers("/features", "features")
        await answers("/embeddings", "embeddings")


def body(name: str) -> Json:
    return json.loads((RECORDINGS / "http" / f"{name}.json").read_text(encoding="utf-8"))


def in_any_order(value: Any) -> Any:
    """Lists of node ids, which a real server keeps in sets, are sorted."""
    if isinstance(value, list):
        return [in_any_order(item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    return {
        key: sorted(item) if key in {"executed", "current_outputs"} else in_any_order(item)
        for key, item in cast("Json", value).items()
        if key != "exception_message"  # a real one names folders
    }
