"""Progress that travels between processes: the newest wins, little is said, and nothing depends on it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from bot.generation import Preview, Progress, ProgressBoard, Waiting
from bot.generation.progress_json import ProgressMessage, message_of, message_to_json
from bot.generation.relaying import ProgressReceiver, ProgressSender
from bot.jobs.progress_bus import MOST_MESSAGE_BYTES
from bot.texts import text
from tests.generation.apart import BusOfOneProcess
from tests.generation.rig import eventually, together

JOB = UUID(int=1)
OTHER = UUID(int=2)
FOX = Preview(b"a fox", "image/jpeg")


@asynccontextmanager
async def relayed() -> AsyncGenerator[tuple[ProgressBoard, ProgressBoard, BusOfOneProcess]]:
    """A worker's board, a bot's board, and what is between them."""
    ours, theirs, bus = ProgressBoard(), ProgressBoard(), BusOfOneProcess()
    both = [ProgressSender(ours, bus, "worker"), ProgressSender(theirs, bus, "bot")]
    ears = [ProgressReceiver(ours, bus, "worker"), ProgressReceiver(theirs, bus, "bot")]
    task = asyncio.create_task(together(*(each.run for each in (*both, *ears))))
    await eventually(lambda: bus.listeners == 2)
    try:
        yield ours, theirs, bus
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_one_process_knows_of_a_job_the_other_shows() -> None:
    async with relayed() as (ours, theirs, _):
        progress = Progress(JOB, 0.5, "Sampler 采样", 3, 20, 1.5, notice=text("notice-away", backend="gpu"))
        ours.publish(progress)
        await eventually(lambda: theirs.latest(JOB) == progress)
        waiting = Progress(JOB, 0.0, waiting=Waiting(1, 2))
        ours.publish(waiting)
        await eventually(lambda: theirs.latest(JOB) == waiting)
        ours.clear(JOB)
        await eventually(lambda: theirs.latest(JOB) is None)


async def test_of_a_thousand_values_a_second_two_are_told_and_the_newest_is_among_them() -> None:
    async with relayed() as (ours, theirs, bus):
        for step in range(1000):
            ours.publish(Progress(JOB, step / 1000))
            await asyncio.sleep(0)
        await eventually(lambda: theirs.latest(JOB) == Progress(JOB, 0.999))
        assert len(bus.messages) <= 2


async def test_previews_travel_only_to_where_the_job_is_shown() -> None:
    async with relayed() as (ours, theirs, bus):
        ours.publish(Progress(JOB, 0.1, preview=FOX))
        await eventually(lambda: theirs.latest(JOB) == Progress(JOB, 0.1))
        assert bus.fetched == 0
        theirs.shown(JOB)
        ours.publish(Progress(JOB, 0.2, preview=FOX))
        await eventually(lambda: theirs.latest(JOB) == Progress(JOB, 0.2, preview=FOX))
        ours.publish(Progress(JOB, 0.3, preview=FOX))
        await eventually(lambda: theirs.latest(JOB) == Progress(JOB, 0.3, preview=FOX))
        assert bus.fetched == 1
        ours.clear(JOB)
        await eventually(lambda: not bus.previews)


async def test_what_cannot_be_read_and_what_another_worker_said_before_change_nothing() -> None:
    async with relayed() as (ours, theirs, bus):
        ours.publish(Progress(JOB, 0.5))
        await eventually(lambda: theirs.latest(JOB))
        for noise in ("", "[]", "{}", '{"sender": "x", "job": "1", "preview": 0, "progress": null}'):
            await bus.send(JOB, noise)
        await bus.send(JOB, message_to_json(ProgressMessage("an earlier worker", JOB, None, 0)))
        ours.publish(Progress(OTHER, 0.6))
        await eventually(lambda: theirs.latest(OTHER))
        assert theirs.latest(JOB) == Progress(JOB, 0.5)


def test_a_message_fits_into_a_notification_whatever_a_node_is_called() -> None:
    long = Progress(JOB, 0.5, "雪" * 9000, notice=text("notice-away", backend="g" * 9000))
    source = message_to_json(ProgressMessage("worker", JOB, long, 1))
    assert len(source.encode()) <= MOST_MESSAGE_BYTES
    assert message_of(source).progress == Progress(JOB, 0.5)
