"""The whole bot between the two stand-ins: a Discord with persons in front, a ComfyUI behind."""

import os
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.sandbox.discord import Channel, DiscordStandIn, Invocation, Message
from bot.sandbox.discord.wire import Exchange
from tests.end_to_end.haste import HASTE
from tests.end_to_end.life import PROJECT, Life, living
from tests.sandbox.openapi import watching

SHIPPED = PROJECT / "workflows"
PLAIN = Path(__file__).parent / "workflows"
"""Workflows that need no model and make small files."""
USER = "comfy"
PATIENCE_SECONDS = 20.0


@dataclass(slots=True)
class Rig:
    discord: DiscordStandIn
    comfy: ComfyStandIn
    folder: Path
    on_exchange: list[Callable[[Exchange], None]]
    """Told of every exchange with Discord once it was carried out, before the bot reads the answer."""
    settings: dict[str, str] = field(default_factory=dict[str, str])
    """Of the lives to come, beside those that name the rig."""
    haste: dict[str, object] = field(default_factory=lambda: dict(HASTE))
    """Theirs, too."""
    _lives: int = 0

    @property
    def general(self) -> Channel:
        return self.discord.channels["general"]

    @property
    def database(self) -> Path:
        return self.folder / "jobs.db"

    def bot(self) -> AbstractAsyncContextManager[Life]:
        """Start the bot, on the same database each time."""
        self._lives += 1
        settings = {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_BASE": self.discord.api_base,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
            "COMFYUI_URLS": self.comfy.url,
            "DATABASE": str(self.database),
            "WORKFLOWS_DIR": str(PLAIN),
            "METRICS_LISTEN": "off",
            **self.settings,
        }
        return living(settings, self.folder / f"bot-{self._lives}.log", haste=self.haste)

    async def ready(self, life: int = 1) -> None:
        """Wait until the bot, in this life (they count from 1), hears interactions and has told Discord its commands."""
        await self.until(lambda: self.discord.gateway.identified == life and self.discord.commands)

    async def ask(self, line: str = "/blank color:255", channel: Channel | None = None) -> Invocation:
        """A member gives a command."""
        return await self.discord.member.slash(channel or self.general, line)

    def results(self, channel: Channel | None = None) -> list[Message]:
        """What the bot posted other than answers to commands, and answers in whose place a result came."""
        messages = (channel or self.general).messages
        return [each for each in messages if each.author.bot and _is_result(each)]

    def ended(self, asked: Invocation) -> bool:
        """Whether the answer to a command is a last word: there is nothing to cancel, or the result is in its place."""
        answer = asked.response
        return answer is not None and ("Cancel" not in answer.labels or _is_result(answer))

    async def result(self, channel: Channel | None = None) -> Message:
        """Wait for the first result."""
        await self.until(lambda: self.results(channel))
        return self.results(channel)[0]

    async def until(self, is_so: Callable[[], object]) -> None:
        await self.discord.until(is_so, PATIENCE_SECONDS)

    @property
    def prompts(self) -> list[str]:
        """The ids of all prompts that ComfyUI ever took."""
        return [str(body["prompt_id"]) for body in self.comfy.submitted]


def _is_result(message: Message) -> bool:
    files = [each.filename for each in message.attachments]
    return message.interaction_metadata is None or any(not name.startswith("preview.") for name in files)


@asynccontextmanager
async def rigged(folder: Path, *, password: str | None = None) -> AsyncGenerator[Rig]:
    """``DISCORD_OPENAPI``, where it is set, names the document against which every exchange is checked.

    With a password, ComfyUI stands behind a proxy that wants it, and the bot has it in the address.
    """
    told: list[Callable[[Exchange], None]] = []

    def tell(exchange: Exchange) -> None:
        for each in told:
            each(exchange)

    with watching() as observers:
        judges = observers if os.environ.get("DISCORD_OPENAPI") else ()
        async with (
            DiscordStandIn.running(observers=(*judges, tell)) as discord,
            ComfyStandIn.running(speed=INSTANT, require_headers=_basic(password)) as comfy,
        ):
            rig = Rig(discord, comfy, folder, told)
            if password is not None:
                rig.settings["COMFYUI_URLS"] = comfy.url.replace("//", f"//{USER}:{password}@")
            yield rig


def _basic(password: str | None) -> dict[str, str]:
    if password is None:
        return {}
    return {"Authorization": "Basic " + b64encode(f"{USER}:{password}".encode()).decode()}
