"""What becomes of jobs because of their words, between what people type and the ledger."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.errors import NotThere, Refused
from bot.generation import Generation, Order, Parts
from bot.jobs.job import Job
from bot.jobs.rewording import Reworded, Rewording
from bot.jobs.sqlite import SqliteStore
from bot.jobs.word_rule import WordAction, WordRule
from bot.moderation.people import ChannelFacts, Requester
from bot.moderation.submission import Checks
from bot.moderation.words.book import WordBook
from bot.moderation.words.judging import WordJudge
from bot.texts import text
from bot.workflows.additions import Additions
from tests.generation.rig import RULES, blobs_beside, eventually
from tests.generation.sample import REPLY, job_with, place
from tests.jobs.sample import open_jobs
from tests.workflows.samples import TXT2IMG, load_templates

GORE = WordRule(1, "no gore", WordAction.REFUSE, 5, words=("blood", "血"))
KNIFE = WordRule(1, "weapons", WordAction.REVIEW, 5, words=("knife",), spares_negative=True)
ODD = WordRule(1, "odd", WordAction.SPOILER, 5, pattern=r"spider\w*")


@dataclass
class Desk:
    store: SqliteStore
    book: WordBook
    judge: WordJudge
    generation: Generation
    asked: int = 0

    async def ask(self, **values: str) -> Job:
        return await self.ask_in(1, values)

    async def ask_in(self, guild_id: int | None, values: Mapping[str, str]) -> Job:
        self.asked += 1
        where = place(guild_id=guild_id)
        order = Order("txt2img", values, self.asked, where, REPLY, Requester(7), ChannelFacts(2))
        return (await self.generation.submit(order)).job

    async def refused(self, **values: str) -> tuple[str, str]:
        """The rule and the option that the refusal names."""
        before = await open_jobs(self.store)
        with pytest.raises(Refused) as refusal:
            await self.ask(**values)
        assert await open_jobs(self.store) == before
        message = refusal.value.message
        assert message.id == "words-refused"
        return str(message.arguments["rule"]), str(message.arguments["option"])


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[Desk]:
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        blobs = await blobs_beside(tmp_path / "jobs.db")
        parts = Parts(store, [], load_templates(TXT2IMG.parent), RULES, blobs)
        book = WordBook(store)
        judge = WordJudge(book)
        generation = Generation(parts, checks=Checks(words=judge.check))
        await parts.prepare()
        for rule in (GORE, KNIFE, ODD):
            await book.save(rule)
        yield Desk(store, book, judge, generation)


async def test_words_that_a_rule_refuses_make_no_job_and_the_rule_is_named(desk: Desk) -> None:
    assert await desk.refused(prompt="a pool of BL00D") == ("no gore", "prompt")
    assert await desk.refused(prompt="a knife, bl{o|o}od") == ("no gore", "prompt")
    for _ in range(6):  # whatever is picked: everybody reads what was typed
        assert await desk.refused(prompt="{cat|dog|fox|blood}") == ("no gore", "prompt")
    assert await desk.refused(prompt="a fox", negative="blood") == ("no gore", "negative")


async def test_jobs_are_held_for_review_or_hidden_where_a_rule_says_so(desk: Desk) -> None:
    made = [await desk.ask(prompt=words) for words in ("a fox", "a knife", "spiders", "a knife, spiders")]
    review = text("review-why-words", rule="weapons")
    assert [(each.review, each.spoiler) for each in made] == [
        (None, False),
        (review, False),
        (None, True),
        (review, True),
    ]


async def test_what_is_to_be_kept_out_is_spared_where_the_rule_says_so_and_what_the_workflow_says_always(
    desk: Desk,
) -> None:
    await desk.book.save(WordRule(1, "marks", WordAction.REFUSE, 5, words=("watermark",)))
    job = await desk.ask(prompt="a fox", negative="knife, spider")
    assert (job.review, job.spoiler) == (None, True)
    assert "watermark" in (await desk.ask(prompt="a fox")).values["negative"]


async def test_what_the_guild_itself_adds_meets_none_of_its_rules(desk: Desk) -> None:
    order = Order(
        *("txt2img", {"prompt": "a fox"}, 9, place(), REPLY, Requester(7), ChannelFacts(2)),
        additions=Additions(prompt="no knife, {blood}", negative="blood"),
    )
    assert (await desk.generation.submit(order)).job.review is None
    assert await desk.refused(prompt="a fox", negative="much blood") == ("no gore", "negative")


async def test_a_rule_holds_in_its_own_guild(desk: Desk) -> None:
    for guild_id in (2, None):
        assert (await desk.ask_in(guild_id, {"prompt": "blood"})).prompt == "blood"


async def test_a_rule_that_another_process_changes_holds_here_too(desk: Desk) -> None:
    elsewhere = WordBook(desk.store)
    following = asyncio.create_task(desk.book.run())
    await desk.ask(prompt="a horse")
    await elsewhere.save(replace(GORE, words=("horse",)))

    async def is_refused() -> bool:
        return [each.words for each in await desk.book.of(1) if each.name == "no gore"] == [("horse",)]

    await eventually(is_refused)
    following.cancel()
    assert await desk.refused(prompt="a horse") == ("no gore", "prompt")
    assert (await desk.ask(prompt="blood")).prompt == "blood"


async def test_words_that_a_helper_wrote_are_looked_at_as_well(desk: Desk) -> None:
    def asked(words: str) -> tuple[Job, Reworded]:
        rewording = Rewording("prompt", "a fox", (("6", "text"),))
        job = replace(job_with({}), values={"prompt": "a fox"}, rewordings=(rewording,))
        return job, Reworded({"prompt": words}, {}, "{}", None, ())

    judged = await desk.judge.reworded(*asked("a knife among spiders"))
    assert (judged.review, judged.spoiler) == (text("review-why-words", rule="weapons"), True)
    with pytest.raises(Refused) as refusal:
        await desk.judge.reworded(*asked("a fox, bl00d"))
    assert refusal.value.message.id == "words-refused-reworded"


async def test_rules_are_tried_out_and_taken_away_by_name(desk: Desk) -> None:
    assert [each.name for each in await desk.book.tried(1, "a knife, spiders, blood")] == [
        "no gore",
        "weapons",
        "odd",
    ]
    assert await desk.book.remove(1, "no gore", by=5) == GORE
    assert (await desk.ask(prompt="blood")).prompt == "blood"
    with pytest.raises(NotThere):
        await desk.book.remove(1, "no gore", by=5)
