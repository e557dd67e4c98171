"""What people see of the jobs, and who sees what."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from bot.errors import NotAllowed, NotThere
from bot.generation import Actor, Generation, Parts
from bot.jobs.job import Limits, MessageRef, Place
from bot.jobs.sqlite import SqliteStore
from bot.texts import text
from tests.generation.rig import RULES, blobs_beside
from tests.generation.sample import new_job, place
from tests.wording.chat_stand_in import ChatStandIn, helped
from tests.workflows.samples import TXT2IMG, load_templates

IN_GUILD = place(user_id=7, guild_id=1)
DIRECT = place(user_id=7, guild_id=None)
DIRECT_OF_ANOTHER = place(user_id=8, guild_id=None)
OF_ANOTHER = place(user_id=8, guild_id=1)
ELSEWHERE = place(user_id=7, guild_id=2)


@asynccontextmanager
async def queued(tmp_path: Path, *places: Place) -> AsyncGenerator[Generation]:
    """No server: what is asked for waits."""
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        for number, where in enumerate(places):
            await store.submit(new_job(number, where=where), Limits())
        yield Generation(Parts(store, [], (), RULES, await blobs_beside(tmp_path / "jobs.db")))


async def test_a_direct_message_shows_the_persons_jobs_of_direct_messages_only(tmp_path: Path) -> None:
    async with queued(tmp_path, IN_GUILD, DIRECT, DIRECT_OF_ANOTHER) as generation:
        shown, _ = await generation.open_jobs(None, user_id=7, most=15)
        assert [each.standing.job.place for each in shown] == [DIRECT]


async def test_a_guild_shows_its_own_jobs_only(tmp_path: Path) -> None:
    async with queued(tmp_path, IN_GUILD, DIRECT, OF_ANOTHER, ELSEWHERE) as generation:
        shown, _ = await generation.open_jobs(1, user_id=7, most=15)
        assert [each.standing.job.place for each in shown] == [IN_GUILD, OF_ANOTHER]


async def test_of_a_long_queue_the_first_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    async with queued(tmp_path, *[IN_GUILD] * 5, ELSEWHERE, *[DIRECT] * 4) as generation:
        shown, more = await generation.open_jobs(1, user_id=7, most=3)
        assert (len(shown), more) == (3, 2)
        shown, more = await generation.open_jobs(None, user_id=7, most=3)
        assert (len(shown), more) == (3, 1)


async def test_who_may_cancel_what(tmp_path: Path) -> None:
    places = (IN_GUILD, DIRECT, DIRECT_OF_ANOTHER, OF_ANOTHER, ELSEWHERE)
    async with queued(tmp_path, *places) as generation:

        async def cancellable(actor: Actor) -> list[Place]:
            return [standing.job.place for standing in await generation.cancellable(actor)]

        assert await cancellable(Actor(7, None, may_moderate=False)) == [DIRECT]
        assert await cancellable(Actor(7, 1, may_moderate=False)) == [IN_GUILD]
        assert await cancellable(Actor(9, 1, may_moderate=True)) == [IN_GUILD, OF_ANOTHER]
        assert await cancellable(Actor(9, None, may_moderate=True)) == []


async def test_whoever_may_not_see_a_job_is_told_that_there_is_none(tmp_path: Path) -> None:
    async with queued(tmp_path, DIRECT, IN_GUILD) as generation:
        (direct,) = await generation.cancellable(Actor(7, None, may_moderate=False))
        (in_guild,) = await generation.cancellable(Actor(7, 1, may_moderate=False))
        for job_id, actor in (
            (direct.job.id, Actor(8, None, may_moderate=True)),
            (in_guild.job.id, Actor(9, 2, may_moderate=True)),
        ):
            with pytest.raises(NotThere):
                await generation.cancel(job_id, actor)
        with pytest.raises(NotAllowed):
            await generation.cancel(in_guild.job.id, Actor(8, 1, may_moderate=False))
        assert await generation.cancel(direct.job.id, Actor(7, None, may_moderate=False)) == text(
            "cancel-done"
        )
        assert await generation.cancel(in_guild.job.id, Actor(9, 1, may_moderate=True)) == text("cancel-done")


async def test_where_no_server_is_configured_none_is_away(tmp_path: Path) -> None:
    async with queued(tmp_path, IN_GUILD) as generation:
        (shown,), _ = await generation.open_jobs(1, user_id=7, most=15)
        assert (shown.starts_at, shown.waiting) == (None, None)


async def test_what_made_a_message_is_told_in_its_guild_and_to_the_person_whose_direct_message_it_was(
    tmp_path: Path,
) -> None:
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        generation = Generation(Parts(store, [], (), RULES, await blobs_beside(tmp_path / "jobs.db")))
        there: list[UUID] = []
        for number, where in enumerate((IN_GUILD, DIRECT)):
            ticket = await store.submit(new_job(number, where=where), Limits())
            await store.record_status_message(ticket.job_id, MessageRef(9, 70 + number))
            there.append(ticket.job_id)
        seen: dict[tuple[int, int | None], list[UUID | None]] = {}
        for user_id, guild_id in ((7, 1), (8, 1), (7, 2), (7, None), (8, None)):
            actor = Actor(user_id, guild_id, may_moderate=True)
            told = [await generation.told_by(message_id, actor) for message_id in (70, 71, 72)]
            seen[user_id, guild_id] = [job and job.id for job in told]
        with pytest.raises(NotThere):
            await generation.seen(there[0], Actor(7, 2, may_moderate=True))
        assert (await generation.seen(there[1], Actor(7, None, may_moderate=False))).id == there[1]
    assert seen == {
        (7, 1): [there[0], there[1], None],
        (8, 1): [there[0], None, None],
        (7, 2): [None, there[1], None],
        (7, None): [there[0], there[1], None],  # results go there where a channel does not take them
        (8, None): [None, None, None],
    }


async def test_a_form_may_ask_for_better_words_where_a_prompt_helper_is_set_up(tmp_path: Path) -> None:
    async with (
        SqliteStore.open(tmp_path / "jobs.db") as store,
        ChatStandIn.running() as chat,
        helped(chat) as helper,
    ):
        templates = load_templates(TXT2IMG.parent)
        blobs = await blobs_beside(tmp_path / "jobs.db")
        generation = Generation(Parts(store, [], templates, RULES, blobs), helper=helper)
        await generation.parts.prepare()
        assert generation.helps_with_words
        assert await generation.improved("txt2img", "a fox") == "a fox, better"
        assert "Stable Diffusion" in chat.asked[0].instructions
        with pytest.raises(NotThere):
            await generation.improved("no-such-workflow", "a fox")
        without = Generation(Parts(store, [], templates, RULES, blobs))
        await without.parts.prepare()
        assert not without.helps_with_words
        with pytest.raises(NotThere, match="prompt-helper-gone"):
            await without.improved("txt2img", "a fox")
