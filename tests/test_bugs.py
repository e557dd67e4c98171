"""What nobody foresaw ends one thing; what makes the bot useless ends the bot."""

import asyncio

import pytest

from bot.bugs import Bug, contained, contained_call, kept_running
from bot.errors import Unusable


class Damaged(Unusable):
    """A database that can never be used again, for instance."""


async def failing(*errors: Exception) -> None:
    """Raise them as a group of tasks does."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_failing_together(errors))


async def _failing_together(errors: tuple[Exception, ...]) -> None:
    raise ExceptionGroup("together", errors)


async def test_what_ends_the_bot_passes_however_deep_it_lies_in_groups_of_tasks() -> None:
    with pytest.raises(Damaged):
        await contained("a test", failing(KeyError("x"), Damaged("broken")))
    with pytest.raises(Damaged):
        await kept_running("a test", lambda: failing(Damaged("broken"), KeyError("x")))


async def test_a_group_of_bugs_is_one_bug(caplog: pytest.LogCaptureFixture) -> None:
    found = await contained("a test", failing(KeyError("x"), ValueError("y")))
    assert isinstance(found, Bug)
    assert caplog.messages == [f"bug {found.id} in a test"]


def test_a_call_that_does_not_wait_is_contained_too() -> None:
    assert contained_call("a test", lambda: 7) == 7
    assert isinstance(contained_call("a test", lambda: 1 / 0), Bug)
    with pytest.raises(Damaged):
        contained_call("a test", lambda: _raise(Damaged("broken")))


def _raise(error: Exception) -> None:
    raise error
