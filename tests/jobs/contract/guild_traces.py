"""What goes by itself of what guilds added, and what is counted for a day."""

from bot.jobs.guild_workflow import CommandCreates
from bot.jobs.guild_workflow_store import DAY_SECONDS, DRAFT_SECONDS, LEFT_SECONDS
from bot.jobs.store import JobStore
from tests.jobs.contract.guild_workflows import GUILD, OTHERS, added, published
from tests.jobs.sample import MovableClock


class GuildTracesContract:
    async def test_drafts_that_nobody_goes_on_with_and_what_guilds_without_the_bot_left_behind_go(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await added(store, "forgotten")
        edited = await published(store, "edited")
        await store.begin_edit(GUILD, edited.id, 1)
        for guild_id, name in ((OTHERS, "cat"), (OTHERS, "dog"), (102, "cat")):
            last = await published(store, name, guild_id=guild_id)
            if name == "dog":
                await store.share_workflow(last.id, shared=True, by=9)
        for guild_id in (OTHERS, 102, 103):
            await store.note_guild_left(guild_id)
        await store.note_guild_joined(102)
        assert await store.guilds_left() == {OTHERS, 103}
        clock.move(max(DRAFT_SECONDS, LEFT_SECONDS) - 1)
        draft = await added(store, "fresh")
        await store.note_guild_left(OTHERS)
        await store.forget(DAY_SECONDS)
        assert (len(await store.guild_workflows(None)), await store.guilds_left()) == (6, {OTHERS})
        clock.move(2)
        await store.forget(DAY_SECONDS)
        assert [(each.guild_id, each.name) for each in await store.guild_workflows(None)] == [
            (102, "cat"),
            (OTHERS, "dog"),
            (GUILD, "edited"),
            (GUILD, "fresh"),
        ]
        await store.discard_draft(GUILD, draft.workflow_id)
        clock.move(DAY_SECONDS + 1)
        await store.forget(DAY_SECONDS)
        assert (await added(store)).workflow_id > draft.workflow_id

    async def test_commands_made_in_a_guild_count_for_a_day(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        assert await store.command_creates(GUILD) == CommandCreates(0, None)
        begun = clock.now
        await store.note_command_creates(GUILD, 3)
        clock.move(DAY_SECONDS - 1)
        await store.note_command_creates(GUILD, 2)
        assert await store.command_creates(GUILD) == CommandCreates(5, begun + DAY_SECONDS)
        clock.move(2)
        assert await store.command_creates(GUILD) == CommandCreates(2, begun + 2 * DAY_SECONDS - 1)
        assert await store.command_creates(OTHERS) == CommandCreates(0, None)
