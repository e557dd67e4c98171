"""The floor of a start, of idle memory and of a job: the least that a bot on the same four packages can be.

discord.py, aiohttp, pydantic-settings and aiosqlite, with one command. A job makes the requests that the real bot makes
(the answer, ``/prompt``, ``/history``, ``/view``, the result, the last edit of the status), hears ComfyUI's events, and
commits each of its steps to the disk. It has no limits, buttons, options or words, and survives nothing: what the real
bot costs beyond this is what it does beyond this.
"""

import asyncio
import io
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

import aiohttp
import aiosqlite
import discord
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from tests.bench.bare_client import BareClient

_LEDGER = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE jobs (id TEXT PRIMARY KEY, state TEXT NOT NULL, prompt_id TEXT, outputs TEXT);
"""
Json: TypeAlias = Mapping[str, Any]


class BareSettings(BaseSettings):
    discord_token: SecretStr
    comfyui_urls: str
    database: Path
    workflows_dir: Path


class BareBot(BareClient):
    def __init__(self, settings: BareSettings) -> None:
        super().__init__()
        self._settings = settings
        self._graph: Json = json.loads((settings.workflows_dir / "blank" / "workflow.json").read_text())
        self._sockets: dict[int, tuple[str, asyncio.Task[None]]] = {}
        """By guild: the client_id, and who hears its events."""
        self._ended: dict[str, asyncio.Future[None]] = {}
        """By prompt."""

    async def setup_hook(self) -> None:
        self._http = aiohttp.ClientSession()
        self._ledger = await aiosqlite.connect(self._settings.database, isolation_level=None)
        await self._ledger.executescript(_LEDGER)
        self.tree.command(description="A picture of one colour")(blank)
        await self.tree.sync()

    async def close(self) -> None:
        for _, hearing in self._sockets.values():
            hearing.cancel()
        await self._http.close()
        await self._ledger.close()
        await super().close()

    async def carry_out(self, interaction: discord.Interaction, color: int) -> None:
        """One job, from the command to the picture."""
        job = str(interaction.id)
        await self._note("INSERT INTO jobs (id, state) VALUES (?, 'queued')", job)
        await interaction.response.send_message(embed=discord.Embed(title="/blank", description="Queued"))
        await self._note("UPDATE jobs SET state = 'running' WHERE id = ?", job)
        prompt_id = str(uuid.uuid4())
        await self._note("UPDATE jobs SET prompt_id = ? WHERE id = ?", prompt_id, job)
        await self._run(interaction.guild_id or 0, prompt_id, color)
        await self._note("UPDATE jobs SET state = 'started' WHERE id = ?", job)
        outputs = (await self._asked(f"history/{prompt_id}"))[prompt_id]["outputs"]
        await self._note("UPDATE jobs SET state = 'done', outputs = ? WHERE id = ?", json.dumps(outputs), job)
        file = next(file for shown in outputs.values() for file in shown.get("images", ()))
        async with self._http.get(f"{self._settings.comfyui_urls}/view", params=file) as answer:
            content = await answer.read()
        await self._note("UPDATE jobs SET state = 'posting' WHERE id = ?", job)
        channel = cast("discord.TextChannel", interaction.channel)
        await channel.send("Done", file=discord.File(io.BytesIO(content), file["filename"]))
        await self._note("UPDATE jobs SET state = 'posted' WHERE id = ?", job)
        await interaction.edit_original_response(embed=discord.Embed(title="/blank", description="Done"))

    async def _run(self, guild: int, prompt_id: str, color: int) -> None:
        """Returns once ComfyUI says that it is done."""
        if guild not in self._sockets:
            connected = asyncio.Event()
            client_id = str(uuid.uuid4())
            self._sockets[guild] = client_id, asyncio.create_task(self._hear(client_id, connected))
            await connected.wait()
        client_id, _ = self._sockets[guild]
        self._ended[prompt_id] = asyncio.get_running_loop().create_future()
        graph = {
            **self._graph,
            "1": {**self._graph["1"], "inputs": {**self._graph["1"]["inputs"], "color": color}},
        }
        prompt = {"prompt": graph, "prompt_id": prompt_id, "client_id": client_id}
        async with self._http.post(f"{self._settings.comfyui_urls}/prompt", json=prompt) as answer:
            answer.raise_for_status()
            await answer.json()
        await self._ended[prompt_id]

    async def _hear(self, client_id: str, connected: asyncio.Event) -> None:
        address = f"{self._settings.comfyui_urls}/ws"
        async with self._http.ws_connect(address, params={"clientId": client_id}) as socket:
            connected.set()
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    event = json.loads(message.data)
                    if event["type"] == "execution_success":
                        self._ended[event["data"]["prompt_id"]].set_result(None)

    async def _asked(self, path: str) -> Json:
        async with self._http.get(f"{self._settings.comfyui_urls}/{path}") as answer:
            return await answer.json()

    async def _note(self, statement: str, *values: str) -> None:
        """One commit: a connection without transactions of its own."""
        await self._ledger.execute(statement, values)


async def blank(interaction: discord.Interaction[BareBot], color: int) -> None:
    await interaction.client.carry_out(interaction, color)


def main() -> None:
    settings = BareSettings()  # pyright: ignore[reportCallIssue]  # what it needs is in the environment
    asyncio.run(BareBot(settings).serve(settings.discord_token.get_secret_value()))


if __name__ == "__main__":
    main()
