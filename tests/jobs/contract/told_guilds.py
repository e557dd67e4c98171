"""In which guilds Discord may have commands of the bot's own."""

from bot.jobs.guild_workflow_store import LEFT_SECONDS
from bot.jobs.store import JobStore
from tests.jobs.sample import MovableClock


class ToldGuildsContract:
    async def test_guilds_are_known_until_their_commands_are_taken_back_or_the_bot_is_long_gone(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for guild_id in (3, 1, 1, 2):
            await store.note_told_guild(guild_id, has_commands=True)
        await store.note_told_guild(2, has_commands=False)
        assert await store.told_guilds() == [1, 3]
        await store.note_guild_left(3)
        clock.move(LEFT_SECONDS + 1)
        await store.forget(0)
        assert await store.told_guilds() == [1]
