"""Deleting a result: by whom, what goes, and what the ledger forgets."""

from bot.sandbox.discord import Permission
from tests.cogs.messages import png
from tests.cogs.results import pressed, result_of, said_to
from tests.delivery.rig import Rig


async def test_the_requester_deletes_at_once(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        told = await said_to(rig, result.message, result.id_of("delete"))
        found = await rig.store.job(result.job.id)
    assert (told, result.message.deleted) == ("Deleted.", True)
    assert found is not None
    assert found.outputs == result.job.outputs


async def test_a_moderator_is_asked_once(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        question = await pressed(rig, result.message, result.id_of("delete"), "moderator")
        asked = await question.answered()
        assert not result.message.deleted
        told = await said_to(rig, question, "Delete it", "moderator")
    assert question.ephemeral
    assert asked.text == f"This is a result of <@{rig.discord.member.user.id}>. Delete it?"
    assert (told, result.message.deleted) == ("Deleted.", True)


async def test_every_message_of_a_result_goes(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig, *[png()] * 12)
        await rig.discord.until(lambda: len(rig.results()) == 2)
        await said_to(rig, rig.results()[0], result.id_of("delete"))
    assert rig.results() == []


async def test_where_the_operator_wants_it_the_ledger_forgets_what_was_made(rig: Rig) -> None:
    rig.delete_forgets = True
    async with rig.bot():
        result = await result_of(rig)
        await said_to(rig, result.message, result.id_of("delete"))
        found = await rig.store.job(result.job.id)
    assert found is not None
    assert (found.outputs, found.values) == ((), result.job.values)


async def test_a_result_in_place_of_its_status_is_deleted_too(rig: Rig) -> None:
    channel = rig.discord.channels["read-only"]
    async with rig.bot():
        asked = await rig.paint(channel=channel)
        job = await rig.claimed()
        await rig.worker.finish(job, png())
        await rig.delivered(job)
        assert asked.response is not None
        assert asked.response.attachments
        told = await said_to(rig, asked, f"delete:{job.id.hex}")
    assert (told, asked.response) == ("Deleted.", None)


async def test_what_the_bot_may_not_delete_is_told(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        rig.discord.deny(rig.general, Permission.VIEW_CHANNEL)
        press = await rig.discord.moderator.click(result.message, result.id_of("recipe"))
        await press.answered()
        told = await said_to(rig, result.message, result.id_of("delete"))
    assert told.startswith("The bot cannot delete this message here")
    assert not result.message.deleted
