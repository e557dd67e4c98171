"""A bare client for the tests: JSON in and out, events as short lines, nothing clever."""

import copy
import json
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import aiohttp

Json: TypeAlias = dict[str, Any]
HANDSHAKE: Final = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
TRIVIAL: Final[Json] = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 77}},
    "2": {"class_type": "SaveImage", "inputs": {"filename_prefix": "triv", "images": ["1", 0]}},
}
TXT2IMG: Final[Json] = {
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "landscape.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "bad hands", "clip": ["4", 1]}},
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 1,
            "steps": 2,
            "cfg": 7.0,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1.0,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "cat", "images": ["8", 0]}},
}


def changed(graph: Json, **values: object) -> Json:
    """A copy of a graph with other values: ``n3_seed=5`` sets the seed of node 3."""
    graph = copy.deepcopy(graph)
    for name, value in values.items():
        node_id, _, field = name.removeprefix("n").partition("_")
        graph[node_id]["inputs"][field] = value
    return graph


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Listener:
    """One websocket, read on demand."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def frame(self) -> Json | bytes | None:
        """The next frame: an event, or a binary; ``None`` at the end of the connection."""
        message = await self.socket.receive(timeout=5)
        match message.type:
            case aiohttp.WSMsgType.TEXT:
                return json.loads(message.data)
            case aiohttp.WSMsgType.BINARY:
                return message.data
            case _:
                return None

    async def until_end(self) -> list[Json | bytes]:
        """Frames up to and with the last of a job, ``executing`` without a node."""
        frames: list[Json | bytes] = []
        while True:
            frame = await self.frame()
            assert frame is not None, f"closed after {[short(f) for f in frames]}"
            frames.append(frame)
            if short(frame) == "executing None":
                return frames

    async def shorts_until_end(self) -> list[str]:
        return [short(frame) for frame in await self.until_end()]

    async def until(self, wanted: str) -> list[str]:
        """Frames up to and with the first that reads so in short."""
        shorts: list[str] = []
        while wanted not in shorts:
            frame = await self.frame()
            assert frame is not None, f"closed after {shorts}"
            shorts.append(short(frame))
        return shorts

    async def hears_nothing(self, seconds: float = 0.15) -> bool:
        try:
            await self.socket.receive(timeout=seconds)
        except TimeoutError:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Client:
    session: aiohttp.ClientSession
    url: str

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        async with self.session.request(method, self.url + path, **more) as response:
            return Answer(response.status, response.headers.get("Content-Type", ""), await response.read())

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, body: object = None) -> Answer:
        return await self.ask("POST", path, json=body)

    async def submit(self, graph: Json, client_id: str | None = None, **more: object) -> str:
        """Queue a graph; its prompt id."""
        body = {"prompt": graph, **({} if client_id is None else {"client_id": client_id}), **more}
        answer = await self.post("/prompt", body)
        assert answer.status == 200, answer.text
        return str(answer.json["prompt_id"])

    async def entry(self, prompt_id: str) -> Json:
        return (await self.get(f"/history/{prompt_id}")).json[prompt_id]

    @asynccontextmanager
    async def listen(self, client_id: str = "me", *, handshake: bool = False) -> AsyncGenerator[Listener]:
        """A websocket whose greeting was read."""
        async with self.session.ws_connect(f"{self.url}/ws?clientId={client_id}") as socket:
            listener = Listener(socket)
            if handshake:
                await socket.send_json(HANDSHAKE)
            greeting = await listener.frame()
            assert isinstance(greeting, dict)
            assert greeting["data"]["sid"] == client_id
            if handshake:
                flags = await listener.frame()
                assert isinstance(flags, dict)
                assert flags["type"] == "feature_flags"
            yield listener


@asynccontextmanager
async def connected(url: str, **more: Any) -> AsyncGenerator[Client]:
    """A client with a session of its own."""
    async with aiohttp.ClientSession(**more) as session:
        yield Client(session, url)


def short(frame: Json | bytes) -> str:
    """A frame in a few words, without ids and times."""
    if isinstance(frame, bytes):
        return f"preview {struct.unpack('>I', frame[:4])[0]}"
    name = {"progress_state": "state", "execution_cached": "cached"}.get(frame["type"], frame["type"])
    return f"{name} {_gist(frame)}".strip()


def _gist(event: Json) -> str:
    """What of an event's data is worth a look."""
    data = event["data"]
    match event["type"]:
        case "status":
            return str(data["status"]["exec_info"]["queue_remaining"])
        case "progress":
            return f"{data['node']} {data['value']}/{data['max']}"
        case "progress_state":
            node = list(data["nodes"].values())[-1]
            return f"{node['node_id']} {node['state']} {node['value']}/{node['max']}"
        case "execution_cached":
            return " ".join(data["nodes"])
        case "executing" | "executed":
            return str(data["node"])
        case _:
            return str(data.get("node_id", ""))
