"""The judge of the storm sees what it is there to see: lost, doubled, misplaced, foreign, unfinished and untrue ends."""

import json
from collections.abc import AsyncGenerator
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.sandbox.discord import Channel, DiscordStandIn
from bot.sandbox.discord.posting import Draft
from bot.sandbox.discord.wire import Upload
from tests.chaos.judge import Asked, Ending, Shown, judge
from tests.chaos.reading import number_of, picture_of, shown_in, words_of

HERE, THERE = 100, 200


def asked(
    number: int = 1, ending: Ending = Ending.DONE, *, accepted: bool = True, cancelled: bool = False
) -> Asked:
    return Asked(number, HERE, accepted=accepted, ending=ending, cancelled=cancelled)


def test_each_job_shown_once_where_it_was_asked_for_is_clean() -> None:
    verdict = judge([asked(1), asked(2)], [Shown(1, HERE, 11), Shown(2, HERE, 12)])
    assert (verdict.line, verdict.is_clean) == ("accepted / lost / doubled / wrong channel = 2/0/0/0", True)


def test_a_job_of_which_nothing_came_is_lost_whatever_its_status_says() -> None:
    verdict = judge([asked(1), asked(2, Ending.NOTHING), asked(3, Ending.CANCELLED)], [])
    assert (verdict.lost, verdict.is_clean) == ([1, 2, 3], False)


def test_one_result_too_many_does_not_make_up_for_one_that_is_missing() -> None:
    verdict = judge([asked(1), asked(2)], [Shown(1, HERE, 11), Shown(1, HERE, 12)])
    assert (verdict.lost, verdict.doubled) == ([2], [1])


def test_a_result_in_another_channel_is_seen() -> None:
    verdict = judge([asked()], [Shown(1, THERE, 11)])
    assert (verdict.misplaced, verdict.lost, verdict.doubled) == ([1], [], [])


def test_a_result_that_nobody_asked_for_is_seen() -> None:
    assert judge([asked()], [Shown(1, HERE, 11), Shown(None, HERE, 12), Shown(7, HERE, 13)]).foreign == [
        12,
        13,
    ]


def test_a_status_that_still_promises_something_is_seen_with_its_result_and_without() -> None:
    verdict = judge([asked(1, Ending.OPEN), asked(2, Ending.OPEN)], [Shown(1, HERE, 11)])
    assert (verdict.unfinished, verdict.lost) == ([1, 2], [])


def test_a_failure_is_told_once_and_not_beside_a_result() -> None:
    told = [Shown(2, HERE, 12, failure=True), Shown(3, HERE, 13, failure=True), Shown(3, HERE, 14)]
    verdict = judge([asked(1, Ending.FAILED), asked(2, Ending.NOTHING), asked(3)], told)
    assert (verdict.failed, verdict.doubled, verdict.lost) == ([1, 2], [3], [])


def test_a_status_that_tells_a_failure_over_a_result_is_untrue_and_so_is_a_link_to_elsewhere() -> None:
    elsewhere = Asked(2, HERE, accepted=True, ending=Ending.DONE, links_to=99)
    verdict = judge([asked(1, Ending.FAILED), elsewhere], [Shown(1, HERE, 11), Shown(2, HERE, 12)])
    assert verdict.untrue == [1, 2]


def test_a_result_without_all_its_pictures_is_incomplete_unless_that_is_told() -> None:
    three = [
        Asked(number, HERE, accepted=True, ending=ending, pictures=3)
        for number, ending in enumerate((Ending.DONE, Ending.FAILED, Ending.DONE), 1)
    ]
    shown = [
        Shown(number, HERE, 10 + number, pictures=pictures) for number, pictures in ((1, 2), (2, 2), (3, 4))
    ]
    verdict = judge(three, shown)
    assert (verdict.incomplete, verdict.untrue) == ([1, 3], [])


def test_a_job_may_end_as_cancelled_only_where_somebody_cancelled_it() -> None:
    verdict = judge([asked(1, Ending.CANCELLED, cancelled=True), asked(2, Ending.CANCELLED)], [])
    assert (verdict.cancelled, verdict.lost) == ([1], [2])


def test_a_job_whose_answer_came_too_late_may_be_done_but_not_twice() -> None:
    late = [asked(number, Ending.NOTHING, accepted=False) for number in (1, 2, 3)]
    verdict = judge(late, [Shown(1, HERE, 11), Shown(2, HERE, 12), Shown(2, HERE, 13)])
    assert (verdict.accepted, verdict.lost, verdict.unseen, verdict.doubled) == (0, [], [1, 2], [2])


@pytest.fixture
async def discord() -> AsyncGenerator[DiscordStandIn]:
    async with DiscordStandIn.running() as running:
        yield running


def post(discord: DiscordStandIn, channel: Channel, *contents: bytes) -> int:
    files = {number: Upload(f"{number}.png", content) for number, content in enumerate(contents)}
    return discord.posting.post(channel, Draft({}, files), author=discord.world.bot).id


def painted(number: int) -> bytes:
    """A picture as ComfyUI saves it."""
    info, content = PngInfo(), BytesIO()
    info.add_text("prompt", json.dumps({"2": {"inputs": {"text": words_of(number)}}}))
    Image.new("RGB", (8, 8), (1, 2, 3)).save(content, "PNG", pnginfo=info)
    return content.getvalue()


async def test_what_is_shown_is_read_from_the_messages_themselves(discord: DiscordStandIn) -> None:
    general, thread = discord.channels["general"], discord.channels["foxes"]
    first = post(discord, general, painted(17))
    second = post(discord, thread, picture_of(70_001))
    both = post(discord, thread, painted(20), painted(20))
    mixed = post(discord, thread, painted(21), painted(22))
    await discord.member.say(general, "not the bot's", Upload("mine.png", painted(18)))
    gone = post(discord, general, painted(19))
    deleted = general.find(gone)
    assert deleted is not None
    discord.posting.delete(deleted)
    assert sorted(shown_in(discord), key=lambda each: each.message_id) == [
        Shown(17, general.id, first),
        Shown(70_001, thread.id, second),
        Shown(20, thread.id, both, pictures=2),
        Shown(None, thread.id, mixed, pictures=2),
    ]


def test_a_file_that_is_no_picture_belongs_to_nobody() -> None:
    assert number_of(b"<html>") is None
