"""The workflows that guilds added: which are offered where, and which may be run.

The current version of each that is offered is known, and made again when the ledger or a backend tells something new.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from bot.comfy import ObjectInfo
from bot.generation.orders import Rules
from bot.generation.reasons import told_to_people
from bot.generation.workflow_versions import Made, WorkflowVersions
from bot.jobs.guild_workflow import GuildWorkflow, WorkflowState
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows import Workflow
from bot.workflows.key import GuildKey

log = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
"""A wake-up is a hint: the ledger is looked at this often all the same."""


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
        self._on_shared = on_shared
        self._versions = WorkflowVersions(store, rules, on_classes)
        self.by_guild: Mapping[int, Mapping[str, Workflow]] = {}
        """Guild → key → workflow, of those that can be run now and are not shared with all."""
        self.waiting: Mapping[int, frozenset[str]] = {}
        """Guild → the names of those that it alone is offered and that no backend can run for the moment."""
        self.shared: Mapping[str, Workflow] = {}
        """Those that the operator shares with all guilds, by key."""
        self._own: Mapping[int, Mapping[str, Workflow]] = {}
        self._listed: Mapping[int, GuildWorkflow] = {}
        self._told: Mapping[GuildKey, tuple[Text, ...]] = {}
        self._turn = asyncio.Lock()
        self._outdated = asyncio.Event()

    @property
    def class_types(self) -> frozenset[str]:
        """Every node class that one of those that are known here names."""
        return self._versions.class_types

    def of_guild(self, guild_id: int) -> Mapping[str, Workflow]:
        """By key, shared ones of its own among them."""
        return self._own.get(guild_id, {})

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
        made = self._versions.get(_current_key(listed))
        return None if made is None else made.workflow

    async def version(self, key: GuildKey) -> Workflow | None:
        """Whichever version it is; None: it cannot be run now, and :meth:`why_not` tells why.

        May raise ``StoreUnavailable``.
        """
        if not self._may_run(key):
            await self.look()  # perhaps it came a moment ago
        if not self._may_run(key):
            return None
        is_draft = self._listed[key.workflow_id].draft == key.number
        made = await self._versions.asked_for(key, may_have_changed=is_draft)
        return None if made is None else made.workflow

    async def described(self, key: GuildKey) -> Workflow | None:
        """As :meth:`version`, also where it is not to be run any more: its results are still what they are.

        May raise ``StoreUnavailable``.
        """
        if key.workflow_id not in self._listed:
            return None
        made = await self._versions.asked_for(key, may_have_changed=False)
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
            before, shared = self._what_is_offered, self.shared
            keys = [_current_key(each) for each in found if each.is_offered]
            await self._versions.offer([key for key in keys if key is not None], self._knowledge())
            self._listed = {each.id: each for each in found}
            self._sort()
            if self._what_is_offered != before:
                self.changed.set()
                self._tell()
            if self.shared != shared:
                self._on_shared()

    def _tell(self) -> None:
        """Why what is offered cannot be run, for the operator, once."""
        reasons: dict[GuildKey, tuple[Text, ...]] = {}
        for each in self._listed.values():
            key = _current_key(each)
            if each.is_offered and key is not None and (missing := self.missing(key)):
                reasons[key] = missing
                if self._told.get(key) != missing:
                    words = " ".join(render(reason, DEFAULT_LOCALE) for reason in missing)
                    log.info("workflow %s of guild %d cannot be run: %s", each.name, each.guild_id, words)
        self._told = reasons

    def _sort(self) -> None:
        """By guild, once: whoever looks after one guild does not go through the workflows of all."""
        own: dict[int, dict[str, Workflow]] = {}
        waiting: dict[int, set[str]] = {}
        shared: dict[str, Workflow] = {}
        for guild_id, is_shared, name, workflow in self._what_is_offered:
            if workflow is not None:
                own.setdefault(guild_id, {})[workflow.name] = workflow
                shared |= {workflow.name: workflow} if is_shared else {}
            elif not is_shared:
                waiting.setdefault(guild_id, set()).add(name)
        self.shared, self._own = shared, own
        self.waiting = {guild_id: frozenset(names) for guild_id, names in waiting.items()}
        unshared = {
            guild_id: {key: each for key, each in workflows.items() if key not in shared}
            for guild_id, workflows in own.items()
        }
        self.by_guild = {guild_id: workflows for guild_id, workflows in unshared.items() if workflows}

    @property
    def _what_is_offered(self) -> Sequence[tuple[int, bool, str, Workflow | None]]:
        """All that people see of it; of what no backend can run the name."""
        return [
            (each.guild_id, each.shared, each.name, self.current(each.id))
            for each in self._listed.values()
            if each.is_offered
        ]

    def _may_run(self, key: GuildKey) -> bool:
        """A draft may be tried by whoever is led to it; a former version is run as long as its workflow is offered."""
        listed = self._listed.get(key.workflow_id)
        return (
            listed is not None and not listed.taken_away and (listed.is_offered or listed.draft == key.number)
        )

    def _known(self, key: GuildKey) -> Made | None:
        return self._versions.get(key) if self._may_run(key) else None


def _current_key(listed: GuildWorkflow) -> GuildKey | None:
    """Of the version that is offered; None: none was yet."""
    return None if listed.current is None else GuildKey(listed.name, listed.id, listed.current)
