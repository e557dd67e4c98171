"""Versions of guilds' workflows, as the backends can run them now: made of what the ledger keeps.

Those that are offered are all kept in memory. Former versions, which jobs remember, and drafts are made when somebody asks
for them; few of those are kept.
"""

import asyncio
import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from msgspec import Struct

from bot.comfy import ObjectInfo
from bot.generation.catalogue import resolved
from bot.generation.orders import Rules
from bot.jobs.guild_workflow import WorkflowVersion
from bot.jobs.store import JobStore
from bot.texts import Text, text
from bot.workflows import Workflow, classes_of
from bot.workflows.brought import Brought
from bot.workflows.key import GuildKey
from bot.workflows.sources import SourceError

MOST_KEPT = 64
"""Former versions and drafts. The one that nobody asked for the longest goes first."""


class Made(Struct, frozen=True):
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


class WorkflowVersions:
    """Every method that awaits may raise ``StoreUnavailable``."""

    def __init__(self, store: JobStore, rules: Rules, on_classes: Callable[[], None]) -> None:
        """``on_classes`` is told when nodes may matter that none of them named before."""
        self._store = store
        self._rules = rules
        self._on_classes = on_classes
        self._offered: Mapping[str, Made] = {}
        """By key."""
        self._others: OrderedDict[str, Made] = OrderedDict()
        self._made_with: Sequence[ObjectInfo] = ()

    @property
    def class_types(self) -> frozenset[str]:
        """Every node class that one of those names that are kept here."""
        return frozenset[str]().union(
            *(each.class_types for each in (*self._offered.values(), *self._others.values()))
        )

    def get(self, key: GuildKey | None) -> Made | None:
        """As far as it is kept here."""
        return self._offered.get(str(key)) or self._others.get(str(key))

    async def offer(self, keys: Iterable[GuildKey], knowledge: Sequence[ObjectInfo]) -> None:
        """Keep these from now on: what is new among them is made, or all where the backends have something else."""
        classes, offered = self.class_types, dict[str, Made]()
        is_known = _are_same(knowledge, self._made_with)
        for key in keys:
            before = self._offered.get(str(key)) if is_known else None
            made = before or await self._read(key, knowledge)
            if made is not None:
                offered[str(key)] = made
        if not is_known:
            self._others.clear()
        self._offered, self._made_with = offered, knowledge
        if not self.class_types <= classes:
            self._on_classes()

    async def asked_for(self, key: GuildKey, *, may_have_changed: bool) -> Made | None:
        """One of any kind. None: the ledger does not have it (any more). ``may_have_changed``: as drafts do."""
        made = self.get(key)
        if made is None or may_have_changed:
            made = await self._read(key, self._made_with, made)
            self._others.pop(str(key), None)
            if made is not None:
                self._keep(key, made)
        elif str(key) in self._others:
            self._others.move_to_end(str(key))
        return made

    def _keep(self, key: GuildKey, made: Made) -> None:
        classes = self.class_types
        self._others[str(key)] = made
        if len(self._others) > MOST_KEPT:
            self._others.popitem(last=False)
        if not made.class_types <= classes:
            self._on_classes()

    async def _read(
        self, key: GuildKey, knowledge: Sequence[ObjectInfo], before: Made | None = None
    ) -> Made | None:
        """What the ledger's version makes; ``before``, where that is made of the same. None: it is gone."""
        version = await self._store.workflow_version(key.workflow_id, key.number)
        if version is None or version.key != str(key):
            return None
        if before is not None and before.fingerprint == version.fingerprint:
            return before
        return await asyncio.to_thread(_make, version, knowledge, self._rules)


def _make(version: WorkflowVersion, knowledge: Sequence[ObjectInfo], rules: Rules) -> Made:
    try:
        draft = Brought(version.name, version.source, version.command).draft()
    except SourceError as error:
        reasons = (text("workflow-wrong", problem=error.message),)
        return Made(reasons, version.fingerprint, frozenset())
    found = resolved(
        replace(draft, fingerprint=version.fingerprint),
        knowledge,
        allow_stand_ins=rules.allow_stand_ins,
        prompt_syntax=rules.prompt_syntax,
        caps=rules.caps,
        policy=rules.policy,
    )
    if isinstance(found, Workflow):
        found = dataclasses.replace(found, name=version.key)
    return Made(found, version.fingerprint, classes_of(draft))


def _are_same(one: Sequence[ObjectInfo], other: Sequence[ObjectInfo]) -> bool:
    """Whether nobody told anything since: what a backend tells anew is another object."""
    return len(one) == len(other) and all(here is there for here, there in zip(one, other, strict=True))
