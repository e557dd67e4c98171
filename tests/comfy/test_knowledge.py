import asyncio
import json

import pytest
from aiohttp import web

from bot.comfy import Device, Features, NotFound, ObjectInfo, SystemStats, Unauthorized, UnexpectedAnswer
from tests.comfy.recorded import recorded
from tests.comfy.serving import client_and_server, get, post


async def test_node_classes_are_told_all_together_or_one_by_one() -> None:
    objects = recorded("object_info")
    routes = (
        get("/object_info", objects),
        get("/object_info/KSampler", {"KSampler": objects["KSampler"]}),
        get("/object_info/{name}", {}),
    )
    async with client_and_server(*routes) as (client, _):
        everything = await client.object_info()
        sampler, unknown = await client.node_class("KSampler"), await client.node_class("a/b c?d")
    assert list(everything) == list(objects)
    assert sampler == everything["KSampler"]
    assert unknown is None


async def test_classes_are_asked_for_one_by_one_and_the_broken_ones_are_named() -> None:
    objects = recorded("object_info")
    asked_together, most = 0, 0

    async def one(request: web.Request) -> web.Response:
        nonlocal asked_together, most
        asked_together += 1
        most = max(most, asked_together)
        await asyncio.sleep(0.01)
        asked_together -= 1
        name = request.match_info["name"]
        if name == "Broken":
            return web.Response(status=500, text="500 Internal Server Error")
        return web.json_response({name: objects[name]} if name in objects else {})

    async with client_and_server(web.get("/object_info/{name}", one)) as (client, served):
        told = await client.object_info_of([*objects, *objects, "Broken", "NoSuchNode"])
    assert set(told) == set(objects)
    assert told.node_plans().get("KSampler") is not None
    label = served.url.removeprefix("http://")
    assert told.failed == {
        "Broken": f"ComfyUI at {label} answered GET /object_info/Broken with 500: 500 Internal Server Error."
    }
    assert len(served.asked) == len(objects) + 2
    assert 1 < most <= 4


async def test_a_server_that_refuses_us_is_no_fault_of_a_class() -> None:
    async with client_and_server(get("/object_info/{name}", status=401)) as (client, _):
        with pytest.raises(Unauthorized):
            await client.object_info_of(["A", "B", "C", "D", "E", "F"])


async def test_no_classes_are_asked_for_in_vain() -> None:
    async with client_and_server() as (client, served):
        assert await client.object_info_of([]) == ObjectInfo({})
    assert served.asked == []


async def test_a_server_says_what_it_is() -> None:
    async with client_and_server(get("/system_stats", recorded("system_stats"))) as (client, _):
        stats = await client.system_stats()
    assert stats == SystemStats(
        comfyui_version="0.3.64",
        os="posix",
        python_version="3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]",
        pytorch_version="2.13.0+cpu",
        ram_total=25276502016,
        ram_free=21456629760,
        devices=(Device("cpu", "cpu", 25276502016, 21456629760),),
    )


@pytest.mark.parametrize("body", [{"status": "ok"}, [], None, "hello"])
async def test_what_is_no_comfyui_is_found_out(body: object) -> None:
    async with client_and_server(get("/system_stats", body)) as (client, _):
        with pytest.raises(UnexpectedAnswer, match=r"answered GET /system_stats with 200"):
            await client.system_stats()


async def test_features_are_told_by_servers_that_have_them() -> None:
    async with client_and_server(
        get("/features", {"supports_preview_metadata": True, "max_upload_size": 9})
    ) as (client, _):
        assert await client.features() == Features(supports_preview_metadata=True, max_upload_size_bytes=9)
    async with client_and_server() as (client, _):
        assert await client.features() is None


async def test_names_are_told_verbatim() -> None:
    routes = (
        get("/embeddings", ["random-embedding"]),
        get("/extensions", ["/extensions/core/clipspace.js"]),
        get("/models", ["checkpoints", "loras"]),
        get("/models/checkpoints", ["FLUX\\x.safetensors", "ä/b.safetensors"]),
    )
    async with client_and_server(*routes) as (client, _):
        told = (
            await client.embeddings(),
            await client.extensions(),
            await client.models(),
            await client.models("checkpoints"),
        )
        with pytest.raises(NotFound):
            await client.models("nonexistent")
    assert told == (
        ("random-embedding",),
        ("/extensions/core/clipspace.js",),
        ("checkpoints", "loras"),
        ("FLUX\\x.safetensors", "ä/b.safetensors"),
    )


async def test_a_folder_cannot_lead_to_another_route() -> None:
    async def models(request: web.Request) -> web.Response:
        return web.json_response([request.match_info["folder"], request.raw_path])

    async with client_and_server(web.get("/models/{folder}", models)) as (client, _):
        assert await client.models("a/b?c#d e") == ("a/b?c#d e", "/models/a%2Fb%3Fc%23d%20e")


async def test_a_model_says_what_it_is_by_a_get_with_its_name_in_the_query() -> None:
    async with client_and_server(get("/view_metadata/checkpoints", {"a": "text", "n": 3, "o": {"x": 1}})) as (
        client,
        served,
    ):
        metadata = await client.view_metadata("checkpoints", "sub/tiny & 100%+.safetensors")
        with pytest.raises(NotFound):
            await client.view_metadata("loras", "x")
    assert metadata == {"a": "text", "n": "3", "o": '{"x": 1}'}
    assert served.asked[0].query == {"filename": "sub/tiny & 100%+.safetensors"}


async def test_room_is_made_on_request() -> None:
    async with client_and_server(post("/free", text="")) as (client, served):
        await client.free(unload_models=True)
        await client.free(free_memory=True)
    assert [json.loads(asked.body) for asked in served.asked] == [
        {"unload_models": True, "free_memory": False},
        {"unload_models": False, "free_memory": True},
    ]
