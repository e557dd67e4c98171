"""What the bot can offer: the workflows that at least one backend can run, with the options they have there."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from bot.comfy import ObjectInfo
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows import Draft, Template, Unavailable, Workflow, WorkflowError, choices, resolve

log = logging.getLogger(__name__)


class Offer:
    """The workflows of now. ``relearn`` works them out anew from what the backends know."""

    def __init__(
        self, templates: Sequence[Template | Draft], knowledge: Callable[[], list[ObjectInfo]]
    ) -> None:
        self.changed = asyncio.Event()
        """Set when ``workflows`` changed; whoever acts on it clears it."""
        self.workflows: Mapping[str, Workflow] = {}
        self._templates = tuple(templates)
        self._knowledge = knowledge
        self._turn = 0
        self._missing: Mapping[str, tuple[Text, ...]] = {}

    async def relearn(self, *, strict: bool = False) -> None:
        """A backend told what it has: some workflows may be possible now, or no longer.

        Raises:
            WorkflowError: only if ``strict``; a workflow's file is wrong. Later on, when a backend was changed under
                a running bot, such a workflow is withdrawn.
        """
        self._turn = turn = self._turn + 1
        knowledge = self._knowledge()
        # In a thread: converting UI graphs takes longer than anybody should wait for an acknowledgement.
        available, missing = await asyncio.to_thread(_resolved, self._templates, knowledge, strict=strict)
        if turn != self._turn:
            return  # another backend told something meanwhile, and that turn knows more
        if available != self.workflows:
            self.workflows = MappingProxyType(available)
            self.changed.set()
        for name, reasons in missing.items():
            if self._missing.get(name) != reasons:
                words = " ".join(render(reason, DEFAULT_LOCALE) for reason in reasons)
                log.info("workflow %s is not offered: %s", name, words)
        self._missing = missing

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


def _resolved(
    templates: Sequence[Template | Draft], knowledge: Sequence[ObjectInfo], *, strict: bool
) -> tuple[dict[str, Workflow], dict[str, tuple[Text, ...]]]:
    """What is available, and why the rest is not."""
    available: dict[str, Workflow] = {}
    missing: dict[str, tuple[Text, ...]] = {}
    for template in templates:
        try:
            resolved = resolve(template, knowledge)
        except WorkflowError as error:
            if strict:
                raise
            missing[template.name] = (text("workflow-wrong", problem=str(error)),)
            continue
        if isinstance(resolved, Unavailable):
            missing[template.name] = resolved.reasons
        else:
            available[template.name] = resolved
    return available, missing
