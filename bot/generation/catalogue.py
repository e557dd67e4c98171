"""What the bot can offer: the workflows that at least one backend can run, with the options they have there."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType

from bot.bugs import Bug, contained_call
from bot.comfy import ObjectInfo
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows import Draft, Template, Unavailable, Workflow, WorkflowError, choices, classes_of, resolve
from bot.workflows.discord_rules import MAX_WORKFLOWS
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
    ) -> None:
        self.changed = asyncio.Event()
        """Set when ``workflows`` changed; whoever acts on it clears it."""
        self.workflows: Mapping[str, Workflow] = {}
        self.class_types = frozenset[str]().union(*map(classes_of, templates))
        """Every node class that a workflow names."""
        self._templates = tuple(templates)
        self._knowledge = knowledge
        self._allow_stand_ins = allow_stand_ins
        self._prompt_syntax = prompt_syntax
        self._refreshes = 0
        self._missing: Mapping[str, tuple[Text, ...]] = {}

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
) -> Offered:
    """What these backends can run; the first of it, where it is more than Discord takes.

    ``prompt_syntax``: of what the workflows allow in typed words, the operator allows this.

    Never raises: a template that does not fit what the backends say, or meets a bug, is one that is missing.
    """
    available: dict[str, Workflow] = {}
    missing: dict[str, tuple[Text, ...]] = {}
    for template in templates:
        match _resolved(template, knowledge, allow_stand_ins=allow_stand_ins):
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
    template: Template | Draft, knowledge: Sequence[ObjectInfo], *, allow_stand_ins: bool
) -> Workflow | tuple[Text, ...]:
    """The workflow, or why there is none."""

    def attempt() -> Workflow | tuple[Text, ...]:
        try:
            resolved = resolve(template, knowledge, allow_stand_ins=allow_stand_ins)
        except WorkflowError as error:
            return (text("workflow-wrong", problem=str(error)),)
        return resolved.reasons if isinstance(resolved, Unavailable) else resolved

    found = contained_call(f"workflow {template.name}", attempt)
    return (text("workflow-bug", id=found.id),) if isinstance(found, Bug) else found
