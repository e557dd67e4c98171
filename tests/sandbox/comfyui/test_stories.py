"""Stories: what tests can make the server do."""

import aiohttp
import pytest

from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Pace, Story
from tests.sandbox.comfyui.client import TRIVIAL, TXT2IMG, Client, changed, connected


async def test_a_job_takes_the_steps_that_the_story_says(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(steps=3))
    async with client.listen() as listener:
        await client.submit(changed(TXT2IMG, n3_steps=50), "me")
        told = await listener.shorts_until_end()
    assert [line for line in told if line.startswith("progress")] == [
        f"progress 3 {step}/3" for step in (1, 2, 3)
    ]


async def test_a_job_of_many_seconds_runs_on_while_others_end_elsewhere(
    comfy: ComfyStandIn, client: Client
) -> None:
    comfy.next_job(Story(seconds=3600))
    slow = await client.submit(TXT2IMG)
    async with ComfyStandIn.running(speed=INSTANT) as other, connected(other.url) as another:
        quick = await another.submit(TXT2IMG)
        await other.until(lambda: quick in other.history)
    assert comfy.running_prompt == slow


async def test_stories_are_told_in_turn_and_then_the_usual_one(comfy: ComfyStandIn, client: Client) -> None:
    comfy.every_job(Story(steps=1))
    for steps in (2, 3):
        comfy.next_job(Story(steps=steps))
    refused = await client.post("/prompt", {"prompt": {}})
    assert refused.status == 400
    lasts: list[str] = []
    async with client.listen() as listener:
        for seed in range(3):
            await client.submit(changed(TXT2IMG, n3_seed=seed), "me")
            lasts.append(
                [line for line in await listener.shorts_until_end() if line.startswith("progress")][-1]
            )
    assert lasts == ["progress 3 2/2", "progress 3 3/3", "progress 3 1/1"]


async def test_the_owner_is_cut_off_and_the_job_goes_on(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(disconnect_at=0.5))
    async with client.listen() as listener:
        prompt_id = await client.submit(TXT2IMG, "me")
        while (_ := await listener.frame()) is not None:
            pass
        assert listener.socket.close_code == 1006
    await comfy.until(lambda: prompt_id in comfy.history)


async def test_a_socket_whose_client_is_forgotten_stays_open_and_hears_nothing_until_it_connects_again(
    comfy: ComfyStandIn, client: Client
) -> None:
    comfy.next_job(Story(forgets_client=True))
    async with client.listen() as forgotten:
        prompt_id = await client.submit(TRIVIAL, "me")
        await comfy.until(lambda: prompt_id in comfy.history)
        while not await forgotten.hears_nothing():
            pass  # the count of the queue may have been on its way
        await client.submit(changed(TRIVIAL, n1_color=9), "me")
        assert await forgotten.hears_nothing()
        assert not forgotten.socket.closed
    async with client.listen() as again:
        await client.submit(TRIVIAL, "me")
        assert "execution_success" in await again.shorts_until_end()


async def test_a_silent_job_tells_nothing_but_the_counts(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(silent=True))
    async with client.listen() as listener:
        prompt_id = await client.submit(TXT2IMG, "me")
        assert await listener.until("status 0") == ["status 1", "status 1", "status 0"]
        assert await listener.hears_nothing()
    assert (await client.entry(prompt_id))["status"]["status_str"] == "success"


async def test_a_crash_cuts_everything_and_the_next_life_is_empty_on_the_same_port(
    comfy: ComfyStandIn, client: Client
) -> None:
    done = await client.submit(TRIVIAL, "me")
    await comfy.until(lambda: done in comfy.history)
    comfy.next_job(Story(crash_at=0.5))
    async with client.listen() as listener:
        await client.submit(changed(TRIVIAL, n1_color=9), "me")
        while (_ := await listener.frame()) is not None:
            pass
        assert listener.socket.close_code == 1006
    await comfy.until(lambda: not comfy.alive)
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.get("/queue")
    await comfy.restart()
    assert (await client.get("/queue")).json == {"queue_running": [], "queue_pending": []}
    assert (await client.get("/history")).json == {}
    assert (await client.get("/view?filename=triv_00001_.png")).status == 200
    answer = await client.post("/prompt", {"prompt": TRIVIAL})
    assert answer.json["number"] == 0
    assert len(comfy.submitted) == 3


async def test_a_server_can_come_back_by_itself(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(crash_at=0.1, restart_after=0.05))
    await client.submit(TRIVIAL)
    await comfy.until(lambda: not comfy.alive)
    await comfy.until(lambda: comfy.alive)
    assert (await client.get("/prompt")).json == {"exec_info": {"queue_remaining": 0}}


async def test_a_stalled_step_hears_no_interrupt_until_it_is_released(
    comfy: ComfyStandIn, client: Client
) -> None:
    story = Story(stall_at=0.5)
    comfy.next_job(story)
    async with client.listen() as listener:
        prompt_id = await client.submit(changed(TXT2IMG, n3_steps=9), "me")
        await listener.until("progress 3 4/9")
        await client.post("/interrupt", {"prompt_id": prompt_id})
        assert await listener.hears_nothing()
        story.release()
        assert await listener.shorts_until_end() == ["execution_interrupted 3", "status 0", "executing None"]


async def test_a_lost_file_is_announced_and_gone(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(lose_file=True))
    prompt_id = await client.submit(TRIVIAL)
    await comfy.until(lambda: prompt_id in comfy.history)
    (image,) = (await client.entry(prompt_id))["outputs"]["2"]["images"]
    assert (await client.get("/view", params=image)).status == 404


async def test_a_short_body_ends_before_its_length(comfy: ComfyStandIn, client: Client) -> None:
    comfy.next_job(Story(short_body=True))
    prompt_id = await client.submit(TRIVIAL)
    await comfy.until(lambda: prompt_id in comfy.history)
    (image,) = (await client.entry(prompt_id))["outputs"]["2"]["images"]
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.get("/view", params=image)


async def test_previews_can_be_off_for_the_server_the_prompt_or_the_story() -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        connected(comfy.url) as client,
        client.listen() as listener,
    ):

        async def previews(**more: object) -> int:
            await client.submit(changed(TXT2IMG, n3_seed=len(comfy.submitted)), "me", **more)
            return sum(line.startswith("preview") for line in await listener.shorts_until_end())

        assert await previews() == 2
        assert await previews(extra_data={"preview_method": "none"}) == 0
        comfy.next_job(Story(previews=False))
        assert await previews() == 0


@pytest.mark.parametrize(
    ("pace", "last"),
    [
        (Pace(load=3600, node=0, step=0), "executing 4"),
        (Pace(load=0, node=3600, step=0), "executing 5"),
        (Pace(load=0, node=0, step=3600), "executing 3"),
    ],
)
async def test_what_takes_an_hour_is_begun_and_nothing_behind_it(pace: Pace, last: str) -> None:
    async with (
        ComfyStandIn.running(speed=pace) as comfy,
        connected(comfy.url) as client,
        client.listen() as listener,
    ):
        await client.submit(TXT2IMG, "me")
        await listener.until(last)
        assert await listener.hears_nothing()


async def test_a_base_path_and_a_password_are_asked_for_everywhere() -> None:
    guarded = ComfyStandIn.running(
        speed=INSTANT, prefix="/comfy", require_headers={"Authorization": "Bearer x"}
    )
    async with guarded as comfy, connected(comfy.url) as stranger:
        assert comfy.url.endswith("/comfy")
        assert [(await stranger.get(path)).status for path in ("/queue", "/api/queue", "/ws")] == [401] * 3
        async with connected(comfy.url, headers={"Authorization": "Bearer x"}) as client:
            async with client.listen() as listener:
                await client.submit(TRIVIAL, "me")
                assert "execution_success" in await listener.shorts_until_end()
            assert (await client.get("/api/queue")).status == 200
            assert (await connected_root(client)).status == 404


async def connected_root(client: Client) -> aiohttp.ClientResponse:
    """The queue without the base path."""
    async with client.session.get(client.url.removesuffix("/comfy") + "/queue") as answer:
        return answer


async def test_pages_of_other_sites_are_turned_away(client: Client) -> None:
    foreign = await client.get("/queue", headers={"Origin": "http://evil.example"})
    own = await client.get("/queue", headers={"Origin": client.url})
    assert (foreign.status, foreign.body, own.status) == (403, b"", 200)


async def test_models_come_and_go_at_once(comfy: ComfyStandIn, client: Client) -> None:
    comfy.checkpoints[:] = [f"model-{number:02}.safetensors" for number in range(40)]
    info = (await client.get("/object_info/CheckpointLoaderSimple")).json
    assert info["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"][0] == comfy.checkpoints
    assert (await client.get("/models/checkpoints")).json == comfy.checkpoints
    assert (await client.get("/models/nope")).status == 404
    assert (await client.get("/object_info/NoSuchNode")).json == {}
    assert (await client.get("/view_metadata/checkpoints?filename=model-01.safetensors")).status == 200
    assert (await client.get("/view_metadata/checkpoints?filename=gone.safetensors")).status == 404
