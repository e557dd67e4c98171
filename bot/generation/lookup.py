"""Where a prompt is: waiting, running, ended or nowhere; and waiting for a backend that does not say."""

import asyncio
import logging
from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from bot.comfy import ComfyClient, ComfyError, HistoryEntry, QueueItem
from bot.generation.backends import Backend
from bot.generation.reporter import ProgressReporter
from bot.generation.signals import RunSignals
from bot.generation.timeouts import Timeouts
from bot.jobs.store import Fenced

log = logging.getLogger(__name__)


class InQueue(Struct, frozen=True):
    """The prompt waits or runs."""

    item: QueueItem
    ahead: tuple[QueueItem, ...]
    """What runs or waits before it; empty when it runs."""


FoundPrompt: TypeAlias = InQueue | HistoryEntry


class BackendReplaced(Exception):
    """Another backend is to carry the job out: it should go back to the queue."""


class BackendUnfit(Exception):
    """The backend lost the prompt, and does not have what the job needs any more."""


class Loss(StrEnum):
    """How a prompt came to no end."""

    FORGOTTEN = "forgotten"
    """The backend restarted, or somebody deleted the prompt while nobody listened."""
    CLEARED = "cleared"
    """It waited, and the backend went on without it: somebody took it out of the queue there."""
    STALLED = "stalled"
    """It made no step for so long that it was stopped here."""
    UNHEARD = "unheard"
    """It ended, but pictures that exist on its socket only did not all arrive."""


class PromptLost(Exception):
    """The backend does not know the prompt (any more), or does not get on with it."""

    def __init__(self, loss: Loss = Loss.FORGOTTEN) -> None:
        super().__init__(loss)
        self.loss = loss


class CancelledWhileAway(Exception):
    """The job was cancelled while its backend was away."""


async def find_prompt(client: ComfyClient, prompt_id: UUID) -> FoundPrompt | None:
    """Look once; None: neither waiting, nor running, nor ended.

    Raises:
        ComfyError: the backend did not tell.
    """
    entry = await client.history_entry(prompt_id)
    if entry is not None:
        return entry
    queue = await client.queue()
    line = (*queue.running, *queue.pending)
    for place, item in enumerate(line):
        if item.prompt_id == str(prompt_id):
            return InQueue(item, () if item.running else line[:place])
    # Out of the queue is into the history, in one step: it may have ended between the two questions.
    return await client.history_entry(prompt_id)


class PromptLookup(Struct, frozen=True):
    """Looks for the prompts of one run on its backend, however often that has to be asked."""

    backend: Backend
    signals: RunSignals
    reporter: ProgressReporter
    timeouts: Timeouts
    others_can: Callable[[], bool]
    """Whether another backend could take the job over now."""

    async def locate(self, prompt_id: UUID) -> FoundPrompt:
        """Where the prompt is.

        Raises:
            PromptLost: two looks, some time apart, found it neither waiting nor ended.
            ComfyError: the backend did not tell.
        """
        for pause in (0.0, self.timeouts.absent_seconds):
            await asyncio.sleep(pause)
            found = await find_prompt(self.backend.client, prompt_id)
            if found is not None:
                self.reporter.back()
                return found
            if self.signals.cancelling:
                break  # it was taken out as we asked
        raise PromptLost

    async def until_online(self, failures: int) -> None:
        """Wait until the backend gives a sign of life again, after it failed to for the ``failures``-th time in a row.

        Raises:
            Fenced, CancelledWhileAway, BackendReplaced: why the waiting is over before that.
        """
        self.signals.alive = False
        self.backend.suspect()
        await self.timeouts.retry.pause(failures)
        while not await self.backend.wait_online(1.0) and not self.signals.alive:
            self.reporter.away(self.backend.label)
            if self.signals.lost:
                raise Fenced
            if self.signals.cancelling:
                raise CancelledWhileAway
            if self.backend.dead and self.others_can():
                raise BackendReplaced

    async def locate_in_the_end(self, prompt_id: UUID) -> FoundPrompt:
        """As :meth:`locate`, asked again for as long as the backend does not tell."""
        failures = 0
        while True:
            try:
                return await self.locate(prompt_id)
            except ComfyError as error:
                failures += 1
                log.debug("prompt %s: %s", prompt_id, error)
                await self.until_online(failures)
