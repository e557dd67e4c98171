"""The persons: they ask for pictures, now and then in their direct messages, hand in files, and change their minds."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.discord import Channel, Invocation, NotSent, Upload
from tests.chaos.judge import Asked
from tests.chaos.reading import asked_of, picture_of, words_of
from tests.chaos.world import World

_DIRECT = 0.1
_FILES = 0.2
_CANCELS = 0.03
_PATIENCE_SECONDS = 2.0
_REPEATS = 0.08
_STEPS = (1, 2, 3, 8)


@dataclass(slots=True)
class Crowd:
    """Everybody, and what they asked for so far, by number."""

    world: World
    dice: random.Random
    asked: dict[int, Invocation] = field(default_factory=dict[int, Invocation])
    pictures: dict[int, int] = field(default_factory=dict[int, int])
    """How many each was asked to make."""
    cancelled: set[int] = field(default_factory=set[int])

    async def ask(self, jobs: int, pause_seconds: float, is_over: Callable[[], bool]) -> None:
        """Ask until so many jobs were accepted, or it is over."""
        async with asyncio.TaskGroup() as cancelling:
            while not is_over() and sum(each.accepted for each in self.standing()) < jobs:
                await self._ask_once(cancelling)
                await asyncio.sleep(self.dice.uniform(0, 2 * pause_seconds))

    def standing(self) -> list[Asked]:
        """How everything that was asked for stands."""
        return [
            asked_of(number, each, pictures=self.pictures[number], cancelled=number in self.cancelled)
            for number, each in self.asked.items()
        ]

    async def _ask_once(self, cancelling: asyncio.TaskGroup) -> None:
        person, number = self.dice.choice(self.world.persons), len(self.asked) + 1
        channel: Channel = self.dice.choice(self.world.rooms)
        if self.dice.random() < _DIRECT:
            channel = person.direct
        files, pictures = {}, 1
        if self.dice.random() < _FILES:
            line, files = "/redraw", {"image": Upload(f"{number}.png", picture_of(number))}
        else:
            line = f'/paint prompt:"{words_of(number)}" steps:{self.dice.choice(_STEPS)}'
            if self.dice.random() < _REPEATS:
                pictures = self.dice.choice((2, 3))
                line += f" repeat:{pictures}"
        self.pictures[number] = pictures
        asked = self.asked[number] = await person.slash(channel, line, files)
        if self.dice.random() < _CANCELS:
            cancelling.create_task(self._change_mind(number, asked))

    async def _change_mind(self, number: int, asked: Invocation) -> None:
        await asyncio.sleep(self.dice.uniform(0, _PATIENCE_SECONDS))
        person = next(each for each in self.world.persons if each.user == asked.interaction.user)
        if asked.response is not None and "Cancel" in asked.response.labels:
            self.cancelled.add(number)
            try:
                await person.click(asked, "Cancel")
            except NotSent:  # the button has just gone
                self.cancelled.discard(number)
