"""The workflows that guilds added, as the backends can run them now.

The current version of each that is offered is kept in memory, made again when the ledger or a backend tells something new.
Former versions, which jobs remember, and drafts are made when somebody asks for them; few of those are kept.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.comfy import ObjectInfo
from bot.generation.catalogue import resolved
from bot.generation.orders import Rules
from bot.generation.reasons import told_to_people
from bot.jobs.guild_workflow import GuildWorkflow, WorkflowState, WorkflowVersion
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows import Workflow, classes_of
from bot.workflows.brought import Brought
from bot.workflows.key import GuildKey
from bot.workflows.sources import SourceError

log = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
"""A wake-up is a hint: the ledger is looked at this often all the same."""
MOST_KEPT = 64
"""Former versions and drafts. The one that nobody asked for the longest goes first."""


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of a version."""

    found: Workflow | tuple[Text, ...]
    """The workflow, or why it cannot be run."""
    fingerprint: str
    class_types: frozenset[str]

    @property
    def workflow(self) -> Workflow | None:
        return self.found if isinstance(self.found, Workflow) else None

    @property
    def reasons(self) -> tuple[Text, ...]:
        return () if isinstance(self.found, Workflow) else self.found


class GuildWorkflows:
    def __init__(
        self,
        store: JobStore,
        knowledge: Callable[[], list[ObjectInfo]],
        rules: Rules,
        *,
        on_shared: Callable[[], None],
        on_classes: Callable[[], None],
    ) -> None:
        """``on_shared`` is told when others are shared with all guilds; ``on_classes`` when others' nodes may matter."""
        self.changed = asyncio.Event()
        """Set when guilds are offered other workflows; whoever acts on it clears it."""
        self._store = store
        self._knowledge = knowledge
        self._rules = rules
        self._on_shared = on_shared
        self._on_classes = on_classes
        self.by_guild: Mapping[int, Mapping[str, Workflow]] = {}
        """Guild → key → workflow, of those that can be run now and are not shared with all."""
        self.waiting: Mapping[int, frozenset[str]] = {}
        """Guild → the names of those that it alone is offered and that no backend can run for the moment."""
        self._listed: Mapping[int, GuildWorkflow] = {}
        self._current: Mapping[str, _Made] = {}
        """By key, of each that is offered."""
        self._others: OrderedDict[str, _Made] = OrderedDict()
        self._made_with: Sequence[ObjectInfo] = ()
        self._turn = asyncio.Lock()
        self._outdated = asyncio.Event()

    @property
    def class_types(self) -> frozenset[str]:
        """Every node class that one of those that are known here names."""
        return frozenset[str]().union(
            *(each.class_types for each in (*self._current.values(), *self._others.values()))
        )

    @property
    def shared(self) -> Mapping[str, Workflow]:
        """Those that the operator shares with all guilds, by key."""
        return {workflow.name: workflow for listed, workflow in self._offered() if listed.shared}

    def of_guild(self, guild_id: int) -> Mapping[str, Workflow]:
        """By key, shared ones of its own among them."""
        return {
            workflow.name: workflow for listed, workflow in self._offered() if listed.guild_id == guild_id
        }

    def names_in(self, guild_id: int) -> frozenset[str]:
        """Of all that a guild has, drafts and disabled ones among them."""
        return frozenset(each.name for each in self._listed.values() if each.guild_id == guild_id)

    def is_closed_to(self, key: GuildKey, guild_id: int | None) -> bool:
        """Whether people there see nothing of it: it was removed, or it is another guild's and not shared."""
        listed = self._listed.get(key.workflow_id)
        return listed is None or not (listed.shared or listed.guild_id == guild_id)

    def get(self, key: GuildKey) -> Workflow | None:
        """As far as it is known without asking the ledger."""
        made = self._known(key)
        return None if made is None else made.workflow

    def current(self, workflow_id: int) -> Workflow | None:
        """The version that is offered now."""
        listed = self._listed.get(workflow_id)
        if listed is None:
            return None
        made = self._current.get(str(_current_key(listed)))
        return None if made is None else made.workflow

    async def version(self, key: GuildKey) -> Workflow | None:
        """Whichever version it is; None: it cannot be run now, and :meth:`why_not` tells why.

        May raise ``StoreUnavailable``.
        """
        if not self._may_run(key):
            await self.look()  # perhaps it came a moment ago
        made = await self._asked_for(key) if self._may_run(key) else None
        return None if made is None else made.workflow

    def missing(self, key: GuildKey) -> tuple[Text, ...]:
        """What no backend has of what it takes."""
        made = self._known(key)
        return () if made is None else made.reasons

    def why_not(self, key: GuildKey) -> Text:
        """Why it is not run, for whoever asked for it where it is open to them."""
        listed = self._listed.get(key.workflow_id)
        if listed is None:
            return text("workflow-not-here", workflow=key.name)
        if listed.taken_away:
            return text("workflow-taken-away", workflow=key.name)
        if listed.state is WorkflowState.DISABLED:
            return text("workflow-disabled", workflow=key.name)
        made = self._known(key)
        if made is None:
            return text("workflow-version-gone", workflow=key.name)
        return text("workflow-not-offered", workflow=key.name, reason=told_to_people(made.reasons))

    def why_no_command(self, name: str, guild_id: int | None) -> Text | None:
        """Why a guild's own command is not served that somebody's Discord shows; None: it is, in a moment."""
        named = (each for each in self._listed.values() if (each.guild_id, each.name) == (guild_id, name))
        keys = [key for each in named if (key := _current_key(each)) is not None]
        if not keys:
            return text("guild-command-gone", name=name)
        return None if self.get(keys[0]) is not None else self.why_not(keys[0])

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_ledger())
            tasks.create_task(self._follow_backends())

    def outdate(self) -> None:
        """A backend told what it has: all are made again, soon."""
        self._outdated.set()

    async def _follow_ledger(self) -> None:
        while True:
            await self._store.wait(Topic.WORKFLOWS, LOOK_SECONDS)
            await when_available(self.look)

    async def _follow_backends(self) -> None:
        while True:
            await self._outdated.wait()
            self._outdated.clear()
            await when_available(self.look)

    async def look(self) -> None:
        """See what the ledger has now, and make of it what is new, or all where the backends have something else.

        May raise ``StoreUnavailable``.
        """
        async with self._turn:
            found = await self._store.guild_workflows(None)
            knowledge = self._knowledge()
            if not _are_same(knowledge, self._made_with):
                self._made_with, before = knowledge, dict[str, _Made]()
                self._others.clear()
            else:
                before = self._current
            current: dict[str, _Made] = {}
            for each in found:
                if each.is_offered and (key := _current_key(each)) is not None:
                    made = before.get(str(key)) or await self._read(key)
                    if made is not None:
                        current[str(key)] = made
            self._take(found, current)

    def _take(self, found: Sequence[GuildWorkflow], current: Mapping[str, _Made]) -> None:
        offered, shared, classes = self._what_is_offered, self.shared, self.class_types
        for each in found:
            key = str(_current_key(each))
            made = current.get(key)
            if made is not None and made.reasons and self._current.get(key) != made:
                words = " ".join(render(reason, DEFAULT_LOCALE) for reason in made.reasons)
                log.info("workflow %s of guild %d cannot be run: %s", each.name, each.guild_id, words)
        self._listed, self._current = {each.id: each for each in found}, current
        self._sort()
        if self._what_is_offered != offered:
            self.changed.set()
        if self.shared != shared:
            self._on_shared()
        if not self.class_types <= classes:
            self._on_classes()

    def _sort(self) -> None:
        """By guild, once: whoever looks after one guild does not go through the workflows of all."""
        by_guild: dict[int, dict[str, Workflow]] = {}
        waiting: dict[int, set[str]] = {}
        for each in self._listed.values():
            if not each.is_offered or each.shared:
                continue
            if (workflow := self.current(each.id)) is None:
                waiting.setdefault(each.guild_id, set()).add(each.name)
            else:
                by_guild.setdefault(each.guild_id, {})[workflow.name] = workflow
        self.by_guild = by_guild
        self.waiting = {guild_id: frozenset(names) for guild_id, names in waiting.items()}

    @property
    def _what_is_offered(self) -> Sequence[tuple[int, bool, str, Workflow | None]]:
        """All that people see of it; of what no backend can run the name."""
        return [
            (each.guild_id, each.shared, each.name, self.current(each.id))
            for each in self._listed.values()
            if each.is_offered
        ]

    def _offered(self) -> list[tuple[GuildWorkflow, Workflow]]:
        """In the order of the ledger."""
        offered = ((each, self.current(each.id)) for each in self._listed.values() if each.is_offered)
        return [(each, workflow) for each, workflow in offered if workflow is not None]

    def _may_run(self, key: GuildKey) -> bool:
        """A draft may be tried by whoever is led to it; a former version is run as long as its workflow is offered."""
        listed = self._listed.get(key.workflow_id)
        return (
            listed is not None and not listed.taken_away and (listed.is_offered or listed.draft == key.number)
        )

    def _known(self, key: GuildKey) -> _Made | None:
        return (self._current.get(str(key)) or self._others.get(str(key))) if self._may_run(key) else None

    async def _asked_for(self, key: GuildKey) -> _Made | None:
        made = self._known(key)
        is_draft = self._listed[key.workflow_id].draft == key.number
        if made is None or is_draft:  # a draft may have been changed
            made = await self._read(key, made)
            self._others.pop(str(key), None)
            if made is not None:
                self._keep(key, made)
        elif str(key) in self._others:
            self._others.move_to_end(str(key))
        return made

    def _keep(self, key: GuildKey, made: _Made) -> None:
        known = self.class_types
        self._others[str(key)] = made
        if len(self._others) > MOST_KEPT:
            self._others.popitem(last=False)
        if not made.class_types <= known:
            self._on_classes()

    async def _read(self, key: GuildKey, before: _Made | None = None) -> _Made | None:
        """What the ledger's version makes; ``before``, where that is made of the same. None: it is gone."""
        version = await self._store.workflow_version(key.workflow_id, key.number)
        if version is None or version.key != str(key):
            return None
        if before is not None and before.fingerprint == version.fingerprint:
            return before
        return await asyncio.to_thread(_make, version, tuple(self._made_with), self._rules)


def _make(version: WorkflowVersion, knowledge: Sequence[ObjectInfo], rules: Rules) -> _Made:
    try:
        draft = Brought(version.name, version.source, version.command).draft()
    except SourceError as error:
        reasons = (text("workflow-wrong", problem=error.message),)
        return _Made(reasons, version.fingerprint, frozenset())
    found = resolved(
        replace(draft, fingerprint=version.fingerprint),
        knowledge,
        allow_stand_ins=rules.allow_stand_ins,
        prompt_syntax=rules.prompt_syntax,
        caps=rules.caps,
        policy=rules.policy,
    )
    if isinstance(found, Workflow):
        found = replace(found, name=version.key)
    return _Made(found, version.fingerprint, classes_of(draft))


def _current_key(listed: GuildWorkflow) -> GuildKey | None:
    """Of the version that is offered; None: none was yet."""
    return None if listed.current is None else GuildKey(listed.name, listed.id, listed.current)


def _are_same(one: Sequence[ObjectInfo], other: Sequence[ObjectInfo]) -> bool:
    """Whether nobody told anything since: what a backend tells anew is another object."""
    return len(one) == len(other) and all(here is there for here, there in zip(one, other, strict=True))
