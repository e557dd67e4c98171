"""What tests can do to the server besides telling it stories: wrong answers, odd frames, other clients, a standstill."""

import asyncio
import json
import socket
import sys

import aiohttp
import pytest

from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Fault, Story
from tests.sandbox.comfyui.client import TRIVIAL, TXT2IMG, Client, changed, connected


async def test_a_path_is_answered_with_any_status_body_and_headers_so_many_times(
    comfy: ComfyStandIn, client: Client
) -> None:
    fault = comfy.answer(
        "/system_stats", status=302, body=b"\xff{", headers={"Location": "http://[::1", "X-A": "b"}, times=2
    )
    for path in ("/system_stats", "/api/system_stats"):
        async with client.session.get(client.url + path, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"], await answer.read()) == (
                302,
                "http://[::1",
                b"\xff{",
            )
    assert fault.hits == 2
    assert (await client.get("/system_stats")).json["system"]["comfyui_version"] == "0.33.0"


async def test_a_path_is_a_pattern_and_a_method_may_be_named(comfy: ComfyStandIn, client: Client) -> None:
    comfy.answer("/(queue|prompt)", status=503, body="busy", method="POST", times=None)
    assert [(await client.post(path, {})).text for path in ("/queue", "/prompt")] == ["busy", "busy"]
    assert (await client.get("/queue")).status == 200
    comfy.clear_faults()
    assert (await client.post("/queue", {})).status == 200


async def test_a_base_path_does_not_count_and_a_password_is_not_asked_for() -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT, prefix="/comfy", require_headers={"X-Key": "1"}) as comfy,
        connected(comfy.url) as client,
    ):
        comfy.answer("/queue", body="[")
        assert (await client.get("/queue")).text == "["


async def test_a_request_can_be_carried_out_and_answered_otherwise(
    comfy: ComfyStandIn, client: Client
) -> None:
    comfy.answer("/prompt", status=502, body="<html>", headers={"Content-Type": "text/html"}, after=True)
    assert (await client.post("/prompt", {"prompt": TRIVIAL})).text == "<html>"
    await comfy.until(lambda: len(comfy.history) == 1)


async def test_a_true_answer_can_be_changed_on_its_way(comfy: ComfyStandIn, client: Client) -> None:
    prompt_id = await client.submit(TRIVIAL)
    await comfy.until(lambda: prompt_id in comfy.history)
    comfy.add_fault(
        Fault("/history/.*", change=lambda body: body.replace(b"triv_00001_.png", b"\\ud800.png"))
    )
    (image,) = (await client.entry(prompt_id))["outputs"]["2"]["images"]
    assert image["filename"] == "\ud800.png"


async def test_bytes_can_be_written_past_http(comfy: ComfyStandIn, client: Client) -> None:
    comfy.add_fault(Fault("/queue", raw=b"SSH-2.0-OpenSSH_9.2\r\n"))
    comfy.add_fault(Fault("/history", raw=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"))
    with pytest.raises(aiohttp.ClientResponseError):
        await client.get("/queue")
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.get("/history")


@pytest.mark.parametrize(("drop", "queued"), [("before", 0), ("after", 1)])
async def test_a_connection_is_cut_before_or_after_the_request_is_carried_out(
    comfy: ComfyStandIn, client: Client, drop: str, queued: int
) -> None:
    comfy.add_fault(Fault("/prompt", drop="before" if drop == "before" else "after"))
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.post("/prompt", {"prompt": TRIVIAL})
    assert len(comfy.submitted) == queued


async def test_any_frame_reaches_one_client_or_all(comfy: ComfyStandIn, client: Client) -> None:
    async with client.listen("a") as a, client.listen("b") as b:
        comfy.send_frame("no JSON {", "a")
        comfy.send_frame(b"\x00\x00\x00\x09?")
        assert [(await a.socket.receive(5)).data for _ in range(2)] == ["no JSON {", b"\x00\x00\x00\x09?"]
        assert (await b.socket.receive(5)).data == b"\x00\x00\x00\x09?"


@pytest.mark.parametrize(
    ("opcode", "payload", "close_code"),
    [(1, b"\xff\xfe", 1007), (3, b"?", 1002), (8, b"\x00\x01", 1002), (2, bytes(70_000), None)],
)
async def test_a_frame_can_break_the_protocol(
    comfy: ComfyStandIn, client: Client, opcode: int, payload: bytes, close_code: int | None
) -> None:
    async with client.listen() as listener:
        comfy.send_frame(payload, "me", opcode=opcode)
        message = await listener.socket.receive(5)
        assert listener.socket.close_code == close_code
        if close_code is None:
            assert message.data == payload


async def test_prompts_of_others_stand_before_and_behind_and_hold_until_released(
    comfy: ComfyStandIn, client: Client
) -> None:
    first = comfy.foreign_prompt("no UUID at all")
    second = comfy.foreign_prompt()
    await comfy.until(lambda: comfy.running_prompt == "no UUID at all")
    ours = await client.submit(TRIVIAL, "me")
    comfy.foreign_prompt("first of all", number=-1, story=Story())
    queue = (await client.get("/queue")).json
    assert [item[1] for item in queue["queue_running"]] == ["no UUID at all"]
    assert comfy.pending == ["first of all", second.prompt_id, ours]
    assert comfy.submitted == [{"prompt": comfy.submitted[0]["prompt"], "client_id": "me"}]
    first.release()
    await comfy.until(lambda: comfy.running_prompt == second.prompt_id)
    second.release()
    await comfy.until(lambda: ours in comfy.history)
    assert list(comfy.history) == ["no UUID at all", "first of all", second.prompt_id, ours]


async def test_a_foreign_prompt_that_the_server_would_refuse_is_an_error_of_the_test(
    comfy: ComfyStandIn,
) -> None:
    with pytest.raises(ValueError, match="no outputs"):
        comfy.foreign_prompt(graph={})


async def test_somebody_clears_the_queue_or_stops_what_runs(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(hold=True))
    running = await client.submit(TRIVIAL)
    await client.submit(TRIVIAL)
    await comfy.until(lambda: comfy.running_prompt)
    comfy.clear_queue()
    assert (comfy.running_prompt, comfy.pending) == (running, [])
    comfy.interrupt()
    await comfy.until(lambda: running in comfy.history)
    assert (await client.entry(running))["status"]["messages"][-1][0] == "execution_interrupted"


async def test_one_broken_pack_takes_the_whole_description_away_and_nothing_else(
    comfy: ComfyStandIn, client: Client
) -> None:
    comfy.break_object_info("Broken")
    statuses = {
        path: (await client.get(path)).status
        for path in ("/object_info", "/object_info/Broken", "/object_info/KSampler", "/object_info/Nope")
    }
    assert statuses == {
        "/object_info": 500,
        "/object_info/Broken": 500,
        "/object_info/KSampler": 200,
        "/object_info/Nope": 200,
    }
    await client.submit(TRIVIAL)
    comfy.mend_object_info()
    assert "KSampler" in (await client.get("/object_info")).json


async def test_a_node_that_holds_the_interpreter_stops_everything_and_a_request_is_carried_out_late(
    comfy: ComfyStandIn, client: Client
) -> None:
    story = Story(freeze_at=0.5)
    comfy.next_job(story)
    async with client.listen() as listener:
        holding = await client.submit(TXT2IMG, "me")
        await comfy.until(lambda: comfy.frozen)
        while not await listener.hears_nothing():
            pass  # what was on its way
        asked: list[str] = []
        comfy.installation.on_request = lambda method, path: asked.append(f"{method} {path}")
        asking = asyncio.create_task(client.submit(TRIVIAL, "me"))
        await comfy.until(lambda: "POST /prompt" in asked)
        asking.cancel()  # as a client does that waited long enough
        assert len(comfy.submitted) == 1
        story.release()
        await comfy.until(lambda: len(comfy.history) == 2)
    assert next(iter(comfy.history)) == holding
    assert len(comfy.submitted) == 2


async def test_a_stopped_server_answers_no_ping_and_goes_on_where_it_stopped(
    comfy: ComfyStandIn, client: Client
) -> None:
    async with client.listen() as listener:
        comfy.freeze()
        asking = asyncio.create_task(client.submit(TRIVIAL, "me"))
        await listener.socket.ping()
        assert await listener.hears_nothing()
        assert not asking.done()
        comfy.thaw()
        await asking
        assert (await listener.shorts_until_end())[-1] == "executing None"


async def test_a_stopped_server_can_be_killed_and_the_next_one_answers(
    comfy: ComfyStandIn, client: Client
) -> None:
    comfy.next_job(Story(freeze_at=0.5))
    await client.submit(TRIVIAL)
    await comfy.until(lambda: comfy.frozen)
    await comfy.crash()
    assert not comfy.frozen
    await comfy.restart()
    assert (await client.get("/queue")).json == {"queue_running": [], "queue_pending": []}


async def test_a_late_answer_is_the_true_one(comfy: ComfyStandIn, client: Client) -> None:
    fault = comfy.add_fault(Fault("/queue", delay_seconds=0.01))
    assert (await client.get("/queue")).json == {"queue_running": [], "queue_pending": []}
    assert fault.hits == 1


async def test_what_a_node_shows_can_be_anything(comfy: ComfyStandIn, client: Client) -> None:
    shown = {"string": ["a cat"], "tags": ["1girl, solo"], "broken": [None, {"filename": 3}]}
    comfy.next_job(Story(shown={"SaveImage": shown}))
    prompt_id = await client.submit(changed(TRIVIAL, n1_color=5))
    await comfy.until(lambda: prompt_id in comfy.history)
    assert (await client.entry(prompt_id))["outputs"] == {"2": json.loads(json.dumps(shown))}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a port be held without listening")
async def test_nobody_else_is_given_the_port_between_a_crash_and_the_restart(comfy: ComfyStandIn) -> None:
    port = int(comfy.url.rpartition(":")[2])
    await comfy.crash()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    await comfy.restart()
    assert comfy.url.endswith(f":{port}")
