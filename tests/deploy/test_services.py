"""The services of compose.yaml, with their commands and the settings that its first lines name, as processes of this machine."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from tests.deploy.test_container import COMPOSE
from tests.end_to_end.life import Life, born
from tests.end_to_end.rig import PLAIN, Rig, rigged


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path) as made:
        yield made


@asynccontextmanager
async def service(name: str, settings: Mapping[str, str], folder: Path) -> AsyncGenerator[Life]:
    run, *arguments = COMPOSE["services"][name].get("command", ["run"])
    assert run == "run"
    everybody = {"WORKFLOWS_DIR": str(PLAIN), "METRICS_LISTEN": "off"}  # their port is a real bot's
    life = born({**everybody, **settings}, folder / f"{name}.log", *arguments)
    try:
        yield life
        assert (await life.stop(), life.alarms) == (0, []), life.log
    finally:
        life.kill()
        await life.ended()


async def test_bot_and_worker_share_what_is_asked_for(rig: Rig, postgres_url: str) -> None:
    env = {
        "DISCORD_TOKEN": rig.discord.token,
        "DISCORD_API_BASE": rig.discord.api_base,
        "DISCORD_GATEWAY_URL": rig.discord.gateway_url,
        "COMFYUI_URLS": rig.comfy.url,
        "DATABASE": postgres_url,
    }
    async with ComfyStandIn.running(speed=INSTANT) as other:
        worker_env = {"DATABASE": postgres_url, "COMFYUI_URLS": other.url, "WORKER_NAME": "gpu"}
        stories = [Story(hold=True), Story(hold=True)]
        for comfy, story in zip((rig.comfy, other), stories, strict=True):
            comfy.next_job(story)
        async with service("bot", env, rig.folder), service("worker", worker_env, rig.folder):
            await rig.ready()
            for color in range(4):
                await rig.ask(f"/blank color:{color}")
            await rig.until(lambda: rig.comfy.running_prompt and other.running_prompt)
            for story in stories:
                story.release()
            await rig.until(lambda: len(rig.results()) == 4)
        prompts = [body["prompt_id"] for comfy in (rig.comfy, other) for body in comfy.submitted]
    assert len(set(map(str, prompts))) == len(prompts) == 4
