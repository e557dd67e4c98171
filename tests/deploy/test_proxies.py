"""ComfyUI behind the proxies of the guide, with their own example files, as the bot's client meets it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from bot.comfy import ComfyClient, Executing, JsonValue, Server, Unauthorized, graph_of
from bot.comfy.files import Streamed
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.settings import Settings
from tests.comfy.serving import client_of, get, serving
from tests.deploy.proxies import CERTIFICATE, DEPLOY, NAME, PASSWORD, PROXIES, TOKEN, before

WITH_TOKEN = Server("https://nobody", bearer=TOKEN, ca_file=CERTIFICATE)
WITH_PASSWORD = Server("https://nobody", basic=(NAME, PASSWORD), ca_file=CERTIFICATE)
STRANGERS = {
    "nothing": Server("https://nobody", ca_file=CERTIFICATE),
    "another token": Server("https://nobody", bearer="another", ca_file=CERTIFICATE),
    "an empty token": Server("https://nobody", headers={"Authorization": "Bearer "}, ca_file=CERTIFICATE),
    "another password": Server("https://nobody", basic=(NAME, "another"), ca_file=CERTIFICATE),
}
BLANK: JsonValue = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 255}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "blank"}},
}
A_MB = bytes(2**20)

with_each = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.skipif(proxy.path is None, reason=f"{name} is not installed"))
        for name, proxy in PROXIES.items()
    ],
)


@asynccontextmanager
async def _behind(name: str, comfyui: str, server: Server, folder: Path) -> AsyncGenerator[ComfyClient]:
    async with (
        before(PROXIES[name], comfyui.removeprefix("http://"), folder) as url,
        client_of(replace(server, url=url)) as client,
    ):
        yield client


@with_each
async def test_strangers_do_not_get_as_far_as_comfyui(name: str, tmp_path: Path) -> None:
    async with serving(get("/prompt", {"exec_info": {"queue_remaining": 0}})) as comfyui:
        async with before(PROXIES[name], comfyui.url.removeprefix("http://"), tmp_path) as url:
            for server in STRANGERS.values():
                async with client_of(replace(server, url=url)) as client:
                    with pytest.raises(Unauthorized):
                        await client.queue_remaining()
        assert comfyui.asked == []


@with_each
@pytest.mark.parametrize("server", [WITH_TOKEN, WITH_PASSWORD], ids=["token", "password"])
async def test_comfyui_hears_the_name_that_was_asked_for_and_no_secret(
    name: str, server: Server, tmp_path: Path
) -> None:
    async with serving(get("/prompt", {"exec_info": {"queue_remaining": 0}})) as comfyui:
        async with _behind(name, comfyui.url, server, tmp_path) as client:
            assert await client.queue_remaining() == 0
            host = client.server.url.removeprefix("https://")
        (asked,) = comfyui.asked
        # nginx's $host has no port; browsers name none where it is https's own
        assert asked.headers["Host"] in {host, host.partition(":")[0]}
        assert "Authorization" not in asked.headers


@with_each
@pytest.mark.parametrize("server", [WITH_TOKEN, WITH_PASSWORD], ids=["token", "password"])
async def test_a_job_is_followed_over_the_websocket_and_its_file_fetched(
    name: str, server: Server, tmp_path: Path
) -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfyui,
        _behind(name, comfyui.url, server, tmp_path) as client,
        aclosing(client.events("bot")) as events,
    ):
        await anext(events)
        prompt_id = uuid4()
        await client.submit(graph_of(BLANK), prompt_id=prompt_id, client_id="bot")
        async for event in events:
            if isinstance(event, Executing) and event.node is None:
                break
        entry = await client.history_entry(prompt_id)
        assert entry is not None
        (output,) = entry.results
        assert (await client.view(output.file, max_bytes=2**20)).startswith(b"\x89PNG")


@with_each
async def test_a_file_of_100_mb_is_handed_in(name: str, tmp_path: Path) -> None:
    async def chunks() -> AsyncGenerator[bytes]:
        for _ in range(100):
            yield A_MB

    async with (
        ComfyStandIn.running(speed=INSTANT, max_upload_bytes=2**30) as comfyui,
        _behind(name, comfyui.url, WITH_TOKEN, tmp_path) as client,
    ):
        file = await client.upload_image(Streamed(chunks(), 100 * len(A_MB)), "film.mp4")
        assert len(await client.view(file, max_bytes=2**30)) == 100 * len(A_MB)


def test_what_cloudflare_is_told_leads_to_comfyui_and_to_nothing_else() -> None:
    text = (DEPLOY / "cloudflared" / "config.yml").read_text(encoding="utf-8")
    ingress = yaml.safe_load(text)["ingress"]
    assert [rule["service"] for rule in ingress] == ["http://127.0.0.1:8188", "http_status:404"]
    assert "hostname" not in ingress[-1], "the last rule must fit everything"


async def test_a_service_token_of_cloudflares_is_shown_with_every_request_and_the_websocket() -> None:
    secret = "CF-Access-Client-Id: me; CF-Access-Client-Secret: secret"
    settings = Settings.model_validate({"comfyui_headers": secret})
    wanted = {"CF-Access-Client-Id": "me", "CF-Access-Client-Secret": "secret"}
    async with ComfyStandIn.running(speed=INSTANT, require_headers=wanted) as comfyui:
        (server,) = settings.servers()
        async with (
            client_of(replace(server, url=comfyui.url)) as client,
            aclosing(client.events("bot")) as events,
        ):
            assert await client.queue_remaining() == 0
            assert await anext(events)
        async with client_of(comfyui.url) as stranger:
            with pytest.raises(Unauthorized):
                await stranger.queue_remaining()
