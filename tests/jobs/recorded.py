"""What a version of the bot asks of its ledger, statement by statement: ``python -m tests.jobs.recorded`` writes it down.

To be run once for each format that is released. The next version changes the tables while this one is still at work on
them: ``test_postgres_former`` asks the new tables all that was written down here.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString, NoReturn, TypeVar, cast

from msgspec.structs import replace

from bot.jobs.audit_store import AuditAction, AuditFilter
from bot.jobs.database import Columns, Database, Row, Statements
from bot.jobs.job import Failed, MessageRef, Timing
from bot.jobs.pause_store import PauseKind
from bot.jobs.personal_data import TABLES
from bot.jobs.postgres.database import PostgresDatabase
from bot.jobs.postgres.schema import migrations, newest
from bot.jobs.rules import LedgerRules
from bot.texts import text
from tests.jobs.contract import guild_workflows
from tests.jobs.contract.groups import group_of
from tests.jobs.contract.moderation import NEW_REPORT
from tests.jobs.contract.pending import order, reminder
from tests.jobs.contract.people import OF_GUILD, OWN
from tests.jobs.contract.preparations import MASKED, READY, with_files
from tests.jobs.contract.quarantine import BAD, asked, incident
from tests.jobs.contract.reviews import ended_for_review
from tests.jobs.contract.word_rules import LIST
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, new_job, prompt_id, worker
from tests.postgres import postgres_server

FOLDER = Path(__file__).with_name("former")

T = TypeVar("T")


@dataclass
class Recording:
    """Statements in order: each with its parameters, and how many rows came back; those of one write together."""

    writes: list[list[tuple[str, Columns, int]]] = field(default_factory=list[list[tuple[str, Columns, int]]])

    def to_json(self) -> str:
        texts = list(dict.fromkeys(sql for write in self.writes for sql, _, _ in write))
        calls = [[(texts.index(sql), values, rows) for sql, values, rows in write] for write in self.writes]
        return json.dumps({"statements": texts, "writes": calls}, ensure_ascii=False, indent=1)

    @classmethod
    def of_file(cls, file: Path) -> "Recording":
        kept = json.loads(file.read_text(encoding="utf-8"))
        texts = cast("list[str]", kept["statements"])
        writes = cast("list[list[tuple[int, Columns, int]]]", kept["writes"])
        return cls([[(texts[number], values, rows) for number, values, rows in write] for write in writes])


class _RecordedStatements:
    def __init__(self, inner: Statements, told: list[tuple[str, Columns, int]]) -> None:
        self._inner = inner
        self._told = told

    def run(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        rows = self._inner.run(sql, parameters)
        used = {name: value for name, value in (parameters or {}).items() if f":{name}" in sql}
        self._told.append((sql, used, len(rows)))
        return rows

    def lock(self, *names: str) -> None:
        self._inner.lock(*names)

    def try_lock(self, name: str, /) -> bool:
        return self._inner.try_lock(name)


class RecordedDatabase:
    """A :class:`bot.jobs.database.Database` that writes down what it is asked."""

    def __init__(self, inner: Database, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording
        self.label = inner.label

    def now(self) -> float:
        return self._inner.now()

    async def write(self, work: Callable[[Statements], T]) -> T:
        told: list[tuple[str, Columns, int]] = []
        result = await self._inner.write(lambda statements: work(_RecordedStatements(statements, told)))
        self._recording.writes.append(told)
        return result

    async def run(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        return await self.write(lambda statements: statements.run(sql, parameters))

    async def read(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        return await self.run(sql, parameters)

    def check_room(self) -> None:
        self._inner.check_room()

    async def watch(self) -> NoReturn:
        await self._inner.watch()


async def everything(store: LedgerRules) -> None:
    """Every statement of the ledger's, at least once, each in a state in which it does something."""
    preparations = await _prepared(store)
    ended = await _run(store)
    await _reviewed(store)
    await _shown(store)
    for user_id, guild_id in ((None, None), (1, None), (None, 100), (1, 100)):
        await store.standings(guild_id, user_id, most=15)
        await store.count_open(guild_id, user_id)
    for place in (100, None):
        await store.history(1, place)
    for job_id in (ended, preparations):
        await store.job(job_id)
        await store.standing(job_id)
        await store.inputs(job_id)
        await store.node_seconds(job_id)
        await store.posted(job_id)
        await store.number_among(job_id)
        await store.made_of(job_id)
        await store.members(job_id)
        await store.begin_exhibit(job_id, 5)
        await store.end_exhibit(job_id, 7)
        await store.exhibit(job_id)
    await store.forget_outputs(ended)
    await store.usual("txt2img")
    await store.jobs_called("0badcafe")
    await store.job_told_by(2)
    await store.needed_blobs()
    await store.useful_blobs()
    await chosen(store)
    await moderated(store)
    await _harmed(store)
    await _ordered(store)
    await store.reap()
    await store.figures(7)
    await store.figures(7, 100)
    await store.held(1, 100)
    for name, table in TABLES.items():
        if table.told:
            await store.told(1, name, 0, 10)
    await store.forget_of_guild(100, 1e9)
    await store.let_everything_go()
    await store.forget(0.0)
    await store.erase(1)
    await store.finish_erasures()


async def _prepared(store: LedgerRules):
    for new in (with_files(MASKED), with_files(), with_files()):
        await store.submit(new, NO_LIMITS)
    tries = [await store.claim_preparation("boot", LEASE_SECONDS) for _ in range(3)]
    first, second, third = [each for each in tries if each is not None]
    await store.renew_preparation(first, LEASE_SECONDS)
    await store.prepared(first, [READY])
    await store.fail_preparation(second, Failed(text("gone")))
    await store.postpone_preparation(third, LEASE_SECONDS)
    await store.cancel(third.job.id, 1)
    return first.job.id


async def _run(store: LedgerRules):
    await store.submit_group(group_of(3), NO_LIMITS)
    new = replace(new_job(), ui_graph="{}", action_key="again:1:7")
    for _ in range(2):
        await store.submit(new, NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    await store.release(claim)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    claim = await store.note(claim, prompt_id())
    await store.started(claim, 1.0)
    await store.renew(claim, LEASE_SECONDS)
    await store.cancel(claim.job.id, 1)
    await store.release(claim, unbound=True)
    while claim := await store.claim(worker(), LEASE_SECONDS):
        await store.finish(claim, DONE, Timing(2.0, {"3": 1.0}))
    return new.id


async def _reviewed(store: LedgerRules) -> None:
    delivery = await ended_for_review(store)
    await store.judged(delivery, spoiler=True, review=text("gone"))
    await store.judgement(delivery.job.id)
    await store.begin_review(delivery, 0.0)
    await store.await_decision(delivery, MessageRef(1, 4))
    await store.decide(delivery.job.id, 1, approved=False, reason="no")
    await store.review(delivery.job.id)
    again = await store.claim_delivery("poster", LEASE_SECONDS)
    assert again
    await store.end_review(again)
    await store.await_decision(again, MessageRef(1, 4))
    await store.keep_outputs(again.job.id, ["a" * 64])


async def _shown(store: LedgerRules) -> None:
    delivery = await store.claim_delivery("poster", LEASE_SECONDS, [7])
    assert delivery
    await store.postpone(delivery, 0.0)
    while delivery := await store.claim_delivery("poster", LEASE_SECONDS):
        await store.record_part(delivery, "1", MessageRef(1, 2))
        await store.record_status_message(delivery.job.id, MessageRef(1, 3))
        await store.delivered(delivery, 2)


async def _harmed(store: LedgerRules) -> None:
    await store.submit(asked(BAD), NO_LIMITS)
    for _ in range(2):
        await store.report_incident(incident())
    for each in await store.quarantined():
        await store.release_quarantined(each, by=7)
    await store.failures()


async def _ordered(store: LedgerRules) -> None:
    await store.pause_backend("gpu-1", paused=True, by=7)
    await store.ask_for_memory("gpu-1", by=7)
    await store.backend_orders()
    await store.memory_freed("gpu-1")
    await store.last_needs()
    await store.rule_guild(100, allowed=True, by=7)
    await store.guild_rulings()
    await store.guild_use(7)


async def chosen(store: LedgerRules) -> None:
    await store.set_mentions(1, wanted=False)
    await store.wants_mentions(1)
    for preset in (OWN, OF_GUILD):
        await store.save_preset(preset)
    await store.presets(1, 100)
    await store.delete_preset(OWN)
    kept = order()
    await store.keep_pending(kept)
    await store.pending(kept.id, 1)
    await store.answer_pending(kept.id, 1, {"seed": "1"}, {})
    await store.reset_pending(kept.id, 1)
    await store.take_pending(kept.id, 1)
    await store.keep_reminder(reminder())
    for each in await store.reminders():
        await store.reminded(each)
    await store.set_guild_setting(100, "key", "1", set_by=1)
    await store.set_guild_setting(100, "key", "1", set_by=1, channel_id=5)
    await store.guild_settings(100)
    await store.guilds_that_chose("key")
    await store.changed_settings(0, 10)
    await store.set_guild_setting(100, "key", None, set_by=1, channel_id=5)
    await store.set_guild_setting(100, "key", None, set_by=1)
    await store.save_word_rule(LIST)
    await store.word_rules(LIST.guild_id)
    await store.delete_word_rule(LIST.guild_id, LIST.name, by=1)
    await _workflows_added(store)


async def _workflows_added(store: LedgerRules) -> None:
    workflow = await guild_workflows.published(store)
    draft = await store.begin_edit(workflow.guild_id, workflow.id, 1)
    await guild_workflows.changed(store, draft, command="")
    await store.publish(workflow.guild_id, workflow.id, draft.number, 1)
    await store.roll_back(workflow.guild_id, workflow.id, 1, 1)
    await store.set_enabled(workflow.guild_id, workflow.id, 1, enabled=True)
    await store.share_workflow(workflow.id, shared=True, by=1)
    await store.take_away(workflow.id, taken_away=True, by=1)
    await store.workflow_versions(workflow.guild_id, workflow.id)
    await store.guild_workflows(None)
    await store.begin_edit(workflow.guild_id, workflow.id, 1)
    await store.discard_draft(workflow.guild_id, workflow.id)
    await store.remove_guild_workflow(workflow.guild_id, workflow.id, 1)
    await store.note_command_creates(100, 1)
    await store.command_creates(100)
    await store.note_guild_left(100)
    await store.guilds_left()
    await store.note_guild_joined(100)
    await store.note_told_guild(100, has_commands=True)
    await store.note_told_guild(101, has_commands=True)
    await store.note_told_guild(101, has_commands=False)
    await store.told_guilds()


async def moderated(store: LedgerRules) -> None:
    await store.block(100, 2, seconds=None, reason="spam", by=3)
    await store.blocks(100, 10)
    await store.unblock(100, 2, by=3)
    await store.pause(100, PauseKind.PAUSE, by=3)
    await store.pauses()
    await store.resume(100, by=3)
    await store.report(NEW_REPORT)
    claimed = await store.claim_report(LEASE_SECONDS)
    assert claimed
    await store.postpone_report(claimed.number, LEASE_SECONDS)
    await store.report_shown(claimed.number)
    await store.audit(100, 3, AuditAction.CANCEL, once="cancel:1")
    await store.submit(new_job(), NO_LIMITS)
    await store.waiting_people("boot", waited_seconds=0.0, most=10)
    await store.cancel_all(100, 3, AuditAction.CANCEL_ALL)
    for which in (AuditFilter(), AuditFilter(100, 3, 2, AuditAction.BLOCK)):
        await store.audited(which)
        await store.count_audited(which)


async def _record(url: str) -> Recording:
    recording = Recording()
    async with PostgresDatabase.open(url) as database:
        await everything(LedgerRules(RecordedDatabase(database, recording)))
    return recording


if __name__ == "__main__":
    with postgres_server() as server:
        kept = asyncio.run(_record(server.new_database()))
    FOLDER.joinpath(f"format_{newest(migrations())}.json").write_text(kept.to_json(), encoding="utf-8")
