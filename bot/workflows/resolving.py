"""Makes a command of a template: asks what the backends have, and whether any of them can run it."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bot.comfy import ObjectInfo
from bot.workflows.availability import fixed_needs, lacks
from bot.workflows.command_size import fit
from bot.workflows.draft import Draft
from bot.workflows.drafting import Drafted, drafted
from bot.workflows.inference import infer, missing_media
from bot.workflows.lists import inputs_on
from bot.workflows.settling import settle
from bot.workflows.spelling import did_you_mean
from bot.workflows.template import OptionSpec, Template, describe_node
from bot.workflows.workflow import Unavailable, Workflow

_log = logging.getLogger(__name__)


def resolve(source: Template | Draft, knowledge: Sequence[ObjectInfo]) -> Workflow | Unavailable:
    """The workflow as the backends that can run it allow: lists united, ranges intersected.

    ``knowledge`` is of all backends that answered. While none has, the workflow stays on offer and its options are
    typed by the graph's values; only a UI graph has to wait, for nobody else can say what its values mean.

    A draft is converted first, which is no work for the event loop.

    Raises:
        WorkflowError: the files are wrong, whatever a backend lacks.
    """
    made = drafted(source, knowledge) if isinstance(source, Draft) else Drafted(source)
    if isinstance(made, Unavailable):
        return made
    template = made.template
    for option in template.options:
        _refuse_unknown_inputs(template, option, knowledge)
    gaps = [lacks(template, info) for info in knowledge]
    able = [info for info, missing in zip(knowledge, gaps, strict=True) if not missing]
    if gaps and not able:
        return Unavailable(template.name, min(gaps, key=len))
    wanted = missing_media(template, infer(template.graph, able).media, able)
    if wanted:
        return Unavailable(template.name, wanted)
    for warning in made.warnings:
        _tell(template.name, warning)
    return replace(_workflow(template, able), warnings=made.warnings)


@lru_cache(maxsize=1000)
def _tell(name: str, warning: str) -> None:
    """Once for all: workflows are resolved anew whenever a backend tells what it has."""
    _log.warning("workflow %s: %s", name, warning)


def _refuse_unknown_inputs(template: Template, option: OptionSpec, knowledge: Sequence[ObjectInfo]) -> None:
    """An input that no backend's version of the class has is a mistake in the file; ComfyUI would ignore it silently."""
    for target in option.targets:
        class_type = template.graph[target.node_id].class_type
        versions = [info.classes[class_type] for info in knowledge if class_type in info.classes]
        if versions and not any(inputs_on(template.graph, (target,), info) for info in knowledge):
            inputs = dict.fromkeys(name for version in versions for name in version.inputs)
            raise template.wrong(
                option,
                f"sets '{target.input_name}', which {describe_node(template.graph, target.node_id)} does not have; "
                f"{did_you_mean(target.input_name, inputs)}",
            )


def _workflow(template: Template, able: Sequence[ObjectInfo]) -> Workflow:
    classes = frozenset(node.class_type for node in template.graph.values())
    workflow = Workflow(
        name=template.name,
        description=template.description,
        graph=template.graph,
        options=tuple(settle(template, option, able) for option in template.options),
        titles={node_id: _title(template, node_id, able) for node_id in template.graph},
        needs=classes.union(*(fixed_needs(template, info) for info in able)),
        name_localisations=template.name_localisations,
        description_localisations=template.description_localisations,
        ui=template.ui,
    )
    return replace(workflow, options=fit(workflow))


def _title(template: Template, node_id: str, able: Sequence[ObjectInfo]) -> str:
    node = template.graph[node_id]
    names = (info.classes[node.class_type].display_name for info in able)
    return node.title or next(names, node.class_type)
