"""A bot without ComfyUI: the real service and ledger, where the test itself is the worker that makes pictures."""

import asyncio
import dataclasses
import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from bot.comfy import ObjectInfo
from bot.generation import FileGone, FileTooBig, Generation, Order, Parts, Progress, Rules, ServersAway
from bot.generation.catalogue import offer
from bot.inputs.blobs import Blobs
from bot.jobs.claim import Claim, Worker
from bot.jobs.job import Cancelled, Done, Failed, Job, Limits, Outcome, Output, Ticket
from bot.jobs.sqlite import SqliteStore
from bot.moderation.checks import checks_of
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.words.book import WordBook
from bot.moderation.words.judging import WordJudge
from bot.texts import Text
from bot.workflows import OptionKind, Workflow
from tests.workflows.samples import load_templates

WORKFLOWS = Path(__file__).parents[2] / "workflows"
LEASE_SECONDS = 60.0
PIECE_BYTES = 64 * 1024


@cache
def _shipped() -> Mapping[str, Workflow]:
    """As no server was asked yet. Worked out once a process: they are values, and no test changes them."""
    return offer(load_templates(WORKFLOWS), []).workflows


class Anything:
    def __contains__(self, need: object) -> bool:
        return True


EVERYTHING = Worker(owner="test/gpu", backend="gpu", has=Anything())


class GenerationByHand(Generation):
    """Generation whose files are what the test puts here."""

    def __init__(self, store: SqliteStore, blobs: Blobs, settings: GuildSettings, words: WordBook) -> None:
        rules = Rules(Limits(), keep_jobs_seconds=3600)
        super().__init__(
            Parts(store, [], [], rules, blobs),
            checks=checks_of(settings, words=WordJudge(words).check),
        )
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.orders: list[Order] = []
        """What was asked for, in whatever way it ended."""
        self.known: list[ObjectInfo] = []
        """What there are servers for that workflows which people bring are held against."""
        self.is_away = False
        self.runs_all = False
        """Whether there is a server that can run everything."""
        self.broken: set[str] = set()
        """Names of files that nobody foresaw."""
        self.fetching = 0
        self.most_at_once = 0
        self.fetch_seconds = 0.0
        self._lists: dict[str, tuple[str, ...]] = {}
        self._bug: Exception | None = None

    async def prepare(self) -> None:
        """As a bot that has just begun, before any server answered."""
        await self.parts.prepare()
        self.offer(_shipped())

    def offer(self, workflows: Mapping[str, Workflow]) -> None:
        """From now on these can be run, as after a backend came or went."""
        self.parts.catalogue.workflows = workflows
        self.changed.set()

    @property
    def workflows(self) -> Mapping[str, Workflow]:
        """The operator's."""
        return self.parts.catalogue.workflows

    def offer_list(self, option: str, names: Sequence[str]) -> None:
        """Let txt2img's option be chosen from these, as after a server told its list."""
        txt2img = self.workflows["txt2img"]
        listed = [
            replace(each, kind=OptionKind.CHOICE, choices=tuple(names), autocomplete=len(names) > 25)
            if each.name == option
            else each
            for each in txt2img.options
        ]
        self._lists[option] = tuple(names)
        self.offer({**self.workflows, "txt2img": dataclasses.replace(txt2img, options=tuple(listed))})

    def choices(self, workflow: str, option: str) -> tuple[str, ...]:
        return self._lists.get(option, ())

    def can_run(self, needs: frozenset[str]) -> bool:
        return self.runs_all

    def break_down(self, bug: Exception) -> None:
        """Every submission raises this from now on."""
        self._bug = bug

    async def submit_group(self, orders: Sequence[Order]) -> Ticket:
        self.orders += orders
        if self._bug is not None:
            raise self._bug
        return await super().submit_group(orders)

    async def fetch(self, job: Job, output: Output, *, max_bytes: int) -> AsyncGenerator[bytes]:
        self.fetched.append(output.filename)
        self.fetching += 1
        self.most_at_once = max(self.most_at_once, self.fetching)
        await asyncio.sleep(self.fetch_seconds)
        self.fetching -= 1
        if output.filename in self.broken:
            raise RuntimeError("nobody foresaw this")
        if self.is_away:
            raise ServersAway
        content = self.files.get(output.filename)
        if content is None:
            raise FileGone
        if len(content) > max_bytes:
            raise FileTooBig(len(content))
        for start in range(0, len(content), PIECE_BYTES):
            yield content[start : start + PIECE_BYTES]


@dataclass
class WorkerByHand:
    """What a worker does with jobs, by hand."""

    store: SqliteStore
    generation: GenerationByHand
    claims: list[Claim] = field(default_factory=list[Claim])

    async def claim(self) -> Job:
        claim = await self.store.claim(EVERYTHING, LEASE_SECONDS)
        assert claim is not None
        self.claims.append(claim)
        return claim.job

    def show(self, job: Job, fraction: float, **more: object) -> None:
        progress = Progress(job.id, fraction, **more)  # pyright: ignore[reportArgumentType]  # as the test says
        self.generation.board.publish(progress)

    async def end(self, job: Job, outcome: Outcome) -> None:
        claim = next(each for each in self.claims if each.job.id == job.id)
        assert await self.store.finish(claim, outcome)
        self.generation.board.clear(job.id)

    async def finish(
        self, job: Job, *contents: bytes, suffix: str = ".png", texts: tuple[str, ...] = ()
    ) -> None:
        names = [f"{job.id.hex}_{number:05}_{suffix}" for number in range(len(contents))]
        self.generation.files |= dict(zip(names, contents, strict=True))
        await self.end(job, Done(tuple(Output("9", name, "", "output") for name in names), texts))

    async def fail(self, job: Job, reason: Text) -> None:
        await self.end(job, Failed(reason))

    async def stop(self, job: Job, by_user_id: int | None) -> None:
        await self.end(job, Cancelled(by_user_id))


def picture(width: int = 64, height: int = 48, *, colour: str = "firebrick", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def noise(width: int, height: int, kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture that hardly compresses."""
    bands = [Image.effect_noise((width, height), 80) for _ in mode]
    out = io.BytesIO()
    Image.merge(mode, bands).save(out, kind)
    return out.getvalue()
