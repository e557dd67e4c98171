"""What the bot can offer: the workflows that at least one backend can run, with the options they have there."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType

from bot.bugs import Bug, contained_call
from bot.comfy import ObjectInfo
from bot.generation.reasons import told_to_people
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows import (
    DEFAULT_CAPS,
    Caps,
    Draft,
    Option,
    Template,
    Unavailable,
    Workflow,
    WorkflowError,
    choices,
    classes_of,
    resolve,
)
from bot.workflows.availability import missing_class
from bot.workflows.discord_rules import MAX_WORKFLOWS
from bot.workflows.policy import DEFAULT_POLICY, NodePolicy
from bot.workflows.template import ALL_SYNTAX, PromptSyntax

log = logging.getLogger(__name__)

_TO_MEND = frozenset({"workflow-wrong", "workflow-too-many", "workflow-bug"})
"""Reasons that no server mends by getting what it lacks."""


@dataclass(frozen=True, slots=True)
class Offered:
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

    def choices(self, workflow: str, option: str) -> tuple[str, ...]:
        """The values that an option with a long list allows now. Empty for an unknown workflow or option."""
        known = self.workflows.get(workflow)
        found = next((each for each in known.options if each.name == option), None) if known else None
        return choices(known, found, self._knowledge()) if known and found else ()

    def options(self, workflow: str) -> tuple[Option, ...]:
        """Those of a workflow that is on offer; none of another one."""
        known = self.workflows.get(workflow)
        return () if known is None else known.options

    def missing(self, workflow: str) -> tuple[Text, ...]:
        """Why a workflow is not on offer; nothing where it is, or there is none."""
        return self._missing.get(workflow, ())

    def missing_classes(
        self, workflow: str, class_types: Sequence[str], knowledge: Sequence[ObjectInfo]
    ) -> tuple[Text, ...]:
        """What to install for node classes that a server did not have when it was asked to run them."""
        template = next((each for each in self._templates if each.name == workflow), None)
        packs: Mapping[str, str] = template.packs if isinstance(template, Template) else {}
        info = knowledge[0] if knowledge else ObjectInfo({})
        return tuple(missing_class(each, packs.get(each), info) for each in class_types)

    def option_of(self, workflow: str, node_id: str, input_name: str | None) -> str | None:
        """The name of the option that sets this input of this node."""
        known = self.workflows.get(workflow)
        for option in known.options if known else ():
            if any(
                target.node_id == node_id and target.input_name == input_name for target in option.targets
            ):
                return option.name
        return None


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
        match _resolved(template, knowledge, allow_stand_ins=allow_stand_ins, caps=caps, policy=policy):
            case Workflow() as workflow:
                syntax = workflow.prompt_syntax & prompt_syntax
                available[template.name] = replace(workflow, prompt_syntax=syntax)
            case reasons:
                missing[template.name] = reasons
    for name in [*islice(available, MAX_WORKFLOWS, None)]:
        missing[name] = (text("workflow-too-many", most=MAX_WORKFLOWS),)
        del available[name]
    return Offered(MappingProxyType(available), MappingProxyType(missing))


def _resolved(
    template: Template | Draft,
    knowledge: Sequence[ObjectInfo],
    *,
    allow_stand_ins: bool,
    caps: Caps,
    policy: NodePolicy,
) -> Workflow | tuple[Text, ...]:
    """The workflow, or why there is none."""

    def attempt() -> Workflow | tuple[Text, ...]:
        try:
            resolved = resolve(template, knowledge, allow_stand_ins=allow_stand_ins, caps=caps, policy=policy)
        except WorkflowError as error:
            return (text("workflow-wrong", problem=error.message),)
        return resolved.reasons if isinstance(resolved, Unavailable) else resolved

    found = contained_call(f"workflow {template.name}", attempt)
    return (text("workflow-bug", id=found.id),) if isinstance(found, Bug) else found
