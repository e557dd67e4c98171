"""The events of a job, in their order, as recorded on a real server."""

import json
import struct

from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from tests.sandbox.comfyui.client import TRIVIAL, TXT2IMG, Client, changed, connected, short

TRIVIAL_EVENTS = [
    "status 1",
    "status 1",
    "execution_start",
    "cached",
    "state 1 running 0.0/1.0",
    "executing 1",
    "state 1 finished 1.0/1.0",
    "state 2 running 0.0/1.0",
    "executing 2",
    "executed 2",
    "state 2 finished 1.0/1.0",
    "execution_success",
    "status 0",
    "executing None",
]


async def test_a_job_is_told_from_status_to_executing_null(client: Client) -> None:
    async with client.listen() as listener:
        await client.submit(TRIVIAL, "me")
        assert await listener.shorts_until_end() == TRIVIAL_EVENTS


async def test_what_leads_to_an_output_runs_first_and_each_step_is_told(client: Client) -> None:
    async with client.listen() as listener:
        await client.submit(TXT2IMG, "me")
        told = await listener.shorts_until_end()
    assert [line for line in told if line.startswith("executing")] == [
        *(f"executing {node}" for node in "4576389"),
        "executing None",
    ]
    assert told[told.index("executing 3") + 1 : told.index("executing 8")] == [
        "state 3 running 1/2",
        "progress 3 1/2",
        "state 3 running 2/2",
        "progress 3 2/2",
        "state 3 finished 2/2",
        "state 8 running 0.0/1.0",
    ]


async def test_the_same_job_again_is_answered_from_the_cache_with_the_old_file(client: Client) -> None:
    async with client.listen() as listener:
        first = await client.submit(TRIVIAL, "me")
        await listener.until_end()
        again = await client.submit(TRIVIAL, "me")
        assert await listener.shorts_until_end() == [
            "status 1",
            "status 1",
            "execution_start",
            "cached 1 2",
            "executed 2",
            "state 2 finished 1/1",
            "execution_success",
            "status 0",
            "executing None",
        ]
    assert (await client.entry(again))["outputs"] == (await client.entry(first))["outputs"]


async def test_a_new_seed_runs_only_what_depends_on_it(client: Client) -> None:
    async with client.listen() as listener:
        await client.submit(TXT2IMG, "me")
        await listener.until_end()
        await client.submit(changed(TXT2IMG, n3_seed=2), "me")
        told = await listener.shorts_until_end()
    assert [line for line in told if line.startswith(("cached", "executing"))] == [
        "cached 4 5 6 7",
        "executing 3",
        "executing 8",
        "executing 9",
        "executing None",
    ]


async def test_node_ids_do_not_matter_to_the_cache(client: Client) -> None:
    renamed = {"77": TRIVIAL["1"], "88": changed(TRIVIAL, n2_images=["77", 0])["2"]}
    async with client.listen() as listener:
        await client.submit(TRIVIAL, "me")
        await listener.until_end()
        prompt_id = await client.submit(renamed, "me")
        assert "cached 77 88" in await listener.shorts_until_end()
    assert (await client.entry(prompt_id))["meta"]["88"]["node_id"] == "2"


async def test_a_node_that_fails_ends_the_job_with_an_error(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(fail_at="VAEDecode"))
    async with client.listen() as listener:
        prompt_id = await client.submit(TXT2IMG, "me")
        told = await listener.shorts_until_end()
    assert told[-4:] == ["executing 8", "execution_error 8", "status 0", "executing None"]
    entry = await client.entry(prompt_id)
    kind, error = entry["status"]["messages"][-1]
    assert (entry["status"]["status_str"], entry["status"]["completed"], entry["outputs"], kind) == (
        "error",
        False,
        {},
        "execution_error",
    )
    assert (error["node_type"], error["executed"], error["exception_type"]) == (
        "VAEDecode",
        ["4", "5", "7", "6", "3"],
        "RuntimeError",
    )
    assert error["exception_message"].endswith("\n")


async def test_running_out_of_memory_is_named_as_torch_names_it(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(out_of_memory=True))
    async with client.listen() as listener:
        prompt_id = await client.submit(TXT2IMG, "me")
        await listener.until_end()
    error = (await client.entry(prompt_id))["status"]["messages"][-1][1]
    assert (error["node_type"], error["exception_type"]) == ("KSampler", "torch.OutOfMemoryError")
    assert "TIPS: If the workflow worked before" in error["exception_message"]


async def test_an_interrupt_stops_the_running_job_at_its_next_step(
    comfy: ComfyStandIn, client: Client
) -> None:
    comfy.next_job(Story(hold=True))
    async with client.listen() as listener:
        prompt_id = await client.submit(changed(TXT2IMG, n3_steps=10), "me")
        await listener.until("progress 3 5/10")
        await client.post("/interrupt", {"prompt_id": prompt_id})
        assert await listener.shorts_until_end() == ["execution_interrupted 3", "status 0", "executing None"]
    assert comfy.interrupted == [prompt_id]
    status = (await client.entry(prompt_id))["status"]
    assert (status["status_str"], status["completed"], status["messages"][-1][0]) == (
        "error",
        False,
        "execution_interrupted",
    )


async def test_interrupts_for_others_are_not_heard(comfy: ComfyStandIn, client: Client) -> None:
    story = Story(hold=True)
    comfy.next_job(story)
    async with client.listen() as listener:
        await client.submit(TRIVIAL, "me")
        pending = await client.submit(changed(TRIVIAL, n1_color=1), "me")
        await listener.until("executing 1")
        for prompt_id in (pending, "nope"):
            assert (await client.post("/interrupt", {"prompt_id": prompt_id})).status == 200
        story.release()
        for _ in range(2):
            assert "execution_success" in await listener.shorts_until_end()


async def test_an_interrupt_while_idle_harms_nobody(client: Client) -> None:
    assert (await client.post("/interrupt")).status == 200
    async with client.listen() as listener:
        await client.submit(TRIVIAL, "me")
        assert await listener.shorts_until_end() == TRIVIAL_EVENTS


async def test_each_client_hears_its_own_job_and_every_status(client: Client) -> None:
    async with client.listen("a") as a, client.listen("b") as b:
        await client.submit(TRIVIAL, "a")
        await a.until_end()
        assert [await b.frame() for _ in range(3)] == [
            {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": count}}}}
            for count in (1, 1, 0)
        ]
        assert await b.hears_nothing()


async def test_a_job_without_client_tells_its_progress_to_everybody(client: Client) -> None:
    async with client.listen("a") as a, client.listen("b") as b:
        await client.submit(changed(TXT2IMG, n3_steps=1))
        for listener in (a, b):
            told = await listener.until("status 0")
            assert {line.split()[0] for line in told} == {"status", "state", "progress"}


async def test_who_connects_during_a_job_is_told_the_node_without_the_prompt(
    comfy: ComfyStandIn, client: Client
) -> None:
    story = Story(hold=True)
    comfy.next_job(story)
    async with client.listen() as first:
        await client.submit(changed(TXT2IMG, n3_steps=9), "me")
        await first.until("progress 3 4/9")
    async with client.listen() as again:
        assert await again.frame() == {"type": "executing", "data": {"node": "3"}}
        story.release()
        assert (await again.shorts_until_end())[-3:] == ["execution_success", "status 0", "executing None"]


async def test_of_two_sockets_with_one_client_id_the_newer_is_served_until_the_older_closes(
    comfy: ComfyStandIn, client: Client
) -> None:
    async with client.listen() as older, client.listen() as newer:
        await client.submit(TRIVIAL, "me")
        assert await newer.shorts_until_end() == TRIVIAL_EVENTS
        await older.socket.close()
        await comfy.until(lambda: not comfy.sockets)
        prompt_id = await client.submit(TRIVIAL, "me")
        await comfy.until(lambda: prompt_id in comfy.history)
        assert await newer.hears_nothing()


async def test_closing_before_opening_again_keeps_the_ears_open(comfy: ComfyStandIn, client: Client) -> None:
    async with client.listen():
        pass
    await comfy.until(lambda: not comfy.sockets)
    async with client.listen() as again:
        await client.submit(TRIVIAL, "me")
        assert await again.shorts_until_end() == TRIVIAL_EVENTS


async def test_only_the_first_frame_is_a_handshake(client: Client) -> None:
    async with client.listen() as listener:
        await listener.socket.send_str("hello")
        await listener.socket.send_json(
            {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
        )
        assert await listener.hears_nothing()


async def test_the_client_id_is_spelled_client_id_only_in_the_body(client: Client) -> None:
    async with client.session.ws_connect(f"{client.url}/ws?client_id=me") as socket:
        greeting = await socket.receive_json(timeout=5)
        assert len(greeting["data"]["sid"]) == 32
        await client.submit(TRIVIAL, "me")
        frames = [await socket.receive_json(timeout=5) for _ in range(3)]
        assert [short(frame) for frame in frames] == ["status 1", "status 1", "status 0"]


async def test_previews_come_after_the_progress_or_with_a_handshake_before_it_with_names() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, connected(comfy.url) as client:
        async with client.listen("plain") as plain:
            await client.submit(TXT2IMG, "plain")
            frames = await plain.until_end()
            told = [short(frame) for frame in frames]
            assert told[told.index("state 3 running 1/2") :][:3] == [
                "state 3 running 1/2",
                "progress 3 1/2",
                "preview 1",
            ]
            legacy = next(frame for frame in frames if isinstance(frame, bytes))
            assert struct.unpack(">II", legacy[:8]) == (1, 1)
            assert legacy[8:10] == b"\xff\xd8"
        async with client.listen("rich", handshake=True) as rich:
            prompt_id = await client.submit(changed(TXT2IMG, n3_seed=2), "rich")
            frames = await rich.until_end()
            told = [short(frame) for frame in frames]
            assert told[told.index("state 3 running 1/2") :][:3] == [
                "state 3 running 1/2",
                "preview 4",
                "progress 3 1/2",
            ]
            named = next(frame for frame in frames if isinstance(frame, bytes))
            length = struct.unpack(">I", named[4:8])[0]
            assert json.loads(named[8 : 8 + length]) == {
                "node_id": "3",
                "prompt_id": prompt_id,
                "display_node_id": "3",
                "parent_node_id": None,
                "real_node_id": "3",
                "image_type": "image/jpeg",
            }
