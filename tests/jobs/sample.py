"""Jobs, workers and a clock to tell stories with."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import count
from uuid import UUID, uuid4

from bot.jobs.claim import Worker
from bot.jobs.job import Done, Job, Limits, NewJob, Output, Place, Reply
from bot.jobs.store import JobStore

NO_LIMITS = Limits()
LEASE_SECONDS = 30.0
DONE = Done((Output("9", "fox_00001_.png", "", "output"),), ("a caption",))
EVERYTHING = frozenset({"KSampler", "CheckpointLoaderSimple.ckpt_name=sd15.safetensors"})

_interaction_ids: Iterator[int] = count(1_175_000_000_000_000_000)


async def open_jobs(store: JobStore) -> list[Job]:
    """All that have not ended, oldest first."""
    jobs = [standing.job for standing in await store.standings()]
    return sorted(jobs, key=lambda job: (job.created_at, job.interaction_id))


@dataclass
class MovableClock:
    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


def new_job(
    user_id: int = 1,
    *,
    guild_id: int | None = 100,
    interaction_id: int | None = None,
    workflow: str = "txt2img",
    needs: frozenset[str] = EVERYTHING,
) -> NewJob:
    return NewJob(
        id=uuid4(),
        interaction_id=next(_interaction_ids) if interaction_id is None else interaction_id,
        place=Place(
            guild_id=guild_id, channel_id=200, user_id=user_id, user_locale="zh-CN", guild_locale="en-US"
        ),
        reply=Reply(
            application_id=300,
            token="a way back",
            created_at=1_699_999_999.25,
            attachment_limit_bytes=10_000_000,
        ),
        workflow=workflow,
        values={"prompt": "a red fox, 雪", "seed": "9007199254740991"},
        graph='{"9": {"class_type": "SaveImage", "inputs": {}}}',
        titles={"9": "Save Image"},
        needs=needs,
        prompt_option="prompt",
        stand_ins={"checkpoint": "sdxl.safetensors"},
    )


def worker(
    backend: str = "gpu-1",
    *,
    owner: str | None = None,
    has: Container[str] = EVERYTHING,
    dead: frozenset[str] = frozenset(),
    loaded: frozenset[str] = frozenset(),
) -> Worker:
    return Worker(owner=owner or f"boot/{backend}", backend=backend, has=has, dead=dead, loaded=loaded)


def prompt_id() -> UUID:
    return uuid4()
