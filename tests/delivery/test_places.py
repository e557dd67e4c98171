"""Where a job's end is told, as a function of what is known beforehand."""

import discord
import pytest
from msgspec.structs import replace

from bot.delivery.destinations import SOON_SECONDS, Outlook, Place, places
from bot.delivery.messages import Standing
from bot.delivery.rights import lacking, warning
from bot.texts import text
from tests.delivery.sample import job

ALL = discord.Permissions.all()
CHANNEL, STATUS, DIRECT = Place.CHANNEL, Place.STATUS, Place.DIRECT
FREE = Outlook(Standing(ALL, in_thread=False), wait_seconds=0.0, token_lives=True, one_message=True)


def without(**rights: bool) -> discord.Permissions:
    permissions = discord.Permissions(ALL.value)
    permissions.update(**rights)
    return permissions


@pytest.mark.parametrize(
    ("outlook", "chosen"),
    [
        (FREE, (CHANNEL, STATUS, DIRECT)),
        (replace(FREE, standing=None), (CHANNEL, STATUS, DIRECT)),
        (replace(FREE, wait_seconds=SOON_SECONDS), (CHANNEL, STATUS, DIRECT)),
        (replace(FREE, wait_seconds=SOON_SECONDS + 0.1), (STATUS, CHANNEL, DIRECT)),
        (replace(FREE, wait_seconds=9.0, one_message=False), (CHANNEL, STATUS, DIRECT)),
        (replace(FREE, wait_seconds=9.0, token_lives=False), (CHANNEL, DIRECT)),
        (replace(FREE, begun_in_status=True), (STATUS, CHANNEL, DIRECT)),
        (replace(FREE, wait_seconds=4.0, perhaps_posted=True), (CHANNEL, STATUS, DIRECT)),
        (replace(FREE, standing=Standing(without(attach_files=False), in_thread=False)), (STATUS, DIRECT)),
    ],
)
def test_places_are_chosen_by_rights_limits_and_what_was_begun(
    outlook: Outlook, chosen: tuple[Place, ...]
) -> None:
    assert places(job(), outlook) == chosen


def test_in_a_direct_message_there_is_no_other_one() -> None:
    here = job()
    assert places(replace(here, place=replace(here.place, guild_id=None)), FREE) == (CHANNEL, STATUS)


def test_the_right_that_is_missing_is_told_by_discords_name() -> None:
    assert lacking(ALL, in_thread=False) is None
    assert lacking(without(view_channel=False, send_messages=False), in_thread=False) == "View Channel"
    assert lacking(without(send_messages=False), in_thread=False) == "Send Messages"
    assert lacking(without(send_messages=False), in_thread=True) is None
    assert lacking(without(send_messages_in_threads=False), in_thread=True) == "Send Messages in Threads"
    assert lacking(without(attach_files=False), in_thread=True) == "Attach Files"


def test_people_are_warned_of_what_is_missing_and_of_nothing_else() -> None:
    assert warning(None, in_thread=False) is None
    assert warning(ALL, in_thread=False) is None
    assert warning(without(attach_files=False), in_thread=False) == text(
        "lacks-right-to-post", right="Attach Files"
    )
    assert warning(without(read_message_history=False), in_thread=False) == text("lacks-right-to-look")
