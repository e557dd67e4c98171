"""Which workflows of guilds can be run, where, and in which version."""

from pathlib import Path

import pytest

from bot.errors import NotThere
from bot.generation import workflow_versions
from bot.jobs.guild_workflow import WorkflowVersion
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import StoreFault, StoreUnavailable
from bot.workflows.key import key_of
from tests.generation.guild_workflows import (
    ELSEWHERE,
    HERE,
    MODERATOR,
    Offered,
    add,
    changed,
    offered,
    publish,
)
from tests.workflows.samples import COMMAND, server, template_in, write

KITTEN = COMMAND.replace("Draws", "Draws a kitten")
LATE = f"nsfw = true\n{COMMAND}"


async def refused(here: Offered, key: str, guild_id: int | None) -> str:
    with pytest.raises(NotThere) as caught:
        await here.workflows.usable(key, guild_id)
    return caught.value.message.id


async def test_a_draft_is_tried_by_its_key_and_offered_to_nobody(tmp_path: Path) -> None:
    async with offered(tmp_path) as here:
        draft = await add(here.store)
        tried = await here.workflows.usable(draft.key, HERE)
        assert (tried.name, tried.command, tried.description, tried.trusted) == (
            draft.key,
            "cat",
            "Draws",
            False,
        )
        assert here.keys(HERE) == []
        changed_draft = await changed(here.store, draft, KITTEN)
        assert (await here.workflows.usable(draft.key, HERE)).description == "Draws a kitten"
        await here.store.discard_draft(HERE, changed_draft.workflow_id)
        await here.guilds.look()
        assert await refused(here, draft.key, HERE) == "workflow-not-here"


async def test_what_is_published_is_offered_in_its_guild_alone_until_the_operator_shares_it(
    tmp_path: Path,
) -> None:
    txt2img = template_in(write(tmp_path))
    async with offered(tmp_path, [txt2img]) as here:
        draft = await add(here.store)
        await publish(here.store, draft)
        await here.guilds.look()
        assert here.guilds.changed.is_set()
        assert not here.changed.is_set()
        everywhere = [HERE, ELSEWHERE, None]
        assert [here.keys(each) for each in everywhere] == [["draw", draft.key], ["draw"], ["draw"]]
        assert [*here.workflows.by_guild] == [HERE]
        for guild_id in (ELSEWHERE, None):
            assert await refused(here, draft.key, guild_id) == "workflow-not-here"
        await here.store.share_workflow(draft.workflow_id, shared=True, by=1)
        await here.guilds.look()
        assert [here.keys(each) for each in everywhere] == [["draw", draft.key]] * 3
        assert (await here.workflows.usable(draft.key, ELSEWHERE)).name == draft.key
        assert here.workflows.by_guild == {}
        assert here.changed.is_set()


async def test_a_shared_one_with_the_name_of_the_operators_has_no_command(tmp_path: Path) -> None:
    async with offered(tmp_path, [template_in(write(tmp_path))]) as here:
        draft = await add(here.store, "draw")
        await publish(here.store, draft)
        await here.store.share_workflow(draft.workflow_id, shared=True, by=1)
        await here.guilds.look()
        assert here.keys(ELSEWHERE) == ["draw"]
        assert here.keys(HERE) == ["draw", draft.key]


async def test_a_former_version_is_run_as_it_was_for_as_long_as_its_workflow_is_offered(
    tmp_path: Path,
) -> None:
    async with offered(tmp_path) as here:
        first = await add(here.store)
        workflow = await publish(here.store, first)
        second = await changed(here.store, first, KITTEN)
        await publish(here.store, second)
        await here.guilds.look()
        assert here.keys(HERE) == [second.key]
        told = [(await here.workflows.usable(key, HERE)).description for key in (first.key, second.key)]
        assert told == ["Draws", "Draws a kitten"]
        successor = here.workflows.successor(first.key)
        assert successor is not None
        assert successor.name == second.key

        await here.store.roll_back(HERE, workflow.id, 1, MODERATOR)
        await here.guilds.look()
        assert here.keys(HERE) == [first.key]

        await here.store.set_enabled(HERE, workflow.id, enabled=False, actor_id=MODERATOR)
        await here.guilds.look()
        assert here.keys(HERE) == []
        assert [await refused(here, each.key, HERE) for each in (first, second)] == ["workflow-disabled"] * 2
        await here.store.take_away(workflow.id, taken_away=True, by=1)
        assert await refused(here, first.key, HERE) == "workflow-taken-away"
        await here.store.remove_guild_workflow(HERE, workflow.id, MODERATOR)
        assert await refused(here, first.key, HERE) == "workflow-not-here"


async def test_what_is_for_adults_is_so_in_its_version_and_when_it_is_not_offered_any_more(
    tmp_path: Path,
) -> None:
    async with offered(tmp_path) as here:
        first = await add(here.store, command=LATE)
        workflow = await publish(here.store, first)
        second = await changed(here.store, first, COMMAND)
        await publish(here.store, second)
        await here.store.set_enabled(HERE, workflow.id, MODERATOR, enabled=False)
        await here.guilds.look()
        told = [await here.workflows.is_for_adults(each.key) for each in (first, second)]
        assert told == [True, False]
        assert await here.workflows.version(first.key) is None


async def test_a_version_that_is_not_kept_any_more_says_so(tmp_path: Path) -> None:
    async with offered(tmp_path) as here:
        draft = await add(here.store)
        await publish(here.store, draft)
        gone = key_of("cat", draft.workflow_id, 9)
        assert await refused(here, gone, HERE) == "workflow-version-gone"
        called_otherwise = key_of("dog", draft.workflow_id, 1)
        assert await refused(here, called_otherwise, HERE) == "workflow-version-gone"


async def test_what_the_servers_have_decides_again_whenever_one_tells_more(tmp_path: Path) -> None:
    async with offered(tmp_path) as here:
        here.known[:] = [server(without=("Encode",))]
        draft = await add(here.store)
        await publish(here.store, draft)
        await here.guilds.look()
        assert here.keys(HERE) == []
        assert here.workflows.waiting_in(HERE) == {"cat"}
        assert here.guilds.changed.is_set()
        here.guilds.changed.clear()
        assert await refused(here, draft.key, HERE) == "workflow-not-offered"
        assert [each.id for each in here.workflows.missing(draft.key)] == ["workflow-lacks-node"]
        here.known[:] = [server()]
        await here.guilds.look()
        assert here.keys(HERE) == [draft.key]
        assert here.workflows.waiting_in(HERE) == frozenset()
        assert here.guilds.changed.is_set()


async def test_nothing_is_made_again_while_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow_versions, "MOST_KEPT", 1)
    async with offered(tmp_path) as here:
        first = await add(here.store)
        await publish(here.store, first)
        for kitten in (KITTEN, COMMAND):
            await publish(here.store, await changed(here.store, first, kitten))
        await here.guilds.look()
        before, former = here.workflows.in_guild(HERE), await here.workflows.version(first.key)
        here.guilds.changed.clear()
        await here.guilds.look()
        assert not here.guilds.changed.is_set()
        (again,), (then,) = here.workflows.in_guild(HERE).values(), before.values()
        assert again is then
        assert await here.workflows.version(first.key) is former
        await here.workflows.version(key_of("cat", first.workflow_id, 2))
        assert here.workflows.get(first.key) is None  # but it is had again
        assert await here.workflows.version(first.key) == former


async def test_a_file_that_is_none_any_more_is_a_reason_and_no_end(tmp_path: Path) -> None:
    async with offered(tmp_path) as here:
        await publish(here.store, await add(here.store, "odd", command="description = 7"))
        good = await add(here.store)
        await publish(here.store, good)
        await here.guilds.look()
        assert here.keys(HERE) == [good.key]
        assert here.workflows.is_called("odd", HERE)
        assert not here.workflows.is_called("odd", ELSEWHERE)


class Failing(SqliteStore):
    """A ledger that fails now and then, while somebody reads a version."""

    fails = False

    async def workflow_version(self, workflow_id: int, number: int) -> WorkflowVersion | None:
        if self.fails:
            raise StoreUnavailable(StoreFault.AWAY, "gone")
        return await super().workflow_version(workflow_id, number)


async def test_a_ledger_that_fails_meanwhile_leaves_all_as_it_was_until_the_next_look(tmp_path: Path) -> None:
    async with offered(tmp_path, kind_of_store=Failing) as here:
        assert isinstance(here.store, Failing)
        drafts = [await add(here.store, name) for name in ("cat", "dog")]
        for draft in drafts:
            await publish(here.store, draft)
        await here.guilds.look()
        here.known[:], here.store.fails = [server(without=("Encode",))], True
        with pytest.raises(StoreUnavailable):
            await here.guilds.look()
        assert here.keys(HERE) == [each.key for each in drafts]
        here.store.fails = False
        await here.guilds.look()
        assert here.keys(HERE) == []
