"""What the bot can offer: the workflows that at least one backend can run, with the options they have there."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from types import MappingProxyType

from msgspec import Struct

from bot.bugs import Bug, contained_call
from bot.comfy import ObjectInfo
from bot.generation.reasons import told_to_people
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows import (
    DEFAULT_CAPS,
    Caps,
    Draft,
    Template,
    Unavailable,
    Workflow,
    WorkflowError,
    classes_of,
    resolve,
)
from bot.workflows.discord_rules import MAX_WORKFLOWS
from bot.workflows.policy import DEFAULT_POLICY, NodePolicy
from bot.workflows.template import ALL_SYNTAX, PromptSyntax

log = logging.getLogger(__name__)

_TO_MEND = frozenset({"workflow-wrong", "workflow-too-many", "workflow-bug"})
"""Reasons that no server mends by getting what it lacks."""


class Offered(Struct, frozen=True):
    """What came of the templates."""

    workflows: Mapping[str, Workflow]
    """By name, in the order of the templates; not more than Discord takes."""
    missing: Mapping[str, tuple[Text, ...]]
    """Why the others are not offered."""


class WorkflowCatalogue:
    """The workflows of now. ``refresh`` works them out anew from what the backends know."""

    def __init__(
        self,
        templates: Sequence[Template | Draft],
        knowledge: Callable[[], list[ObjectInfo]],
        *,
        allow_stand_ins: bool = True,
        prompt_syntax: frozenset[PromptSyntax] = ALL_SYNTAX,
        left_out: Collection[str] = (),
        caps: Caps = DEFAULT_CAPS,
        policy: NodePolicy = DEFAULT_POLICY,
    ) -> None:
        """``left_out``: the commands of folders whose files are wrong."""
        self.changed = asyncio.Event()
        """Set when ``workflows`` changed; whoever acts on it clears it."""
        self.workflows: Mapping[str, Workflow] = {}
        self._templates = tuple(templates)
        self._left_out = frozenset(left_out)
        self._knowledge = knowledge
        self._allow_stand_ins = allow_stand_ins
        self._prompt_syntax = prompt_syntax
        self._caps = caps
        self._policy = policy
        self._refreshes = 0
        self._missing: Mapping[str, tuple[Text, ...]] = {}

    @property
    def class_types(self) -> frozenset[str]:
        """Every node class that a workflow names."""
        return frozenset[str]().union(*map(classes_of, self._templates))

    async def replace(self, templates: Sequence[Template | Draft], left_out: Collection[str]) -> None:
        """The folder of workflows changed."""
        self._templates, self._left_out = tuple(templates), frozenset(left_out)
        await self.refresh()

    def why_not(self, workflow: str) -> Text | None:
        """Why a workflow is not offered, for whoever asks for it; None: it is, or nobody knows it."""
        if workflow in self._left_out:
            return text("workflow-not-offered", workflow=workflow, reason=text("workflow-files-wrong"))
        reasons = self._missing.get(workflow)
        if not reasons:
            return None
        return text("workflow-not-offered", workflow=workflow, reason=told_to_people(reasons))

    async def refresh(self) -> None:
        """A backend told what it has: some workflows may be possible now, or no longer."""
        self._refreshes = turn = self._refreshes + 1
        knowledge = self._knowledge()
        # In a thread: converting UI graphs takes longer than anybody should wait for an acknowledgement.
        offered = await asyncio.to_thread(
            offer,
            self._templates,
            knowledge,
            allow_stand_ins=self._allow_stand_ins,
            prompt_syntax=self._prompt_syntax,
            caps=self._caps,
            policy=self._policy,
        )
        if turn != self._refreshes:
            return  # another backend told something meanwhile, and that turn knows more
        if offered.workflows != self.workflows:
            self.workflows = offered.workflows
            self.changed.set()
        for name, reasons in offered.missing.items():
            if self._missing.get(name) != reasons:
                words = " ".join(render(reason, DEFAULT_LOCALE) for reason in reasons)
                level = logging.WARNING if reasons[0].id in _TO_MEND else logging.INFO
                log.log(level, "workflow %s is not offered: %s", name, words)
        self._missing = offered.missing

    def missing(self, workflow: str) -> tuple[Text, ...]:
        """Why a workflow is not on offer; nothing where it is, or there is none."""
        return self._missing.get(workflow, ())

    def packs(self, workflow: str) -> Mapping[str, str]:
        """Node class → the pack to install where a server lacks it, as far as the workflow's author says."""
        template = next((each for each in self._templates if each.name == workflow), None)
        return template.packs if isinstance(template, Template) else {}


def offer(
    templates: Sequence[Template | Draft],
    knowledge: Sequence[ObjectInfo],
    *,
    allow_stand_ins: bool = True,
    prompt_syntax: frozenset[PromptSyntax] = ALL_SYNTAX,
    caps: Caps = DEFAULT_CAPS,
    policy: NodePolicy = DEFAULT_POLICY,
) -> Offered:
    """What these backends can run; the first of it, where it is more than Discord takes.

    ``prompt_syntax``: of what the workflows allow in typed words, the operator allows this.

    Never raises: a template that does not fit what the backends say, or meets a bug, is one that is missing.
    """
    available: dict[str, Workflow] = {}
    missing: dict[str, tuple[Text, ...]] = {}
    for template in templates:
        match resolved(
            template,
            knowledge,
            allow_stand_ins=allow_stand_ins,
            prompt_syntax=prompt_syntax,
            caps=caps,
            policy=policy,
        ):
            case Workflow() as workflow:
                available[template.name] = workflow
            case reasons:
                missing[template.name] = reasons
    for name in [*islice(available, MAX_WORKFLOWS, None)]:
        missing[name] = (text("workflow-too-many", most=MAX_WORKFLOWS),)
        del available[name]
    return Offered(MappingProxyType(available), MappingProxyType(missing))


def resolved(
    template: Template | Draft,
    knowledge: Sequence[ObjectInfo],
    *,
    allow_stand_ins: bool,
    prompt_syntax: frozenset[PromptSyntax],
    caps: Caps,
    policy: NodePolicy,
) -> Workflow | tuple[Text, ...]:
    """The workflow, or why there is none; a bug is a reason too."""

    def attempt() -> Workflow | tuple[Text, ...]:
        try:
            found = resolve(template, knowledge, allow_stand_ins=allow_stand_ins, caps=caps, policy=policy)
        except WorkflowError as error:
            return (text("workflow-wrong", problem=error.message),)
        if isinstance(found, Unavailable):
            return found.reasons
        return replace(found, prompt_syntax=found.prompt_syntax & prompt_syntax)

    found = contained_call(f"workflow {template.name}", attempt)
    return (text("workflow-bug", id=found.id),) if isinstance(found, Bug) else found
