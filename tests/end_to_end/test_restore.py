"""Yesterday's copy is put back: what was open in it goes on, and what people have seen since is not shown twice."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

import pytest

from bot.backup import backup, restore
from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation
from bot.settings import Settings
from tests.end_to_end.rig import Rig

IN_COMFYUI = 2
"""One runs and one waits there; the copy knows of both."""


@pytest.fixture
def settings(rig: Rig) -> Settings:
    return Settings.model_validate({"database": rig.database})


@contextmanager
def held(rig: Rig, count: int) -> Generator[None]:
    """The next jobs do not end before the block does."""
    stories = [Story(hold=True) for _ in range(count)]
    for story in stories:
        rig.comfy.next_job(story)
    yield
    for story in stories:
        story.release()


async def _all_ended(rig: Rig, asked: Sequence[Invocation]) -> None:
    await rig.until(lambda: all(rig.ended(each) for each in asked))


async def test_jobs_that_were_open_in_the_copy_and_have_ended_since_are_posted_once(
    rig: Rig, settings: Settings
) -> None:
    async with rig.bot():
        await rig.ready()
        with held(rig, 3):
            asked = [await rig.ask(f"/blank color:{color}") for color in range(3)]
            await rig.until(lambda: len(rig.comfy.submitted) == IN_COMFYUI)
            backup(settings, rig.folder / "copy")
        await _all_ended(rig, asked)
    seen = rig.results()
    restore(settings, rig.folder / "copy")
    async with rig.bot() as second:
        await rig.until(lambda: second.log.count("its end is shown") + second.log.count("posted") >= 3)
        later = await rig.ask("/blank color:9")
        await _all_ended(rig, [*asked, later])
    assert len(seen) == 3
    assert rig.results()[:3] == seen
    assert len(rig.results()) == 4


async def test_jobs_that_never_ended_go_on_from_the_copy(rig: Rig, settings: Settings) -> None:
    with held(rig, 1):
        async with rig.bot() as first:
            await rig.ready()
            asked = [await rig.ask(f"/blank color:{color}") for color in range(3)]
            await rig.until(lambda: len(rig.comfy.submitted) == IN_COMFYUI)
            backup(settings, rig.folder / "copy")
            first.kill()
            assert await first.ended() < 0
        rig.database.write_bytes(b"a disk that died")
        restore(settings, rig.folder / "copy")
    async with rig.bot():
        await _all_ended(rig, asked)
    assert len(rig.results()) == 3
    assert len(rig.prompts) == 3
