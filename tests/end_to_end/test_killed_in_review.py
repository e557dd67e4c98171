"""The bot is killed at each step of a review and started again: one decision, one result, none before the decision."""

from collections.abc import Sequence

import pytest

from bot.delivery.review_layout import APPROVE, REJECT
from bot.jobs.sqlite import SqliteStore
from bot.moderation.keys import LOG_CHANNEL, REVIEW
from bot.moderation.values import Review
from bot.sandbox.comfyui.files import Folder
from bot.sandbox.discord import Channel, Message
from tests.end_to_end.rig import Rig
from tests.end_to_end.test_kill import CALLBACK, RESULT, STATUS, Step, kill_at_discord

BEFORE_THE_DECISION = {
    "the picture": [RESULT],
    "the question": [RESULT, RESULT],
    "the status that says so": [RESULT, RESULT, STATUS],
}
AFTER_IT = {"the moderator hears of it": CALLBACK, "the result is posted": RESULT}


@pytest.fixture
async def reviewing(rig: Rig) -> Rig:
    guild_id = rig.general.guild_id
    assert guild_id is not None
    async with SqliteStore.open(rig.database) as store:
        for key, value in ((REVIEW.name, f'"{Review.EVERYBODY}"'), (LOG_CHANNEL.name, f'"{log_of(rig).id}"')):
            await store.set_guild_setting(guild_id, key, value, set_by=1)
    return rig


def log_of(rig: Rig) -> Channel:
    return rig.discord.channels["late-night"]


def cards(rig: Rig) -> list[Message]:
    return [each for each in rig.results(log_of(rig)) if each.versions[0].custom_ids]


async def asked(rig: Rig) -> Message:
    """What moderators decide with, once the status says that they do."""
    await rig.until(lambda: cards(rig) and "looks at it" in status_of(rig))
    (card,) = cards(rig)
    return card


def status_of(rig: Rig) -> str:
    return "\n".join(each.text for each in rig.general.messages if each.interaction_metadata)


def button(card: Message, how: str) -> str:
    (custom_id,) = (each for each in card.versions[0].custom_ids if each.startswith(how))
    return custom_id


async def without_files(rig: Rig) -> None:
    """ComfyUI starts anew, and somebody has emptied its folders."""
    for folder in (Folder.OUTPUT, Folder.TEMP):
        rig.comfy.installation.files.wipe(folder)
    await rig.comfy.restart()


async def posted_once(rig: Rig) -> None:
    await rig.until(lambda: rig.results() and "Done in" in status_of(rig))
    (card,) = cards(rig)
    await rig.until(lambda: not card.now.custom_ids)
    shown = [each for each in rig.results(log_of(rig)) if each.attachments]
    assert (len(rig.results()), len(shown), len(rig.prompts)) == (1, 1, 1)
    assert [len(each.attachments) for each in rig.results()] == [1]


@pytest.mark.parametrize("steps", BEFORE_THE_DECISION.values(), ids=BEFORE_THE_DECISION)
async def test_killed_while_moderators_are_asked_it_asks_them_once(
    reviewing: Rig, steps: Sequence[Step]
) -> None:
    rig = reviewing
    async with rig.bot() as first:
        await rig.ready()
        kill_at_discord(rig, first, steps)
        await rig.ask()
        assert await first.ended() < 0
    async with rig.bot():
        await rig.ready(2)
        card = await asked(rig)
        assert rig.results() == []
        await without_files(rig)
        await rig.discord.moderator.click(card, button(card, APPROVE))
        await posted_once(rig)


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "carried out"])
@pytest.mark.parametrize("step", AFTER_IT.values(), ids=AFTER_IT)
async def test_killed_between_the_decision_and_the_post_it_posts_once(
    reviewing: Rig, step: Step, *, refused: bool
) -> None:
    rig = reviewing
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask()
        card = await asked(rig)
        await without_files(rig)
        kill_at_discord(rig, first, [step], refused=refused)
        await rig.discord.moderator.click(card, button(card, APPROVE))
        assert await first.ended() < 0
    async with rig.bot():
        await posted_once(rig)


async def test_killed_between_a_rejection_and_its_telling_it_tells_it_and_posts_nothing(
    reviewing: Rig,
) -> None:
    rig = reviewing
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask()
        card = await asked(rig)
        form = await rig.discord.moderator.click(card, button(card, REJECT))
        await form.acknowledged()
        kill_at_discord(rig, first, [CALLBACK], refused=True)
        await rig.discord.moderator.submit_modal(form, {"reason": "not here"})
        assert await first.ended() < 0
    async with rig.bot():
        await rig.until(lambda: "not here" in status_of(rig))
    assert rig.results() == []
