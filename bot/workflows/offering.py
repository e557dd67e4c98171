"""What the command of a workflow would be on one server, and whether anything would come of it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.comfy import ObjectInfo
from bot.workflows import (
    Caps,
    Draft,
    Option,
    OptionSpec,
    Template,
    Unavailable,
    Workflow,
    WorkflowError,
    resolve,
)
from bot.workflows.availability import puts_nothing_out
from bot.workflows.caps import capped, with_sides_of
from bot.workflows.inference import infer
from bot.workflows.lists import inputs_on, names_on
from bot.workflows.needs import is_list
from bot.workflows.policy import NodePolicy
from bot.workflows.settling import settle
from bot.workflows.shapes import settled_shapes


class Offering(Struct, frozen=True):
    """What decides it: the servers, at least one, and the operator's settings."""

    known: Sequence[ObjectInfo]
    caps: Caps
    policy: NodePolicy
    allow_stand_ins: bool

    def workflow(self, source: Template | Draft, info: ObjectInfo) -> Workflow | Unavailable:
        """The workflow as the server can run it, or why it cannot.

        Raises:
            WorkflowError: the files are wrong, whatever the server has.
        """
        resolved = resolve(
            source,
            [info],
            allow_stand_ins=self.allow_stand_ins,
            caps=self.caps,
            policy=self.policy,
        )
        if isinstance(resolved, Unavailable):
            return resolved
        nothing = puts_nothing_out(resolved.graph, info)
        return resolved if nothing is None else Unavailable(resolved.name, (nothing,))

    def nearest(self, source: Template | Draft) -> ObjectInfo:
        """The first server that can run it, else the one that lacks least."""
        if len(self.known) == 1:
            return self.known[0]
        return min(self.known, key=lambda info: self._gaps(source, info))

    def options(
        self, template: Template, specs: Sequence[OptionSpec], info: ObjectInfo
    ) -> Mapping[str, Option]:
        """By name, also where the server lacks what it takes to run the template; without those that no command has.

        Raises:
            WorkflowError: the file asks for what an input cannot take.
        """
        settled = [_settled(template, spec, info) for spec in specs]
        amounts = with_sides_of(settled, infer(template.graph, [info]).amounts)
        within = [capped(option, template.graph, amounts, self.caps) for option in settled]
        return {each.name: each for each in settled_shapes(within, template.graph, self.caps.pixels)}

    def _gaps(self, source: Template | Draft, info: ObjectInfo) -> int:
        try:
            resolved = self.workflow(source, info)
        except WorkflowError:  # which the caller meets again, and tells
            return 0
        return len(resolved.reasons) if isinstance(resolved, Unavailable) else 0


def _settled(template: Template, spec: OptionSpec, info: ObjectInfo) -> Option:
    """As it is on the server, or by the graph's values alone where the server lacks what it sets."""
    known = inputs_on(template.graph, spec.targets, info)
    lists = any(map(is_list, known))
    has_all = len(known) == len(spec.targets)
    has_names = not lists or bool(names_on(template.graph, spec.targets, spec.choices, info))
    return settle(template, spec, [info] if has_all and has_names else [])
