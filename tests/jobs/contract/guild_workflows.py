"""The workflows of guilds: one becomes another's business only where the operator shares it."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Sequence

import pytest
from msgspec.structs import replace

from bot.errors import NotThere, Refused
from bot.jobs import guild_workflow_rows
from bot.jobs.audit_store import AuditFilter
from bot.jobs.guild_workflow import (
    MAX_COMMAND_BYTES,
    MAX_SOURCE_BYTES,
    MOST_VERSIONS,
    MOST_WORKFLOWS,
    GuildWorkflow,
    NameTaken,
    TooManyWorkflows,
    WorkflowState,
    WorkflowVersion,
)
from bot.jobs.store import JobStore
from tests.jobs.sample import NO_LIMITS, MovableClock, new_job

GUILD, OTHERS = 100, 101
SOURCE = '{"1": {"class_type": "SaveImage", "inputs": {"text": "雪"}}}'.encode()
COMMAND = 'description = "a cat, 猫"\n'


async def added(store: JobStore, name: str = "cat", *, guild_id: int = GUILD, by: int = 1) -> WorkflowVersion:
    interaction_id = new_job().interaction_id
    return await store.add_guild_workflow(
        guild_id, by, interaction_id, name=name, source=SOURCE, command=COMMAND
    )


async def published(store: JobStore, name: str = "cat", *, guild_id: int = GUILD) -> GuildWorkflow:
    draft = await added(store, name, guild_id=guild_id)
    return await store.publish(guild_id, draft.workflow_id, draft.number, 2)


async def changed(store: JobStore, draft: WorkflowVersion, **more: str) -> WorkflowVersion:
    new = {"name": draft.name, "command": draft.command, **more}
    return await store.change_draft(
        draft.guild_id, draft.workflow_id, draft.number, draft.revision, source=draft.source, **new
    )


async def published_again(store: JobStore, workflow: GuildWorkflow, command: str) -> GuildWorkflow:
    draft = await changed(store, await store.begin_edit(workflow.guild_id, workflow.id, 1), command=command)
    return await store.publish(workflow.guild_id, workflow.id, draft.number, 2)


async def numbers(store: JobStore, workflow: GuildWorkflow) -> Sequence[int]:
    return [each.number for each in await store.workflow_versions(workflow.guild_id, workflow.id)]


class GuildWorkflowsContract:
    async def test_what_is_added_is_a_draft_of_that_guild_alone_once_an_interaction(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        async def add() -> WorkflowVersion:
            return await store.add_guild_workflow(GUILD, 1, 7, name="cat", source=SOURCE, command=COMMAND)

        draft = await add()
        assert draft == WorkflowVersion(
            draft.workflow_id, GUILD, 1, "cat", draft.fingerprint, 0, 1, clock.now, None, SOURCE, COMMAND
        )
        assert draft.key == f"cat@{draft.workflow_id}.1"
        assert await add() == draft
        assert await store.workflow_version(draft.workflow_id, 1) == draft
        workflow = GuildWorkflow(
            draft.workflow_id, GUILD, "cat", WorkflowState.DRAFT, None, 1, False, False, 1, clock.now
        )
        assert [await store.guild_workflows(each) for each in (GUILD, OTHERS, None)] == [
            [workflow], [], [workflow],
        ]  # fmt: skip

    async def test_a_published_draft_is_offered_once_and_its_next_one_begins_with_its_files(
        self, store: JobStore
    ) -> None:
        first = await published(store)
        assert (first.state, first.current, first.draft) == (WorkflowState.PUBLISHED, 1, None)
        assert await store.publish(GUILD, first.id, 1, 3) == first
        draft = await store.begin_edit(GUILD, first.id, 5)
        assert (draft.number, draft.source, draft.command, draft.created_by) == (2, SOURCE, COMMAND, 5)
        assert await store.begin_edit(GUILD, first.id, 6) == draft
        renamed = await changed(store, draft, name="kitten", command="")
        assert (renamed.key, renamed.revision) == (f"kitten@{first.id}.2", 1)
        assert renamed.fingerprint != draft.fingerprint
        assert await store.guild_workflow(GUILD, first.id) == replace(first, draft=2)
        second = await store.publish(GUILD, first.id, 2, 2)
        assert second == replace(first, name="kitten", current=2)
        versions = await store.workflow_versions(GUILD, first.id)
        assert [(each.number, each.name, each.published_at is None) for each in versions] == [
            (2, "kitten", False),
            (1, "cat", False),
        ]

    async def test_of_two_who_change_one_draft_the_second_is_told(self, store: JobStore) -> None:
        draft = await added(store)
        first = await changed(store, draft, name="kitten", command="# mine")
        assert [each.name for each in await store.guild_workflows(GUILD)] == ["kitten"]
        with pytest.raises(Refused, match="changed-meanwhile"):
            await changed(store, draft, command="# theirs")
        assert await changed(store, draft, name="kitten", command="# mine") == first
        await store.publish(GUILD, draft.workflow_id, 1, 2)
        with pytest.raises(Refused, match="no-draft"):
            await changed(store, first, command="# late")

    async def test_a_discarded_draft_leaves_what_is_offered_and_its_number_names_nothing_else(
        self, store: JobStore
    ) -> None:
        workflow = await published(store)
        draft = await store.begin_edit(GUILD, workflow.id, 1)
        for _ in range(2):
            await store.discard_draft(GUILD, workflow.id)
        assert await store.guild_workflows(GUILD) == [workflow]
        with pytest.raises(Refused, match="no-draft"):
            await store.publish(GUILD, workflow.id, draft.number, 1)
        assert (await store.begin_edit(GUILD, workflow.id, 1)).number == draft.number + 1
        only_draft = await added(store, "dog")
        await store.discard_draft(GUILD, only_draft.workflow_id)
        assert [each.name for each in await store.guild_workflows(GUILD)] == ["cat"]

    async def test_who_rolls_back_offers_a_former_version_and_leaves_the_draft(self, store: JobStore) -> None:
        first = await published(store)
        second = await published_again(store, first, "# 2")
        draft = await store.begin_edit(GUILD, first.id, 1)
        back = await store.roll_back(GUILD, first.id, 1, 2)
        assert back == replace(second, current=1, draft=3)
        for number in (draft.number, 9):
            with pytest.raises(NotThere):
                await store.roll_back(GUILD, first.id, number, 2)

    async def test_a_disabled_workflow_is_kept_and_a_removed_one_is_gone_with_its_files(
        self, store: JobStore
    ) -> None:
        workflow = await published(store)
        disabled = await store.set_enabled(GUILD, workflow.id, 2, enabled=False)
        assert (disabled, disabled.is_offered) == (replace(workflow, state=WorkflowState.DISABLED), False)
        assert await store.set_enabled(GUILD, workflow.id, 2, enabled=True) == workflow
        await store.remove_guild_workflow(GUILD, workflow.id, 2)
        assert [await store.guild_workflows(each) for each in (GUILD, None)] == [[], []]
        assert await store.workflow_version(workflow.id, 1) is None
        assert (await published(store)).id != workflow.id

    async def test_what_is_changed_by_whom_is_written_down_once(self, store: JobStore) -> None:
        workflow = await published_again(store, await published(store), "# 2")
        for change in (
            lambda: store.publish(GUILD, workflow.id, 2, 2),
            lambda: store.roll_back(GUILD, workflow.id, 1, 3),
            lambda: store.set_enabled(GUILD, workflow.id, 4, enabled=False),
            lambda: store.share_workflow(workflow.id, shared=True, by=5),
            lambda: store.take_away(workflow.id, taken_away=True, by=6),
        ):
            assert await change() == await change()
        await store.remove_guild_workflow(GUILD, workflow.id, 7)
        lines = await store.audited(AuditFilter(guild_id=GUILD))
        told = [(each.actor_id, each.details["change"], each.details.get("version")) for each in lines]
        assert list(reversed(told)) == [
            (1, "add", None), (2, "publish", "1"), (2, "publish", "2"), (3, "roll-back", "1"), (4, "disable", None),
            (5, "share", None), (6, "take-away", None), (7, "remove", None),
        ]  # fmt: skip

    async def test_another_guild_neither_sees_nor_changes_it(self, store: JobStore) -> None:
        workflow = await published_again(store, await published(store), "# 2")
        draft = await store.begin_edit(GUILD, workflow.id, 1)
        before = await store.guild_workflows(None)
        id_ = workflow.id
        tries: Sequence[Awaitable[object]] = (
            store.begin_edit(OTHERS, id_, 9),
            changed(store, dataclasses.replace(draft, guild_id=OTHERS), command="# theirs"),
            store.discard_draft(OTHERS, id_),
            store.publish(OTHERS, id_, draft.number, 9),
            store.roll_back(OTHERS, id_, 1, 9),
            store.set_enabled(OTHERS, id_, 9, enabled=False),
            store.remove_guild_workflow(OTHERS, id_, 9),
        )
        for each in tries:
            with pytest.raises(NotThere):
                await each
        assert await store.guild_workflow(OTHERS, id_) is None
        assert await store.workflow_versions(OTHERS, id_) == []
        assert await store.guild_workflows(None) == before
        assert await store.count_audited(AuditFilter(guild_id=OTHERS)) == 0

    async def test_a_name_is_taken_in_its_guild_by_drafts_too(self, store: JobStore) -> None:
        cat = await published(store)
        await changed(store, await store.begin_edit(GUILD, cat.id, 1), name="kitten")
        dog = await added(store, "dog")
        await added(store, "cat", guild_id=OTHERS)
        for name in ("cat", "kitten"):
            with pytest.raises(NameTaken):
                await added(store, name)
            with pytest.raises(NameTaken):
                await changed(store, dog, name=name)
        await store.publish(GUILD, cat.id, 2, 1)
        await changed(store, dog, name="cat")
        with pytest.raises(NameTaken):
            await store.roll_back(GUILD, cat.id, 1, 1)

    async def test_of_what_two_do_at_once_only_one_holds(self, store: JobStore) -> None:
        adding = [added(store, "cat", by=by) for by in range(1, 6)]
        found = await asyncio.gather(*adding, return_exceptions=True)
        assert sum(isinstance(each, NameTaken) for each in found) == 4
        (workflow,) = await store.guild_workflows(GUILD)
        publishing = [store.publish(GUILD, workflow.id, 1, by) for by in range(1, 6)]
        assert len({repr(each) for each in await asyncio.gather(*publishing)}) == 1
        editing = [store.begin_edit(GUILD, workflow.id, by) for by in range(1, 6)]
        assert {each.number for each in await asyncio.gather(*editing)} == {2}
        assert await store.count_audited(AuditFilter(guild_id=GUILD)) == 2

    async def test_a_guild_has_room_for_so_many_and_for_files_of_a_size(self, store: JobStore) -> None:
        first, *_ = [await added(store, f"cat-{number}") for number in range(MOST_WORKFLOWS)]
        with pytest.raises(TooManyWorkflows):
            await added(store)
        await added(store, guild_id=OTHERS)
        await store.discard_draft(GUILD, first.workflow_id)
        await added(store)
        for source, command in (
            (b"x" * (MAX_SOURCE_BYTES + 1), ""),
            (b"", "猫" * (MAX_COMMAND_BYTES // 3 + 1)),
        ):
            with pytest.raises(Refused, match="guild-workflow-large"):
                await store.add_guild_workflow(OTHERS, 1, 8, name="dog", source=source, command=command)

    async def test_of_many_versions_the_oldest_go_that_neither_a_job_nor_anybody_else_needs(
        self, store: JobStore
    ) -> None:
        workflow = await published(store)
        await store.submit(new_job(workflow=f"cat@{workflow.id}.2"), NO_LIMITS)
        for number in range(2, MOST_VERSIONS + 3):
            await published_again(store, workflow, f"# {number}")
        assert await numbers(store, workflow) == [*range(MOST_VERSIONS + 2, 3, -1), 2]
        await store.roll_back(GUILD, workflow.id, 4, 2)
        await store.begin_edit(GUILD, workflow.id, 1)
        assert await numbers(store, workflow) == [*range(MOST_VERSIONS + 3, 5, -1), 4, 2]

    async def test_former_versions_go_first_where_a_guild_has_no_room_left(
        self, store: JobStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        size = len(SOURCE) + len(COMMAND)
        monkeypatch.setattr(guild_workflow_rows, "MOST_BYTES", 3 * size)
        workflow = await published(store)
        for number in (2, 3, 4):
            await published_again(store, workflow, f"# {number}")
        assert len(await numbers(store, workflow)) <= 3
        assert await store.begin_edit(GUILD, workflow.id, 1)
        with pytest.raises(TooManyWorkflows):
            await added(store, "dog")
        await added(store, "dog", guild_id=OTHERS)

    async def test_the_operator_shares_one_of_a_name_and_takes_away_what_nobody_may_run(
        self, store: JobStore
    ) -> None:
        cat, other = await published(store), await published(store, guild_id=OTHERS)
        assert await store.share_workflow(cat.id, shared=True, by=9) == replace(cat, shared=True)
        with pytest.raises(NameTaken):
            await store.share_workflow(other.id, shared=True, by=9)
        with pytest.raises(Refused):
            await store.share_workflow((await added(store, "dog")).workflow_id, shared=True, by=9)
        taken = await store.take_away(cat.id, taken_away=True, by=9)
        assert (taken, taken.is_offered) == (replace(cat, taken_away=True), False)
        await store.set_enabled(GUILD, cat.id, 1, enabled=False)
        for refused in (
            store.set_enabled(GUILD, cat.id, 1, enabled=True),
            store.publish(GUILD, cat.id, (await store.begin_edit(GUILD, cat.id, 1)).number, 1),
            store.share_workflow(cat.id, shared=True, by=9),
        ):
            with pytest.raises(Refused, match="taken-away"):
                await refused
        await store.take_away(cat.id, taken_away=False, by=9)
        assert (await store.set_enabled(GUILD, cat.id, 1, enabled=True)).is_offered
        await store.share_workflow(cat.id, shared=True, by=9)
        await store.remove_guild_workflow(GUILD, cat.id, 1)
        assert await store.share_workflow(other.id, shared=True, by=9)

    async def test_a_shared_workflow_is_not_renamed_to_what_another_shared_one_is_called(
        self, store: JobStore
    ) -> None:
        cat, dog = await published(store), await published(store, "dog", guild_id=OTHERS)
        for each in (cat, dog):
            await store.share_workflow(each.id, shared=True, by=9)
        draft = await changed(store, await store.begin_edit(OTHERS, dog.id, 1), name="cat")
        with pytest.raises(NameTaken):
            await store.publish(OTHERS, dog.id, draft.number, 1)
