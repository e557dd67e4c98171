"""The queue and the history over HTTP, and the job records of newer servers."""

import pytest

from bot.sandbox.comfyui import INSTANT, RELEASE_0_3_64, ComfyStandIn, Story
from tests.sandbox.comfyui.client import TRIVIAL, Client, changed, connected


async def held(comfy: ComfyStandIn, client: Client, waiting: int) -> tuple[Story, list[str]]:
    """A job that holds, and others behind it; the ids of all."""
    story = Story(hold=True)
    comfy.next_job(story)
    ids = [await client.submit(changed(TRIVIAL, n1_color=number), "me") for number in range(waiting + 1)]
    await comfy.until(lambda: comfy.running_prompt)
    return story, ids


async def test_running_and_pending_are_shown_with_their_graphs(comfy: ComfyStandIn, client: Client) -> None:
    _, (running, pending) = await held(comfy, client, 1)
    queue = (await client.get("/queue")).json
    assert [
        (item[0], item[1], item[2]["1"]["class_type"], item[3]["client_id"], item[4])
        for item in queue["queue_running"]
    ] == [(0, running, "EmptyImage", "me", ["2"])]
    assert [item[:2] for item in queue["queue_pending"]] == [[1, pending]]
    assert (await client.get("/prompt")).json == {"exec_info": {"queue_remaining": 2}}


async def test_pending_prompts_are_shown_in_the_heaps_order_and_run_by_number(
    comfy: ComfyStandIn, client: Client
) -> None:
    story, _ = await held(comfy, client, 0)
    ids = {
        number: await client.submit(changed(TRIVIAL, n1_color=500 + number), number=number)
        for number in (5, 3, 4, 1, 2)
    }
    assert [item[0] for item in (await client.get("/queue")).json["queue_pending"]] == [1, 2, 4, 5, 3]
    assert comfy.pending == [ids[number] for number in range(1, 6)]
    story.release()
    await comfy.until(lambda: len(comfy.history) == 6)
    assert list(comfy.history)[1:] == [ids[number] for number in range(1, 6)]


async def test_front_overtakes_and_is_overtaken_by_later_front(comfy: ComfyStandIn, client: Client) -> None:
    await held(comfy, client, 0)
    plain = await client.submit(TRIVIAL)
    first = await client.submit(TRIVIAL, front=True)
    second = await client.submit(TRIVIAL, front=True)
    assert comfy.pending == [second, first, plain]


async def test_a_deleted_prompt_leaves_no_event_and_no_history(comfy: ComfyStandIn, client: Client) -> None:
    story, (_, first, second) = await held(comfy, client, 2)
    async with client.listen("watcher") as listener:
        await client.post("/queue", {"delete": [first]})
        assert await listener.until("status 2") == ["status 2"]
        await client.post("/queue", {"delete": [second]})
        assert [await listener.until("status 1") for _ in range(2)] == [["status 1"]] * 2
        story.release()
        assert await listener.until("status 0") == ["status 0"]
    assert (await client.get(f"/history/{first}")).json == {}
    assert len(comfy.history) == 1


async def test_clearing_wipes_what_waits_and_not_what_runs(comfy: ComfyStandIn, client: Client) -> None:
    story, ids = await held(comfy, client, 3)
    assert (await client.post("/queue", {"clear": True})).status == 200
    assert (comfy.running_prompt, comfy.pending) == (ids[0], [])
    story.release()
    await comfy.until(lambda: list(comfy.history) == ids[:1])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{}", 200),
        ("[]", 200),
        ('{"delete": "abc"}', 200),
        ('{"delete": ["nope"]}', 200),
        ('{"delete": null}', 500),
        ("{", 500),
    ],
)
async def test_odd_bodies_of_queue_are_answered_as_recorded(client: Client, body: str, status: int) -> None:
    assert (await client.ask("POST", "/queue", data=body)).status == status


async def test_the_history_can_be_paged_cut_and_cleared(comfy: ComfyStandIn, client: Client) -> None:
    ids = [await client.submit(changed(TRIVIAL, n1_color=number)) for number in range(4)]
    await comfy.until(lambda: len(comfy.history) == 4)

    async def shown(query: str) -> list[str]:
        return list((await client.get(f"/history{query}")).json)

    assert await shown("") == ids
    assert await shown("?max_items=2") == ids[2:]
    assert await shown("?max_items=2&offset=1") == ids[1:3]
    assert await shown("?offset=3") == ids[3:]
    assert (await shown("?max_items=0"), await shown("?max_items=-1")) == ([], [])
    assert (await client.get("/history?max_items=abc")).status == 500
    await client.post("/history", {"delete": [ids[0], "nope"]})
    assert await shown("") == ids[1:]
    await client.post("/history", {"clear": True})
    assert await shown("") == []


async def test_success_is_told_before_the_history_knows(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(late_history=0.05))
    async with client.listen() as listener:
        prompt_id = await client.submit(TRIVIAL, "me")
        await listener.until("execution_success")
        assert (await client.get(f"/history/{prompt_id}")).json == {}
        await listener.until_end()
        assert list((await client.get(f"/history/{prompt_id}")).json) == [prompt_id]


async def test_the_cache_is_classic_in_the_recorded_release_and_dropped_on_request() -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy,
        connected(comfy.url) as client,
        client.listen() as listener,
    ):

        async def cached(color: int) -> str:
            await client.submit(changed(TRIVIAL, n1_color=color), "me")
            return next(line for line in await listener.shorts_until_end() if line.startswith("cached"))

        assert [await cached(color) for color in (1, 1, 2, 1)] == [
            "cached",
            "cached 1 2",
            "cached",
            "cached",
        ]
        await client.post("/free", {"unload_models": True, "free_memory": True})
        assert await cached(1) == "cached"


async def test_a_newer_server_remembers_results_of_other_prompts(client: Client) -> None:
    async with client.listen() as listener:
        for color in (1, 2, 1):
            await client.submit(changed(TRIVIAL, n1_color=color), "me")
            told = await listener.shorts_until_end()
        assert "cached 1 2" in told


async def test_job_records_follow_a_prompt_from_waiting_to_done(comfy: ComfyStandIn, client: Client) -> None:
    story, (running, pending) = await held(comfy, client, 1)

    async def status(prompt_id: str) -> str:
        return (await client.get(f"/api/jobs/{prompt_id}")).json["status"]

    assert (await status(running), await status(pending)) == ("in_progress", "pending")
    story.release()
    await comfy.until(lambda: pending in comfy.history)
    record = (await client.get(f"/api/jobs/{running}")).json
    assert (record["id"], record["status"], record["outputs_count"]) == (running, "completed", 1)
    assert record["execution_start_time"] <= record["execution_end_time"]
    unknown = await client.get("/api/jobs/nope")
    assert (unknown.status, unknown.json) == (404, {"error": "Job not found"})


async def test_cancelling_reaches_running_and_waiting_prompts_alike(
    comfy: ComfyStandIn, client: Client
) -> None:
    _, (running, pending) = await held(comfy, client, 1)

    async def cancel(prompt_id: str) -> bool:
        return (await client.post(f"/api/jobs/{prompt_id}/cancel")).json["cancelled"]

    assert [await cancel(prompt_id) for prompt_id in (pending, running, "nope")] == [True, True, False]
    await comfy.until(lambda: list(comfy.history) == [running])
    assert (await client.get(f"/api/jobs/{running}")).json["status"] == "cancelled"
    assert await cancel(running) is False


async def test_the_recorded_release_has_no_job_records() -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy,
        connected(comfy.url) as client,
    ):
        prompt_id = await client.submit(TRIVIAL)
        assert (await client.get(f"/api/jobs/{prompt_id}")).status == 404
        assert (await client.post(f"/api/jobs/{prompt_id}/cancel")).status == 405


async def test_a_hundred_jobs_run_in_the_order_of_their_arrival(comfy: ComfyStandIn, client: Client) -> None:
    ids = [await client.submit(changed(TRIVIAL, n1_color=number)) for number in range(100)]
    await comfy.until(lambda: len(comfy.history) == 100)
    assert list(comfy.history) == ids
