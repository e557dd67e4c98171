"""The Discord side of the bot as it runs, over real sockets to the stand-in."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import yarl
from discord.gateway import DiscordWebSocket

from bot.client import ComfycordClient, CommandSync, Gateway, GuildCommandSync, Presence, SessionStarts
from bot.delivery.deleting import Deletion
from bot.delivery.fitter import Fitter
from bot.delivery.guild_log import GuildLog
from bot.delivery.judging import ResultJudge
from bot.delivery.leaving import LeavingWatch
from bot.delivery.members import Members
from bot.delivery.messages import ANSWER_SECONDS, Messages
from bot.delivery.moderation import Moderation
from bot.delivery.originals import Originals, Showing
from bot.delivery.pace import Pace
from bot.delivery.picture_check import Classifies
from bot.delivery.post_rates import PostRates
from bot.delivery.reminders import ReminderWorker
from bot.delivery.status_editing import STALE_SECONDS
from bot.delivery.statuses import StatusKeeper
from bot.delivery.worker import DeliveryWorker
from bot.delivery.zips import Zips
from bot.generation import RecipeReader
from bot.generation.adding import Adding
from bot.generation.first_file import FirstFile
from bot.inputs.fetching import Fetcher, Origins
from bot.inputs.file_blobs import FileBlobs
from bot.jobs.job import DeliveryState, Job
from bot.jobs.sqlite import SqliteStore
from bot.moderation.allowed_guilds import AllowedGuilds
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.hooks.loading import Loaded
from bot.moderation.hooks.running import Hooks
from bot.moderation.hooks.thread import HookThread
from bot.moderation.key import Key
from bot.moderation.words.book import WordBook
from bot.sandbox.discord import OFF, Channel, DiscordStandIn, Invocation, Message, Rates
from bot.settings import FILE_KINDS
from cogs import Cogs
from cogs._owner import Owners
from cogs.owner import OwnerTools
from tests.delivery.generation import GenerationByHand, WorkerByHand
from tests.jobs.sample import open_jobs
from tests.sandbox.discord.bots import pointed_at
from tests.sandbox.openapi import watching

PACE_SECONDS = 0.02
UNLIMITED = 1_000_000
MAX_INPUT_BYTES = 2**20

_T = TypeVar("_T")


@dataclass
class Bot:
    """One life of the process."""

    client: ComfycordClient
    statuses: StatusKeeper
    sync: CommandSync
    cogs: Cogs


@dataclass
class Rig:
    discord: DiscordStandIn
    store: SqliteStore
    generation: GenerationByHand
    worker: WorkerByHand
    rates: PostRates
    showing: Showing
    files: FirstFile
    recipes: RecipeReader
    origins: Origins
    blobs: FileBlobs
    settings: GuildSettings
    words: WordBook
    stale_seconds: float = STALE_SECONDS
    doubt_seconds: float = 0.2
    pace_seconds: float = PACE_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    delete_forgets: bool = False
    classifier: Classifies | None = None
    hooks: Sequence[Loaded] = ()
    owner_guild: int | None = None

    @property
    def general(self) -> Channel:
        return self.discord.channels["general"]

    @asynccontextmanager
    async def bot(self) -> AsyncGenerator[Bot]:
        client, name = ComfycordClient(guild_ready_timeout_seconds=0), secrets.token_hex(4)
        presence = Presence(self.store, client, name)
        messages = Messages(client, client.logged_in, answer_seconds=self.answer_seconds)
        clock = self.discord.clock.now
        thread = HookThread()
        statuses = StatusKeeper(
            store=self.store,
            name=name,
            generation=self.generation,
            messages=messages,
            settings=self.settings,
            wall_clock=clock,
            pace=Pace(self.pace_seconds),
            stale_seconds=self.stale_seconds,
            doubt_seconds=self.doubt_seconds,
        )
        deliveries = DeliveryWorker(
            store=self.store,
            name=name,
            generation=self.generation,
            messages=messages,
            statuses=statuses,
            showing=self.showing,
            settings=self.settings,
            judge=ResultJudge(self.store, self.settings, Hooks(self.hooks, thread), self.classifier),
            rates=self.rates,
            look_seconds=0.02,
        )
        deletion = Deletion(self.store, messages, forgets=self.delete_forgets)
        guild_log = GuildLog(store=self.store, messages=messages, settings=self.settings)
        leaving = LeavingWatch(
            store=self.store,
            name=name,
            members=Members(client, client.logged_in),
            look_seconds=0.0,
            round_seconds=0.02,
        )
        fitter = Fitter()
        cogs = Cogs(
            generation=self.generation,
            statuses=statuses,
            recipes=self.recipes,
            origins=self.origins,
            adding=Adding(self.files, lambda: self.generation.known, self.generation.parts.rules),
            store=self.store,
            settings=self.settings,
            words=self.words,
            messages=messages,
            showing=self.showing,
            deletion=deletion,
            moderation=Moderation(
                store=self.store,
                deletion=deletion,
                guild_log=guild_log,
                messages=messages,
            ),
            zips=Zips(Originals(self.generation, fitter, self.showing, self.settings)),
            owner=OwnerTools(
                owners=Owners(client.application_info),
                allowed=AllowedGuilds(self.store),
                guild_log=guild_log,
                settings=self.settings,
                guild_id=self.owner_guild,
            ),
        )
        reminders = ReminderWorker(
            store=self.store, name=name, generation=self.generation, messages=messages, look_seconds=0.02
        )
        sync = CommandSync(client, cogs, presence)
        guild_sync = GuildCommandSync(
            client, cogs.in_guilds, presence, self.store, wall_clock=clock, rest_seconds=0.0
        )
        starts = SessionStarts(client, self.store, name, identify_seconds=0.0)
        gateway = Gateway(client, self.discord.token, starts, first_pause_seconds=0.05)
        with fitter, thread:
            async with client, asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(part.run())
                    for part in (
                        *(
                            gateway,
                            presence,
                            self.settings,
                            sync,
                            guild_sync,
                            self.generation.parts.guild_workflows,
                            statuses,
                            deliveries,
                            reminders,
                        ),
                        *(self.words, guild_log, leaving),
                    )
                ]
                await client.logged_in.wait()
                await client.wait_until_ready()
                await self.discord.until(lambda: self.discord.commands)
                yield Bot(client, statuses, sync, cogs)
                for task in tasks:
                    task.cancel()
            await presence.leave()

    async def choose(self, key: Key[Any], typed: str) -> None:
        """As if the first guild had chosen it long ago: the bot knows already."""
        await self.settings.choose(self.discord.guilds[0].id, key, typed, by=1)

    def move_gateway(self, url: str) -> None:
        """Where discord.py looks for the gateway from now on."""
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)

    async def paint(
        self, line: str = "/txt2img prompt:a red fox", channel: Channel | None = None
    ) -> Invocation:
        """Ask for a picture, and wait until the status message says something."""
        invocation = await self.discord.member.slash(channel or self.general, line)
        await invocation.answered()
        return invocation

    def shown(self, channel: Channel | None = None) -> list[Message]:
        """The messages that carry files, wherever they are told."""
        return [each for each in (channel or self.general).messages if each.author.bot and each.attachments]

    def results(self, channel: Channel | None = None) -> list[Message]:
        """The messages that are no status messages."""
        messages = (channel or self.general).messages
        return [each for each in messages if each.interaction_metadata is None and each.author.bot]

    async def result(self, channel: Channel | None = None) -> Message:
        await self.discord.until(lambda: self.results(channel))
        return self.results(channel)[0]

    async def claimed(self) -> Job:
        return await self.worker.claim()

    async def delivered(self, job: Job, *, moving_seconds: float = 0.0) -> Job:
        """The job as the ledger has it after its end was shown.

        ``moving_seconds``: the clock moves on by so much at each look. A single move could come just before the bot
        decides to wait, and that wait would never end.
        """
        async for found in self.looks(lambda: self.store.job(job.id)):
            if found is not None and found.delivery is not DeliveryState.PENDING:
                return found
            self.discord.clock.move(moving_seconds)
        raise TimeoutError

    async def open_jobs(self) -> Sequence[Job]:
        return await open_jobs(self.store)

    async def eventually(self, is_so: Callable[[Sequence[Job]], bool]) -> None:
        """Wait until something is so of the open jobs in the ledger."""
        async for jobs in self.looks(self.open_jobs):
            if is_so(jobs):
                return
        raise TimeoutError

    async def looks(self, look: Callable[[], Awaitable[_T]]) -> AsyncGenerator[_T]:
        for _ in range(6000):
            yield await look()
            await asyncio.sleep(0.01)

    def calls(self, method: str, route: str) -> list[int]:
        """The statuses of the calls of one route."""
        return [each.status for each in self.discord.requests if (each.method, each.route) == (method, route)]


@asynccontextmanager
async def rigged(folder: Path, rates: Rates = OFF) -> AsyncGenerator[Rig]:
    """Where Discord's document is at hand, every call is held against it."""
    with watching() as observers:
        async with DiscordStandIn.running(rates=rates, observers=observers) as stand_in:
            with pointed_at(stand_in):
                async with (
                    SqliteStore.open(folder / "bot.db", clock=stand_in.clock.now) as store,
                    aiohttp.ClientSession() as session,
                ):
                    blobs = await FileBlobs.open(folder / "inputs", total_bytes=2**30)
                    settings, words = GuildSettings(store), WordBook(store)
                    generation = GenerationByHand(store, blobs, settings, words)
                    await generation.prepare()
                    origins = frozenset({str(yarl.URL(stand_in.api_base).origin())})
                    fetcher = Fetcher(session, max_bytes=MAX_INPUT_BYTES, origins=origins)
                    files = FirstFile(fetcher, blobs)
                    post_rates = PostRates() if rates.enforced else PostRates(UNLIMITED)
                    yield Rig(
                        stand_in,
                        store,
                        generation,
                        WorkerByHand(store, generation),
                        post_rates,
                        Showing(30, FILE_KINDS),
                        files,
                        RecipeReader(files),
                        Origins(origins),
                        blobs,
                        settings,
                        words,
                    )
