"""All configured backends together: which of them a job means, and which holds its files."""

import logging
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress

from bot.comfy import ComfyError
from bot.generation.backends import Backend, online_others
from bot.generation.lookup import find_prompt
from bot.jobs.job import Job

log = logging.getLogger(__name__)


class Servers:
    """A job knows its backend by a name; the operator may have taken that one away, or write it otherwise now.

    A backend that is written otherwise is recognised by the prompts that it has.
    """

    def __init__(self, backends: Sequence[Backend]) -> None:
        self._backends = tuple(backends)
        self._known_as: dict[str, Backend] = {}

    def __iter__(self) -> Iterator[Backend]:
        return iter(self._backends)

    def named(self, name: str) -> Backend | None:
        """None: no configured backend is known to be meant."""
        return next((each for each in self._backends if each.name == name), self._known_as.get(name))

    def recognise(self, backend: Backend, job: Job) -> None:
        """``backend`` has this job's prompt, by whatever name the job knows it."""
        if job.backend is not None and self.named(job.backend) is None:
            log.info("ComfyUI %s is the one that was %s before", backend.name, job.backend)
            self._known_as[job.backend] = backend

    async def found_beside(self, me: Backend, job: Job) -> bool:
        """Whether a backend other than ``me`` knows the job's prompt; it is recognised then."""
        for other in self._backends:
            if other is me or other.dead or job.prompt_id is None:
                continue
            with suppress(ComfyError):
                if await find_prompt(other.client, job.prompt_id) is not None:
                    self.recognise(other, job)
                    return True
        return False

    async def holder(self, job: Job) -> Backend | None:
        """The backend that has the job's files; None: none of those that answer."""
        if job.backend is not None and (backend := self.named(job.backend)) is not None:
            return backend
        # Others may have files of the same name that are somebody else's: the prompt tells which server it was.
        for candidate in self._backends:
            with suppress(ComfyError):
                if job.prompt_id and await candidate.client.history_entry(job.prompt_id) is not None:
                    self.recognise(candidate, job)
                    return candidate
        return None

    def abandoned(self, me: Backend) -> Container[str]:
        """The names of backends whose jobs ``me`` may take over."""
        return _Abandoned(self, me)

    def others_can(self, me: Backend, needs: frozenset[str]) -> bool:
        return online_others(self._backends, me, needs)

    @property
    def all_online(self) -> bool:
        return all(each.online for each in self._backends)


class _Abandoned:
    """Dead ones, ones that are not configured (any more), and the backend itself by another name."""

    def __init__(self, servers: Servers, me: Backend) -> None:
        self._servers = servers
        self._me = me

    def __contains__(self, name: object) -> bool:
        backend = self._servers.named(str(name))
        return backend is None or backend is self._me or backend.dead
