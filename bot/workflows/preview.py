"""What would become of a workflow that somebody brought: its options, what the servers lack, what is not allowed. Pure.

Takes as long as :mod:`bot.workflows.drafting`: not on the event loop.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.comfy import Graph, Node, ObjectInfo, Phrase
from bot.texts import Text
from bot.workflows.availability import MissingName, missing_names
from bot.workflows.command_file import command_description
from bot.workflows.discord_rules import MAX_OPTIONS
from bot.workflows.draft import Draft, classes_of
from bot.workflows.drafting import drafted
from bot.workflows.offering import Offering
from bot.workflows.resolving import askable
from bot.workflows.template import OptionKind, Template
from bot.workflows.workflow import Option, Unavailable, Workflow


@dataclass(frozen=True, slots=True)
class Preview:
    """By the server that comes closest to running it."""

    name: str
    description: str = ""
    options: tuple[Option, ...] = ()
    """Those that people are asked for, required ones first; of what the server lacks, as the graph's values tell."""
    own_words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the graph itself has for the texts that have to be given."""
    lacks: tuple[Text, ...] = ()
    """What has to be installed or changed on the server before it can run."""
    missing: tuple[MissingName, ...] = ()
    """Models and other names that another one of the server's can replace."""
    refused: tuple[Text, ...] = ()
    """Why it may not run, whatever is installed."""
    warnings: tuple[Phrase, ...] = ()
    outputs: tuple[str, ...] = ()
    """What the nodes are called that show or save what it makes."""
    has_known_options: bool = True
    """False: which there are shows only on a server that has what it takes to read the workflow."""

    @property
    def in_command(self) -> tuple[Option, ...]:
        """Those that the command has a place for; the others are in the edit form alone."""
        return tuple(option for option in self.options if not option.advanced)[:MAX_OPTIONS]

    @property
    def in_form_alone(self) -> tuple[Option, ...]:
        names = {option.name for option in self.in_command}
        return tuple(option for option in self.options if option.name not in names)

    @property
    def can_run(self) -> bool:
        return not (self.lacks or self.missing or self.refused)


def previewed(draft: Draft, offering: Offering) -> Preview:
    """
    Raises:
        WorkflowError: the files are wrong, whatever a server has.
    """  # noqa: D205, D212  # the name says the rest
    info = offering.nearest(draft)
    made = drafted(draft, [info])
    if isinstance(made, Unavailable):
        refused = _refused_by_name(draft, offering, info)
        about = "" if draft.command is None else command_description(draft.command, draft.folder)
        return Preview(draft.name, about, lacks=made.reasons, refused=refused, has_known_options=False)
    template = askable(made.template, offering.policy, [info])
    handed_in = {target for option in template.options for target in option.targets}
    refused = offering.policy.refusals(template.graph, [info], trusted=False, handed_in=handed_in)
    missing = missing_names(template, info)
    resolved = offering.workflow(template, info)
    told = [*(each.words for each in missing), *refused]
    lacks = resolved.reasons if isinstance(resolved, Unavailable) else ()
    return Preview(
        template.name,
        template.description,
        options=_options(template, resolved, offering, info),
        own_words=_own_words(template),
        lacks=tuple(each for each in lacks if each not in told),
        missing=missing,
        refused=refused,
        warnings=made.warnings,
        outputs=tuple(_outputs(template.graph, info)),
    )


def _refused_by_name(draft: Draft, offering: Offering, info: ObjectInfo) -> tuple[Text, ...]:
    """What nobody needs to install: it would not be allowed then either."""
    named: Graph = {name: Node(name, {}) for name in sorted(classes_of(draft))}
    return offering.policy.refusals(named, [info], trusted=draft.trusted)


def _options(
    template: Template, resolved: Workflow | Unavailable, offering: Offering, info: ObjectInfo
) -> tuple[Option, ...]:
    if isinstance(resolved, Workflow):
        return resolved.options
    asked = [option for option in template.options if not option.hidden]
    options = offering.options(template, asked, info).values()
    return tuple(sorted(options, key=lambda option: not option.required))


def _own_words(template: Template) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for option in template.options:
        values = [template.graph[each.node_id].inputs.get(each.input_name) for each in option.targets]
        if (
            option.required
            and option.kind in {None, OptionKind.TEXT}
            and values
            and isinstance(values[0], str)
        ):
            found[option.name] = values[0]
    return MappingProxyType(found)


def _outputs(graph: Graph, info: ObjectInfo) -> Iterator[str]:
    for node in graph.values():
        node_class = info.classes.get(node.class_type)
        if node_class is not None and node_class.output_node:
            yield node.title or node_class.display_name
