"""The examples of the README run as they stand."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import bot.comfy
from tests.comfy.recorded import recorded
from tests.comfy.serving import eventually, get, serving

README = (Path(bot.comfy.__file__).parent / "README.md").read_text(encoding="utf-8")


def example(name: str) -> Callable[..., Any]:
    """The function of that name from the code block that defines it."""
    (code,) = (
        block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if f"def {name}(" in block
    )
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    return names[name]


async def test_a_graph_is_run_and_its_pictures_fetched() -> None:
    async def submit(request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response({"prompt_id": body["prompt_id"], "number": 0, "node_errors": {}})

    (told,) = recorded("history")["success_txt2img"].values()

    async def history(request: web.Request) -> web.Response:
        return web.json_response({request.match_info["id"]: told})

    routes = (web.post("/prompt", submit), web.get("/history/{id}", history), get("/view", text="picture"))
    async with serving(*routes) as served:
        graph = json.dumps({"9": {"class_type": "SaveImage", "inputs": {}}})
        assert await example("run")(served.url, graph) == [b"picture"]


async def test_events_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    async def tell(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(
            '{"type": "progress", "data": {"prompt_id": "p", "node": "3", "value": 1, "max": 4}}'
        )
        async for _ in socket:
            pass
        return socket

    printed: list[str] = []
    async with serving(web.get("/ws", tell)) as served:
        following = asyncio.create_task(example("follow")(served.url))
        await eventually(lambda: printed.append(capsys.readouterr().out) or "1/4" in printed[-1])
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following
    assert "".join(printed) == "connected; what happened before is for /history to say\np: node 3 1/4\n"


async def test_a_server_is_asked_what_it_knows() -> None:
    async with serving(
        get("/object_info/KSampler", {"KSampler": recorded("object_info")["KSampler"]})
    ) as served:
        samplers = await example("samplers")(served.url)
    assert samplers[:2] == ("euler", "euler_cfg_pp")
    with pytest.raises(SystemExit, match="cannot be reached"):
        await example("samplers")(served.url)


def test_every_error_is_mentioned() -> None:
    errors = [
        name
        for name, value in vars(bot.comfy).items()
        if isinstance(value, type) and issubclass(value, bot.comfy.ComfyError)
    ]
    assert [name for name in errors if f"`{name}`" not in README] == []
