"""The switches of the side panel: what can go wrong in the sandbox, turned on and off again.

A switch shows how things are, not what was pressed: who kills the bot otherwise sees it here, too.
"""

import asyncio
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from bot.sandbox.comfyui import LIFELIKE, ComfyStandIn, Pace, Story
from bot.sandbox.discord import DiscordStandIn, Fault
from bot.sandbox.discord.wire import Json

SLOW = Pace(load=3.0, node=0.5, step=1.2)
_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
_RETRY_SECONDS = 2.0


class Switch(StrEnum):
    COMFYUI_AWAY = "comfyui-away"
    COMFYUI_SLOW = "comfyui-slow"
    OUT_OF_MEMORY = "out-of-memory"
    NO_EVENTS = "no-events"
    INPUTS_GONE = "inputs-gone"
    DISCORD_FAILS = "discord-fails"
    RATE_LIMIT = "rate-limit"
    GATEWAY_DROP = "gateway-drop"
    BOT_KILLED = "bot-killed"


_OF_THE_STAND_IN = frozenset(
    {Switch.COMFYUI_AWAY, Switch.COMFYUI_SLOW, Switch.OUT_OF_MEMORY, Switch.NO_EVENTS, Switch.INPUTS_GONE}
)
_MOMENTARY = frozenset({Switch.GATEWAY_DROP, Switch.INPUTS_GONE})


class Child(Protocol):
    """The bot's process, as far as it can be ended and begun from here."""

    @property
    def running(self) -> bool: ...
    async def start(self) -> None: ...
    async def kill(self) -> None: ...


class Switches:
    def __init__(self, discord: DiscordStandIn, comfyui: ComfyStandIn | None, bot: Child | None) -> None:
        self._discord = discord
        self._comfyui = comfyui
        self._bot = bot
        self._turning = asyncio.Lock()
        self._failing = _faults(".*", status=500)
        # Answers to interactions are not limited, or nobody would hear of anything.
        self._limiting = _faults(r"/(?!interactions/).*", status=429)
        for fault in (*self._failing, *self._limiting):
            discord.add_fault(fault)

    def state(self) -> list[Json]:
        return [
            {
                "name": switch.value,
                "on": self._is_on(switch),
                "momentary": switch in _MOMENTARY,
                "available": self._available(switch),
            }
            for switch in Switch
        ]

    async def turn(self, switch: Switch, *, on: bool) -> None:
        async with self._turning:
            if self._available(switch):
                await self._turn(switch, on=on)

    def _available(self, switch: Switch) -> bool:
        if switch in _OF_THE_STAND_IN:
            return self._comfyui is not None
        return switch is not Switch.BOT_KILLED or self._bot is not None

    def _is_on(self, switch: Switch) -> bool:
        comfyui, bot = self._comfyui, self._bot
        match switch:
            case Switch.COMFYUI_AWAY:
                return comfyui is not None and not comfyui.alive
            case Switch.COMFYUI_SLOW:
                return comfyui is not None and comfyui.installation.pace == SLOW
            case Switch.OUT_OF_MEMORY:
                return comfyui is not None and comfyui.installation.usual_story.out_of_memory
            case Switch.NO_EVENTS:
                return comfyui is not None and comfyui.installation.usual_story.forgets_client
            case Switch.DISCORD_FAILS:
                return _acts(self._failing)
            case Switch.RATE_LIMIT:
                return _acts(self._limiting)
            case Switch.GATEWAY_DROP | Switch.INPUTS_GONE:
                return False
            case Switch.BOT_KILLED:
                return bot is not None and not bot.running

    async def _turn(self, switch: Switch, *, on: bool) -> None:
        match switch:
            case Switch.DISCORD_FAILS:
                _let_act(self._failing, on=on)
            case Switch.RATE_LIMIT:
                _let_act(self._limiting, on=on)
            case Switch.GATEWAY_DROP:
                self._discord.gw_drop()
            case Switch.BOT_KILLED if self._bot is not None:
                await (self._bot.kill() if on else self._bot.start())
            case _ if self._comfyui is not None:
                await _turn_comfyui(self._comfyui, switch, on=on)
            case _:
                pass


async def _turn_comfyui(comfyui: ComfyStandIn, switch: Switch, *, on: bool) -> None:
    installation = comfyui.installation
    match switch:
        case Switch.COMFYUI_AWAY:
            await (comfyui.crash() if on else comfyui.restart())
        case Switch.COMFYUI_SLOW:
            installation.pace = SLOW if on else LIFELIKE
        case Switch.OUT_OF_MEMORY:
            comfyui.every_job(_told(installation.usual_story, out_of_memory=on))
        case Switch.NO_EVENTS:
            comfyui.every_job(_told(installation.usual_story, forgets_client=on))
        case Switch.INPUTS_GONE:
            comfyui.forget_inputs()
        case _:
            pass


def _told(story: Story, *, out_of_memory: bool | None = None, forgets_client: bool | None = None) -> Story:
    return replace(
        story,
        out_of_memory=story.out_of_memory if out_of_memory is None else out_of_memory,
        forgets_client=story.forgets_client if forgets_client is None else forgets_client,
    )


def _faults(path: str, *, status: int) -> tuple[Fault, ...]:
    """They wait until they are let act: no fault happens zero times."""
    return tuple(
        Fault(method, path, status=status, times=0, retry_after=_RETRY_SECONDS) for method in _METHODS
    )


def _acts(faults: tuple[Fault, ...]) -> bool:
    return any(fault.times is None for fault in faults)


def _let_act(faults: tuple[Fault, ...], *, on: bool) -> None:
    for fault in faults:
        fault.times = None if on else 0
