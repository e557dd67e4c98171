"""How the document and the command of a workflow that somebody brought are changed together. Pure.

Takes as long as :mod:`bot.workflows.drafting`: not on the event loop.
"""

import dataclasses
from collections.abc import Sequence

from msgspec.structs import replace

from bot.comfy import Graph, ObjectInfo, is_link
from bot.comfy.convert import WidgetRef
from bot.texts import text
from bot.workflows.brought import Brought, as_found
from bot.workflows.command_file import names_options, parse_command
from bot.workflows.command_writing import command_text
from bot.workflows.discord_rules import MAX_ASKED
from bot.workflows.drafting import Drafted, drafted
from bot.workflows.offering import Offering
from bot.workflows.sources import Found, Origin
from bot.workflows.sources.writing import written
from bot.workflows.template import InputRef, OptionSpec, Template, WorkflowError
from bot.workflows.workflow import Unavailable


def with_options(brought: Brought, offering: Offering) -> Brought:
    """With the options that are found in it, as long as nobody chose others.

    It stays as it is where they show only on a server that has what it takes to read the workflow.

    Raises:
        WorkflowError: it is wrong, whatever a server has.
    """
    draft = brought.draft()
    if names_options(brought.command, draft.folder) and not brought.is_as_found:
        return brought
    info = offering.nearest(draft)
    made = drafted(dataclasses.replace(draft, command=None), [info])
    if isinstance(made, Unavailable):
        return brought
    found = made.template
    if (needed := _without_spare_dangers(found, offering, info)) != found.graph:
        source = written(dataclasses.replace(draft.found, prompt=needed))
        return with_options(replace(brought, source=source), offering)
    said = parse_command(brought.command, draft.folder, found.graph)
    template = dataclasses.replace(said, options=found.options, packs={**found.packs, **said.packs})
    command = command_text(template, heading=[as_found()])
    return _as_it_is_or_with(found.graph, replace(brought, command=command), info)


def with_name(brought: Brought, target: InputRef, name: str, offering: Offering) -> Brought:
    """With another name (of a model, say) in an input: in the graph, and where its UI graph has it.

    What can be an option by that becomes one.

    Raises:
        WorkflowError: it is wrong, or there is no such input (any more).
    """
    draft = brought.draft()
    info = offering.nearest(draft)
    made = drafted(draft, [info])
    if isinstance(made, Unavailable) or target not in _inputs(made.template.graph):
        raise WorkflowError(text("preview-place-gone", input=target.input_name))
    graph = _changed(made.template.graph, target, name)
    changed = replace(brought, source=written(_found(draft.found, made.template, graph, target, name)))
    changed = _as_it_is_or_with(graph, changed, info)
    if brought.is_as_found:
        return with_options(changed, offering)
    options = _options_at(target, changed, info)
    settable = {each for option in made.template.options for each in option.targets}
    if not options or not settable.isdisjoint(options[0].targets) or len(made.template.options) == MAX_ASKED:
        return changed
    template = dataclasses.replace(made.template, graph=graph, options=(*made.template.options, *options))
    return replace(changed, command=command_text(template))


def _without_spare_dangers(template: Template, offering: Offering, info: ObjectInfo) -> Graph:
    """Without nodes from which nothing is shown or saved, where some are not allowed: ComfyUI never runs such nodes."""
    graph = template.graph
    handed_in = frozenset(target for option in template.options for target in option.targets)
    if not offering.policy.refusals(graph, [info], trusted=False, handed_in=handed_in):
        return graph
    running = _that_may_run(graph, info)
    return {node_id: node for node_id, node in graph.items() if node_id in running} or graph


def _that_may_run(graph: Graph, info: ObjectInfo) -> frozenset[str]:
    """What leads to a node that shows or saves something, as one may that the server does not know."""
    classes = {node_id: info.classes.get(node.class_type) for node_id, node in graph.items()}
    waiting = [node_id for node_id, each in classes.items() if each is None or each.output_node]
    found: set[str] = set()
    while waiting:
        node_id = waiting.pop()
        if node_id in graph and node_id not in found:
            found.add(node_id)
            values = graph[node_id].inputs.values()
            waiting += [str(value[0]) for value in values if isinstance(value, list) and is_link(value)]
    return frozenset(found)


def _inputs(graph: Graph) -> frozenset[InputRef]:
    return frozenset(InputRef(node_id, name) for node_id, node in graph.items() for name in node.inputs)


def _changed(graph: Graph, target: InputRef, name: str) -> Graph:
    node = graph[target.node_id]
    return {**graph, target.node_id: replace(node, inputs={**node.inputs, target.input_name: name})}


def _found(found: Found, template: Template, graph: Graph, target: InputRef, name: str) -> Found:
    """What the file has with the name in it, in both of its graphs."""
    workflow, ui = found.workflow, template.ui
    if ui is not None and ui.bindings is not None:
        at = WidgetRef(target.node_id, target.input_name)
        changed = ui.bindings.write_back(ui.document, {at: name})
        workflow = changed if isinstance(changed, dict) else workflow
    return dataclasses.replace(found, prompt=None if found.prompt is None else graph, workflow=workflow)


def _as_it_is_or_with(graph: Graph, brought: Brought, info: ObjectInfo) -> Brought:
    """With ``graph`` for a document, where its own makes another one: with placeholders, for instance."""
    made = drafted(brought.draft(), [info])
    if isinstance(made, Drafted) and made.template.graph == graph:
        return brought
    return replace(brought, source=written(Found(graph, None, Origin.API_GRAPH)))


def _options_at(target: InputRef, brought: Brought, info: ObjectInfo) -> Sequence[OptionSpec]:
    """The option that would be found for the input, as a command has it."""
    made = drafted(dataclasses.replace(brought.draft(), command=None), [info])
    options = made.template.options if isinstance(made, Drafted) else ()
    return [option for option in options if target in option.targets][:1]
