"""What stands between a filled job and the ledger."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.comfy import Node
from bot.errors import Refused
from bot.generation import Generation, Order, Parts
from bot.jobs.claim import Worker
from bot.jobs.group import GroupKind, Membership
from bot.jobs.job import job_id_of
from bot.jobs.sqlite import SqliteStore
from bot.moderation.people import ChannelFacts, Requester
from bot.moderation.submission import Check, Checks, Submission
from bot.texts import text
from bot.workflows import Draft, InputRef, OptionSpec, Template
from bot.workflows.policy import NodePolicy, Patterns
from tests.generation.rig import RULES, blobs_beside
from tests.generation.sample import REPLY, place
from tests.jobs.sample import open_jobs
from tests.workflows.samples import TXT2IMG, load_templates

ORDER = Order("txt2img", {"prompt": "a fox"}, 42, place(), REPLY, Requester(7), ChannelFacts(2))


def adding(word: str) -> Check:
    async def check(submission: Submission) -> Submission:
        before = submission.job.values
        return replace(
            submission, job=replace(submission.job, values={**before, "prompt": f"{before['prompt']} {word}"})
        )

    return check


async def refusing(submission: Submission) -> Submission:
    raise Refused(text("private-late"))


async def prompts(
    folder: Path,
    checks: Checks,
    orders: Sequence[Order],
    templates: Sequence[Template | Draft] | None = None,
) -> list[str | None]:
    """Of what was written down, though it was refused."""
    async with SqliteStore.open(folder / "jobs.db") as store:
        offered = load_templates(TXT2IMG.parent) if templates is None else templates
        parts = Parts(store, [], offered, RULES, await blobs_beside(folder / "jobs.db"))
        generation = Generation(parts, checks=checks)
        await generation.parts.prepare()
        try:
            await generation.submit_group(orders)
        except Refused:
            assert not await open_jobs(store)
            raise
        claim = await store.claim(Worker("me", "here", generation.workflows_in(None)["txt2img"].needs), 60)
        assert claim
        assert claim.trusted is (templates is None)
        return [job.prompt for job in await open_jobs(store)]


async def test_the_ledger_has_each_job_as_all_checks_left_it_in_their_order(tmp_path: Path) -> None:
    names = ("guild", "who", "where", "age", "words", "hooks", "showing")
    guild, who, where, age, words, hooks, showing = map(adding, names)
    checks = Checks(guild, who, where, age, words, hooks, showing)
    assert await prompts(tmp_path, checks, [ORDER]) == [f"a fox {' '.join(names)}"]


async def test_a_group_of_which_one_is_refused_is_not_made(tmp_path: Path) -> None:
    async def second(submission: Submission) -> Submission:
        group = submission.job.group
        return await refusing(submission) if group is not None and group.number == 2 else submission

    group_id = job_id_of(ORDER.interaction_id)
    members = [Membership(group_id, GroupKind.REPEAT, number, 3) for number in (1, 2, 3)]
    with pytest.raises(Refused):
        await prompts(tmp_path, Checks(words=second), [replace(ORDER, group=each) for each in members])


async def test_what_people_type_into_a_graph_that_somebody_brought_is_judged_before_it_waits(
    tmp_path: Path,
) -> None:
    graph = {"1": Node("Reader", {"source": "a fox"}), "2": Node("Save", {"images": ["1", 0]})}
    option = OptionSpec("prompt", "What", (InputRef("1", "source"),))
    brought = Template("txt2img", "Draws", graph, (option,), tmp_path, trusted=False)
    assert await prompts(tmp_path, Checks(), [ORDER], [brought]) == ["a fox"]
    stealing = replace(ORDER, values={"prompt": "/etc/passwd"}, interaction_id=43)
    with pytest.raises(Refused) as refused:
        await prompts(tmp_path / "other", Checks(), [stealing], [brought])
    assert refused.value.message.id == "policy-outside"


async def test_what_the_operator_denies_is_not_offered(tmp_path: Path) -> None:
    rules = replace(RULES, policy=NodePolicy(denied=Patterns(["KSampler*"])))
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        parts = Parts(
            store, [], load_templates(TXT2IMG.parent), rules, await blobs_beside(tmp_path / "jobs.db")
        )
        await parts.prepare()
        assert "txt2img" not in parts.catalogue.workflows
        assert [each.id for each in parts.workflows.missing("txt2img")] == ["policy-denied"]
