"""Settings come from memory, and memory follows the ledger."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.errors import Refused
from bot.jobs.guild_store import ChangedSettings, Layers
from bot.jobs.job import Place
from bot.jobs.postgres import PostgresStore
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import StoreFault, StoreUnavailable, Topic
from bot.moderation.chosen import Operator, Source
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import DEFAULTS, KEYS, LANGUAGE, LOG_CHANNEL, MENTION
from bot.moderation.values import GuildLanguage, Switch

GUILD, CHANNEL, THREAD = 100, 5, 6


class Asked:
    """A ledger that counts what it is asked, can be away, and can be deaf to what others tell."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.count = 0
        self.is_away = self.is_deaf = False

    async def guild_settings(self, guild_id: int) -> Layers:
        self._ask()
        return await self._store.guild_settings(guild_id)

    async def changed_settings(self, since: int, most: int) -> Sequence[ChangedSettings]:
        self._ask()
        return await self._store.changed_settings(since, most)

    async def set_guild_setting(
        self, guild_id: int, key: str, value: str | None, *, set_by: int, channel_id: int | None = None
    ) -> None:
        self._ask()
        await self._store.set_guild_setting(guild_id, key, value, set_by=set_by, channel_id=channel_id)

    async def wait(self, topic: Topic, timeout_seconds: float) -> None:
        if self.is_deaf:
            await asyncio.sleep(timeout_seconds)
        else:
            await self._store.wait(topic, timeout_seconds)

    def _ask(self) -> None:
        if self.is_away:
            raise StoreUnavailable(StoreFault.AWAY, "gone")
        self.count += 1


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncGenerator[Asked]:
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        yield Asked(store)


async def choose(
    settings: GuildSettings, name: str, typed: str | None, channel_id: int | None = None
) -> None:
    await settings.choose(GUILD, KEYS[name], typed, by=1, channel_id=channel_id)


@asynccontextmanager
async def followed(settings: GuildSettings) -> AsyncGenerator[None]:
    task = asyncio.create_task(settings.run())
    yield
    task.cancel()


async def until(settings: GuildSettings, is_so: Callable[[GuildLanguage], bool]) -> None:
    for _ in range(2000):
        if is_so((await settings.of(GUILD)).of(LANGUAGE)):
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


async def test_the_nearest_place_wins_and_says_where_it_is(ledger: Asked) -> None:
    settings = GuildSettings(ledger, Operator({"mention": Switch.OFF}))
    await choose(settings, "language", "en")
    await choose(settings, "language", "zh-CN", CHANNEL)
    await choose(settings, "mention", "on", THREAD)
    found = [
        await settings.of(None),
        await settings.of(GUILD),
        await settings.of(GUILD, CHANNEL),
        await settings.at(Place(GUILD, THREAD, user_id=1, parent_id=CHANNEL)),
        await settings.of(GUILD, THREAD),
        await settings.of(GUILD + 1, CHANNEL),
    ]
    auto, english, chinese = GuildLanguage
    operator, guild, channel, parent = Source.OPERATOR, Source.GUILD, Source.CHANNEL, Source.PARENT
    assert [
        (each.of(LANGUAGE), each.source(LANGUAGE), each.of(MENTION), each.source(MENTION)) for each in found
    ] == [
        (auto, operator, Switch.OFF, operator),
        (english, guild, Switch.OFF, operator),
        (chinese, channel, Switch.OFF, operator),
        (chinese, parent, Switch.ON, channel),
        (english, guild, Switch.ON, channel),
        (auto, operator, Switch.OFF, operator),
    ]


async def test_values_of_options_add_up_and_a_channels_win(ledger: Asked) -> None:
    settings = GuildSettings(ledger)
    await choose(settings, "defaults", "*.steps=20; sd.cfg=7")
    await choose(settings, "defaults", "*.steps=8", CHANNEL)
    at_channel = await settings.of(GUILD, CHANNEL)
    assert at_channel.of(DEFAULTS) == {("*", "steps"): "8", ("sd", "cfg"): "7"}
    assert (await settings.of(GUILD)).of(DEFAULTS) == {("*", "steps"): "20", ("sd", "cfg"): "7"}


async def test_what_is_not_understood_is_as_if_it_were_not_there(ledger: Asked) -> None:
    settings = GuildSettings(ledger)
    await ledger.set_guild_setting(GUILD, "language", '"tlh"', set_by=1)
    await ledger.set_guild_setting(GUILD, "log-channel", "}", set_by=1)
    await ledger.set_guild_setting(GUILD, "log-channel", f'"<#{10**17}>"', set_by=1, channel_id=CHANNEL)
    found = await settings.of(GUILD, CHANNEL)
    assert (found.of(LANGUAGE), found.source(LANGUAGE)) == (GuildLanguage.AUTO, Source.OPERATOR)
    assert found.of(LOG_CHANNEL) is None, "a channel has no value of its own of this one"


async def test_nothing_is_chosen_that_cannot_be_read(ledger: Asked) -> None:
    settings = GuildSettings(ledger)
    with pytest.raises(Refused):
        await choose(settings, "language", "tlh")
    assert not await ledger.changed_settings(0, 1)


async def test_what_was_chosen_holds_at_once_and_can_be_taken_back(ledger: Asked) -> None:
    settings = GuildSettings(ledger)
    shown: list[GuildLanguage] = []
    for typed in ("en", "zh-CN", None):
        found = await settings.choose(GUILD, KEYS["language"], typed, by=1)
        assert found.of(LANGUAGE) is (await settings.of(GUILD)).of(LANGUAGE)
        shown.append(found.of(LANGUAGE))
    assert shown == [GuildLanguage.ENGLISH, GuildLanguage.CHINESE, GuildLanguage.AUTO]


async def test_the_ledger_is_asked_once_and_may_be_away_then(ledger: Asked) -> None:
    await choose(GuildSettings(ledger), "language", "en")
    settings = GuildSettings(ledger)
    await settings.of(GUILD)
    before = ledger.count
    ledger.is_away = True
    for guild in range(200):
        found = (await settings.of(guild, CHANNEL)).of(LANGUAGE)
        assert found is (GuildLanguage.ENGLISH if guild == GUILD else GuildLanguage.AUTO)
    assert ledger.count == before


@pytest.mark.parametrize("is_deaf", [False, True])
async def test_another_process_hears_of_it_or_finds_it_by_itself(ledger: Asked, *, is_deaf: bool) -> None:
    mine, other = GuildSettings(ledger), GuildSettings(ledger, look_seconds=0.01 if is_deaf else 600)
    ledger.is_deaf = is_deaf
    async with followed(other):
        await until(other, lambda found: found is GuildLanguage.AUTO)
        await choose(mine, "language", "en")
        await until(other, lambda found: found is GuildLanguage.ENGLISH)
        ledger.is_away = True
        await asyncio.sleep(0.03)
        ledger.is_away = False
        await choose(mine, "language", None)
        await until(other, lambda found: found is GuildLanguage.AUTO)


async def test_where_not_all_guilds_have_room_those_that_are_not_remembered_are_asked_for(
    ledger: Asked,
) -> None:
    settings = GuildSettings(ledger, most_guilds=2)
    for guild in (1, 2, 3):
        await settings.choose(guild, KEYS["language"], "en", by=1)
    for _ in range(2):
        for guild, wanted in ((1, "en"), (2, "en"), (3, "en"), (4, "auto")):
            assert (await settings.of(guild)).of(LANGUAGE) == wanted
    before = ledger.count
    assert (await settings.of(3)).of(LANGUAGE) == "en"
    assert (await settings.of(4)).of(LANGUAGE) == "auto"
    assert ledger.count == before, "the last two are remembered, also that nothing was chosen"


async def test_processes_on_one_server_tell_each_other(postgres_url: str) -> None:
    async with PostgresStore.open(postgres_url) as one, PostgresStore.open(postgres_url) as another:
        mine, other = GuildSettings(one), GuildSettings(another, look_seconds=600)
        tasks = [asyncio.create_task(each) for each in (one.watch(), another.watch(), other.run())]
        await until(other, lambda found: found is GuildLanguage.AUTO)
        await asyncio.sleep(0.5)  # it listens, and whoever was woken by that has looked
        await choose(mine, "language", "en")
        await until(other, lambda found: found is GuildLanguage.ENGLISH)
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
