"""The bot's processes: each is started again whenever it ended, and it is known who ended it."""

import asyncio
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.end_to_end.life import LONGEST_STOP_SECONDS, Life, born

_LONGEST_DOWN_SECONDS = 1.5
_NO_DATABASE = "cannot be opened: "
_BUG = re.compile(r" (?:ERROR|CRITICAL) |^Traceback|never awaited|never retrieved|Exception ignored")


@dataclass(slots=True)
class Member:
    """One place in the fleet, with one life after another."""

    name: str
    settings: Mapping[str, str]
    folder: Path
    arguments: tuple[str, ...] = ()
    lives: list[Life] = field(default_factory=list[Life])
    expected_ends: int = 0
    """How many lives were ended by the storm."""
    statuses: list[int] = field(default_factory=list[int])
    """Exit statuses of lives that ended by themselves, but for those that found no database to begin with."""
    refused_starts: int = 0
    """How often it ended with a sentence because the database was away just then; whatever starts it tries again."""
    slow_stops: int = 0
    """How often SIGTERM did not end it in the time that the bot promises."""
    frozen: bool = False

    @property
    def life(self) -> Life:
        return self.lives[-1]

    def begin(self) -> None:
        """In a folder of its own: as far as the members know, they are on machines of their own."""
        log = self.folder / f"{self.name}-{len(self.lives) + 1}.log"
        home = self.folder / self.name
        home.mkdir(exist_ok=True)
        self.lives.append(born(self.settings, log, *self.arguments, folder=home))

    async def kept_running(self, dice: random.Random) -> None:
        """Start it, and again after each end, until cancelled."""
        while True:
            self.begin()
            ends = self.expected_ends
            status = await self.life.ended(timeout_seconds=None)
            if self.expected_ends == ends:
                self._note_end(status)
            await asyncio.sleep(dice.uniform(0, _LONGEST_DOWN_SECONDS))

    def _note_end(self, status: int) -> None:
        lines = self.life.log.splitlines()
        if status == 1 and lines and _NO_DATABASE in lines[-1]:
            self.refused_starts += 1
        else:
            self.statuses.append(status)

    def kill(self) -> bool:
        """SIGKILL. False: there was nothing to kill."""
        if not self.lives or not self.life.alive:
            return False
        self.expected_ends += 1
        self.life.kill()
        return True

    async def stop(self) -> bool:
        """SIGTERM, as at a deployment; SIGKILL when it takes longer than the bot promises."""
        if not self.lives or not self.life.alive or self.frozen:
            return False
        life = self.life
        self.expected_ends += 1
        life.terminate()
        try:
            await life.ended(LONGEST_STOP_SECONDS)
        except TimeoutError:
            self.slow_stops += not self.frozen
            life.kill()
        return True

    async def freeze(self, seconds: float) -> bool:
        """SIGSTOP, and SIGCONT after so long."""
        if not self.lives or not self.life.alive or self.frozen:
            return False
        life, self.frozen = self.life, True
        life.freeze()
        try:
            await asyncio.sleep(seconds)
        finally:
            life.thaw()
            self.frozen = False
        return True

    @property
    def bugs(self) -> list[str]:
        """What its logs tell of bugs."""
        lines = (line for life in self.lives for line in life.log.splitlines())
        return [f"{self.name}: {line}" for line in lines if _BUG.search(line)]
