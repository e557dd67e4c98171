"""Tells what would become of a workflow that somebody brought, on the server that comes closest to running it. Pure.

Takes as long as :mod:`bot.workflows.drafting`: not on the event loop.
"""

from collections.abc import Iterator

from bot.comfy import Graph, Node, ObjectInfo
from bot.texts import Text
from bot.workflows.availability import missing_names
from bot.workflows.brought import Brought
from bot.workflows.caps import BEYOND
from bot.workflows.command_file import command_description
from bot.workflows.draft import Draft, classes_of
from bot.workflows.drafting import drafted
from bot.workflows.offering import Offering
from bot.workflows.preview import Preview
from bot.workflows.resolving import askable
from bot.workflows.template import Template
from bot.workflows.workflow import Option, Unavailable, Workflow


def previewed(brought: Brought, offering: Offering) -> Preview:
    """
    Raises:
        WorkflowError: the files are wrong, whatever a server has.
    """  # noqa: D205, D212  # the name says the rest
    draft = brought.draft()
    info = offering.nearest(draft)
    made = drafted(draft, [info])
    if isinstance(made, Unavailable):
        refused = _refused_by_name(draft, offering, info)
        about = command_description(brought.command, draft.folder)
        return Preview(draft.name, *about, lacks=made.reasons, refused=refused, has_known_options=False)
    template = askable(made.template, offering.policy, [info])
    handed_in = {target for option in template.options for target in option.targets}
    refused = offering.policy.refusals(template.graph, [info], trusted=False, handed_in=handed_in)
    missing = missing_names(template, info)
    resolved = offering.workflow(template, info)
    reasons = resolved.reasons if isinstance(resolved, Unavailable) else ()
    refused = (*refused, *(each for each in reasons if each.id in BEYOND))
    told = [*(each.words for each in missing), *refused]
    return Preview(
        template.name,
        template.description,
        template.description_localisations,
        options=_options(template, resolved, offering, info),
        lacks=tuple(each for each in reasons if each not in told),
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


def _outputs(graph: Graph, info: ObjectInfo) -> Iterator[str]:
    for node in graph.values():
        node_class = info.classes.get(node.class_type)
        if node_class is not None and node_class.output_node:
            yield node.title or node_class.display_name
