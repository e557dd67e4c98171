"""After a backend came (back): stop the prompts of ours that it holds and that no job waits for any more."""

import logging
from collections.abc import Callable
from uuid import UUID

from bot.comfy import ComfyClient, QueueItem
from bot.jobs.job import Job
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore

log = logging.getLogger(__name__)


async def sweep(client: ComfyClient, store: JobStore, recognise: Callable[[Job], None]) -> None:
    """``recognise`` is told of the jobs whose prompts are here as they should be.

    Raises:
        ComfyError: the backend did not tell everything, or did not do it.
    """
    queue = await client.queue()
    for item in (*queue.running, *queue.pending):
        prompt_id, job = _uuid(item.prompt_id), await _job_of(item, store)
        if prompt_id is None or job is None:
            continue  # somebody else's: anything may be written there
        if job.ended or job.prompt_id != prompt_id:
            log.warning("prompt %s on %s: no job waits for it, stopping it", prompt_id, client.server.label)
            await client.cancel(prompt_id)
        else:
            recognise(job)


async def _job_of(item: QueueItem, store: JobStore) -> Job | None:
    """The job that the prompt says it belongs to (``extra_data`` is ours to fill, and anybody's)."""
    tag = item.extra_data.get("comfycord")
    job_id = _uuid(tag.get("job")) if isinstance(tag, dict) else None
    return None if job_id is None else await when_available(lambda: store.job(job_id))


def _uuid(value: object) -> UUID | None:
    try:
        found = UUID(str(value))
    except ValueError:
        return None
    return found if str(found) == value else None  # ours are written in the one canonical form
