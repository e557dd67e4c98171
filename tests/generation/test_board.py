"""The board keeps the newest progress, and nothing else."""

import asyncio
import gc
from uuid import uuid4

from bot.generation import Progress, ProgressBoard


async def test_waiting_for_jobs_that_never_show_anything_leaves_nothing_behind() -> None:
    board, before = ProgressBoard(), _kept()
    for _ in range(200):
        await board.changed(uuid4(), 0.0)
    assert _kept() - before < 100


def _kept() -> int:
    """What a board could keep of those who wait."""
    gc.collect()
    return sum(isinstance(each, asyncio.Event | set) for each in gc.get_objects())


async def test_everybody_who_waits_is_woken_by_a_change() -> None:
    board, job_id = ProgressBoard(), uuid4()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(board.changed(job_id, 60.0))
        await asyncio.sleep(0)
        board.publish(Progress(job_id, 0.5))
    assert board.latest(job_id) == Progress(job_id, 0.5)


async def test_a_job_that_left_the_board_is_a_change_too() -> None:
    board, job_id = ProgressBoard(), uuid4()
    board.publish(Progress(job_id, 0.5))
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(board.changed(job_id, 60.0))
        await asyncio.sleep(0)
        board.clear(job_id)
    assert board.latest(job_id) is None
