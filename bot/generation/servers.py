"""All backends together, this process's own and those of others: which of them a job means, and which holds its files."""

import logging
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TypeAlias

from bot.comfy import ComfyError
from bot.generation.backends import Backend
from bot.generation.lookup import find_prompt
from bot.generation.remote import RemoteBackend, RemoteBackends
from bot.jobs.job import Job

log = logging.getLogger(__name__)


AnyBackend: TypeAlias = Backend | RemoteBackend


class Servers:
    """A job knows its backend by a name; the operator may have taken that one away, or write it otherwise now.

    A backend that is written otherwise is recognised by the prompts that it has.
    """

    def __init__(
        self,
        backends: Sequence[Backend],
        remote: RemoteBackends | None = None,
        *,
        is_paused: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """``backends``: those that this process reaches itself. ``remote``: the others; None: there are none.

        ``is_paused``: whether no job is to begin on the backend of this name.
        """
        self._is_paused = is_paused
        self._backends = tuple(backends)
        self._remote: Iterable[RemoteBackend] = remote or ()
        self._known_as: dict[str, Backend] = {}

    def __iter__(self) -> Iterator[AnyBackend]:
        yield from self._backends
        yield from self._remote

    def named(self, name: str) -> AnyBackend | None:
        """None: no backend is known to be meant."""
        return next((each for each in self if each.name == name), self._known_as.get(name))

    def reaches(self, job: Job) -> bool:
        """Whether the job's backend is one that this process reaches itself."""
        return job.backend is not None and isinstance(self.named(job.backend), Backend)

    def is_remote(self, job: Job) -> bool:
        """Whether another process reaches the job's backend, and this one does not."""
        return job.backend is not None and isinstance(self.named(job.backend), RemoteBackend)

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
        if job.backend is not None and isinstance(backend := self.named(job.backend), Backend):
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
        """Whether another backend could run at once what needs ``needs``."""
        return any(
            other is not me
            and self.takes_jobs(other)
            and other.capabilities is not None
            and all(need in other.capabilities for need in needs)
            for other in self
        )

    def takes_jobs(self, backend: AnyBackend) -> bool:
        """Whether jobs begin there now, if it has what they need."""
        return backend.online and not self._is_paused(backend.name)

    @property
    def all_online(self) -> bool:
        return all(each.online for each in self)


class _Abandoned:
    """Dead ones, ones that are not configured (any more), and the backend itself by another name."""

    def __init__(self, servers: Servers, me: Backend) -> None:
        self._servers = servers
        self._me = me

    def __contains__(self, name: object) -> bool:
        backend = self._servers.named(str(name))
        return backend is None or backend is self._me or backend.dead
