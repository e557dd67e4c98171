"""What is known of a server: when it is asked again, and what it is worth when it cannot tell all."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.comfy import ComfyClient, Server
from bot.generation import Generation, Order, Parts, Rules
from bot.generation.backend_name import distinct, name_of
from bot.generation.backends import Backend, Condition
from bot.jobs.job import Limits
from bot.jobs.sqlite import SqliteStore
from bot.moderation.people import ChannelFacts, Requester
from bot.workflows import load_template
from tests.comfy.serving import Served, client_of, get, serving
from tests.generation.rig import blobs_beside, eventually
from tests.generation.sample import REPLY, place
from tests.workflows.samples import GRAPH, option_file, write

READY = get("/prompt", {"exec_info": {"queue_remaining": 0}})


@dataclass
class Comfy:
    """A server whose models the test changes, and whose ``/object_info`` may be broken."""

    models: list[str] = field(default_factory=lambda: ["first.safetensors"])
    broken: bool = False
    """A pack keeps ``/object_info`` from answering; its class ``Bad`` does so by itself."""
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    """``/object_info`` is answered once it is set."""
    sockets: list[web.WebSocketResponse] = field(default_factory=list[web.WebSocketResponse])

    def __post_init__(self) -> None:
        self.answers.set()

    def routes(self) -> list[web.RouteDef]:
        return [
            READY,
            web.get("/object_info", self._all),
            web.get("/object_info/{name}", self._one),
            web.get("/ws", self._listen),
        ]

    def _classes(self) -> dict[str, Any]:
        inputs: dict[str, dict[str, Any]] = {
            "Loader": {"model": [self.models], "precision": [["fp16"]]},
            "Encode": {"text": ["STRING", {}], "model": ["MODEL"]},
            "Save": {"filename_prefix": ["STRING", {}], "images": ["IMAGE"]},
        }
        return {name: {"input": {"required": each}, "output": []} for name, each in inputs.items()}

    async def _all(self, _: web.Request) -> web.StreamResponse:
        await self.answers.wait()
        return web.Response(status=500) if self.broken else web.json_response(self._classes())

    async def _one(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name == "Bad":
            return web.Response(status=500)
        known = self._classes()
        return web.json_response({name: known[name]} if name in known else {})

    async def _listen(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        status = {"status": {"exec_info": {"queue_remaining": 0}}, "sid": request.query["clientId"]}
        await socket.send_json({"type": "status", "data": status})
        async for _ in socket:
            pass
        return socket


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def _watched(
    comfy: Comfy, class_types: frozenset[str] = frozenset(), clock: Clock | None = None
) -> AsyncGenerator[tuple[Backend, Served]]:
    """A backend that is watched, and has been looked at."""
    async with serving(*comfy.routes()) as served, client_of(served.url) as client:
        backend = Backend(client, grace_seconds=60, class_types=class_types, clock=clock or Clock(1e6))
        task = asyncio.create_task(backend.run())
        try:
            await backend.wait_online(10)
            await eventually(lambda: comfy.sockets)
            yield backend, served
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _models(backend: Backend) -> tuple[str, ...] | None:
    assert backend.knowledge is not None
    return backend.knowledge["Loader"].inputs["model"].options


async def test_on_a_machine_that_was_started_seconds_ago_a_server_is_asked_what_it_has() -> None:
    comfy = Comfy()
    async with serving(*comfy.routes()) as served, client_of(served.url) as client:
        backend = Backend(client, grace_seconds=60, clock=Clock(2.0))
        await backend.look_once(10)
        assert backend.condition is Condition.ONLINE
        assert _models(backend) == ("first.safetensors",)


async def test_on_such_a_machine_a_server_that_comes_back_is_asked_again() -> None:
    comfy, clock = Comfy(), Clock(2.0)
    async with client_of("http://127.0.0.1:9") as client:
        backend = Backend(client, grace_seconds=60, clock=clock)
        await backend.look_once(10)
        assert (backend.condition, backend.dead) == (Condition.AWAY, False)
        clock.now += 61
        assert backend.dead
    async with _watched(comfy, clock=Clock(2.0)) as (backend, _):
        comfy.models.append("second.safetensors")
        backend.refresh()
        await eventually(lambda: _models(backend) == ("first.safetensors", "second.safetensors"))


async def test_knowledge_is_read_once_while_it_is_young_and_again_when_it_is_old() -> None:
    comfy, clock = Comfy(), Clock(1000.0)
    async with serving(*comfy.routes()) as served, client_of(served.url) as client:
        backend = Backend(client, grace_seconds=60, clock=clock)
        for _ in range(3):
            await backend.look_once(10)
        assert served.lines.count("GET /object_info") == 1
        clock.now += 301
        await backend.look_once(10)
        assert served.lines.count("GET /object_info") == 2


async def test_a_server_that_cannot_tell_all_at_once_is_asked_for_what_the_workflows_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    comfy = Comfy(broken=True)
    async with _watched(comfy, frozenset({"Loader", "Save", "Bad", "Nowhere"})) as (backend, served):
        assert backend.condition is Condition.ONLINE
        assert backend.knowledge is not None
        assert set(backend.knowledge) == {"Loader", "Save"}
        assert set(backend.knowledge.failed) == {"Bad"}
        (warning,) = (each for each in caplog.records if each.levelno == logging.WARNING)
        assert "a custom node pack is broken: Bad (" in warning.getMessage()
        comfy.broken = False
        backend.refresh()
        await eventually(lambda: "Encode" in (backend.knowledge or {}))
        assert served.lines.count("GET /object_info") == 2


async def test_a_server_that_describes_nothing_is_one_that_does_not_answer_as_comfyui() -> None:
    async with serving(READY, get("/object_info", status=500)) as served, client_of(served.url) as client:
        backend = Backend(client, grace_seconds=60, class_types=frozenset({"Bad"}))
        await backend.look_once(10)
        assert (backend.condition, backend.knowledge) == (Condition.AWAY, None)


async def test_the_end_of_its_socket_tells_at_once_that_an_idle_server_restarted() -> None:
    comfy = Comfy()
    async with _watched(comfy) as (backend, _):
        comfy.models[:] = ["new.safetensors"]
        await comfy.sockets[0].close()
        # the next look would be due in 8 seconds at the earliest
        await eventually(lambda: _models(backend) == ("new.safetensors",), timeout_seconds=5)
        await eventually(lambda: len(comfy.sockets) == 2)


async def test_a_server_that_answers_is_not_asked_again_and_again() -> None:
    async with _watched(Comfy()) as (_, served):
        await asyncio.sleep(1.5)  # where one is away, the next looks come after 0.5 to 1 seconds
        assert served.lines.count("GET /prompt") == 1


async def test_a_proxy_without_websockets_does_not_make_the_server_suspect() -> None:
    comfy = Comfy()
    routes = [route for route in comfy.routes() if route.path != "/ws"]
    async with serving(*routes) as served, client_of(served.url) as client:
        backend = Backend(client, grace_seconds=60)
        task = asyncio.create_task(backend.run())
        await eventually(lambda: served.lines.count("GET /ws") >= 2)
        assert backend.online
        assert served.lines.count("GET /object_info") == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_who_waits_for_new_knowledge_shares_one_question() -> None:
    comfy, clock = Comfy(), Clock(1000.0)
    async with _watched(comfy, clock=clock) as (backend, served):
        clock.now += 10
        comfy.models.append("second.safetensors")
        await asyncio.gather(*(backend.reread() for _ in range(20)))
        assert _models(backend) == ("first.safetensors", "second.safetensors")
        assert served.lines.count("GET /object_info") == 2


async def test_who_waits_for_new_knowledge_goes_on_without_a_slow_server_and_it_is_asked_again() -> None:
    comfy, clock = Comfy(), Clock(1000.0)
    async with _watched(comfy, clock=clock) as (backend, _):
        clock.now += 10
        comfy.answers.clear()
        await backend.reread()
        assert _models(backend) == ("first.safetensors",)
        comfy.models[:] = ["second.safetensors"]
        comfy.answers.set()
        # the next look would be due in 8 seconds at the earliest
        await eventually(lambda: _models(backend) == ("second.safetensors",), timeout_seconds=5)


@asynccontextmanager
async def _offering(tmp_path: Path, comfy: Comfy) -> AsyncGenerator[tuple[Generation, Served]]:
    """A service that offers one workflow whose model is an option."""
    graph = {each: GRAPH[each] for each in ("1", "2")}
    template = load_template(write(tmp_path, option_file('node = "Model"\ninput = "model"'), graph))
    async with (
        serving(*comfy.routes()) as served,
        aiohttp.ClientSession() as session,
        SqliteStore.open(tmp_path / "jobs.db") as store,
    ):
        client = ComfyClient(session, Server(served.url))
        blobs = await blobs_beside(tmp_path / "jobs.db")
        rules = Rules(Limits(), keep_jobs_seconds=3600)
        generation = Generation(Parts(store, [client], [template], rules, blobs))
        await generation.parts.prepare()
        yield generation, served


def _order(model: str) -> Order:
    return Order(
        "draw",
        {"x": model},
        interaction_id=1,
        place=place(),
        reply=REPLY,
        requester=Requester(3),
        channel=ChannelFacts(2),
    )


async def test_a_model_that_came_a_moment_ago_is_taken_when_it_is_typed_in_full(tmp_path: Path) -> None:
    comfy = Comfy()
    async with _offering(tmp_path, comfy) as (generation, _):
        await asyncio.sleep(1.1)  # younger knowledge is not asked for again
        comfy.models.append("second.safetensors")
        ticket = await generation.submit(_order("second.safetensors"))
        assert ticket.job.values == {"x": "second.safetensors"}


async def test_whoever_types_into_a_list_has_it_read_again_for_the_next_letter(tmp_path: Path) -> None:
    comfy, clock = Comfy(models=[f"m{number}" for number in range(30)]), Clock(1000.0)
    async with _watched(comfy, clock=clock) as (backend, served):
        backend.refresh_if_older_than(5)
        clock.now += 6
        comfy.models.append("second.safetensors")
        for _ in range(50):
            backend.refresh_if_older_than(5)
        await eventually(lambda: "second.safetensors" in (_models(backend) or ()))
        backend.refresh_if_older_than(5)
        assert served.lines.count("GET /object_info") == 2


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://127.0.0.1:8188", "127.0.0.1:8188"),
        ("http://localhost:8188/", "127.0.0.1:8188"),
        ("http://[::1]:8188", "127.0.0.1:8188"),
        ("http://0.0.0.0:8188", "127.0.0.1:8188"),
        ("http://[::ffff:127.0.0.1]:8188", "127.0.0.1:8188"),
        ("http://user:secret@LOCALHOST:8188", "127.0.0.1:8188"),
        ("http://127.0.0.2:8188", "127.0.0.2:8188"),
        ("https://GPU.example.org./comfy/", "gpu.example.org:443/comfy"),
        ("https://gpu.example.org:443//comfy", "gpu.example.org:443/comfy"),
        ("http://gpu.example.org/Comfy", "gpu.example.org:80/Comfy"),
        ("http://[FD00:0::1]:8188", "[fd00::1]:8188"),
    ],
)
def test_a_server_has_one_name_however_its_address_is_written(url: str, name: str) -> None:
    assert name_of(Server(url).url) == name


async def test_a_server_that_is_named_twice_is_one_backend_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with aiohttp.ClientSession() as session:
        urls = ["http://localhost:8188", "http://127.0.0.1:8188/", "http://127.0.0.1:8189"]
        clients = [ComfyClient(session, Server(url)) for url in urls]
        assert distinct(clients) == (clients[0], clients[2])
    assert "localhost:8188 and 127.0.0.1:8188" in caplog.text
