"""From a draft to a template: converts what has to be converted, and finds the options that nobody wrote down.

Takes milliseconds for a UI graph and more for a server with many custom nodes: not on the event loop.
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.comfy import Graph, ObjectInfo
from bot.comfy.convert import Binding, Bindings, Converted, Unconvertible, convert
from bot.texts import DEFAULT_LOCALE, LOCALES, Text, render, text
from bot.workflows.binding import wrong_prefix
from bot.workflows.command_file import parse_command
from bot.workflows.draft import Draft
from bot.workflows.inference import UiWidget, infer
from bot.workflows.template import Target, Template, UiGraph, WorkflowError
from bot.workflows.workflow import Unavailable


def drafted(draft: Draft, knowledge: Sequence[ObjectInfo]) -> Template | Unavailable:
    """The template that a draft makes on these servers.

    Raises:
        WorkflowError: a file is wrong, whatever a server has.
    """
    converted = _converted(draft, knowledge)
    graph = draft.found.prompt
    if graph is None:
        if isinstance(converted, tuple):
            return Unavailable(draft.name, converted)
        graph = converted.graph
    problem = wrong_prefix(graph)
    if problem is not None:
        raise WorkflowError(f"{draft.file}: {problem}")
    bindings = converted.bindings if isinstance(converted, Converted) else None
    template = _template(draft, graph, knowledge, bindings)
    if draft.found.workflow is None:
        return template
    return replace(template, ui=UiGraph(draft.found.workflow, bindings))


def _converted(draft: Draft, knowledge: Sequence[ObjectInfo]) -> Converted | tuple[Text, ...]:
    """The UI graph as a graph, by the first server that has all it takes; else why not."""
    if draft.found.workflow is None or not knowledge:
        return (text("workflow-waits-for-server"),)
    gaps: list[tuple[Text, ...]] = []
    for info in knowledge:
        try:
            converted = convert(draft.found.workflow, info.node_plans())
        except Unconvertible as error:
            raise WorkflowError(f"{draft.file}: {error}") from error
        if not converted.missing:
            return converted
        gaps.append(tuple(text("workflow-not-convertible", problem=str(each)) for each in converted.missing))
    return min(gaps, key=len)


def _template(
    draft: Draft, graph: Graph, knowledge: Sequence[ObjectInfo], bindings: Bindings | None
) -> Template:
    if draft.command is not None:
        return parse_command(draft.command, draft.folder, graph)
    widgets = None if bindings is None else tuple(map(_widget, bindings))
    inferred = infer(graph, knowledge, workflow=draft.found.workflow, widgets=widgets)
    description = text("workflow-description", name=draft.name)
    template = inferred.template(draft.name, render(description, DEFAULT_LOCALE), draft.folder)
    others = {locale: render(description, locale) for locale in LOCALES if locale != DEFAULT_LOCALE}
    return replace(template, description_localisations=MappingProxyType(others))


def _widget(binding: Binding) -> UiWidget:
    return UiWidget(
        node=binding.owner,
        name=binding.widget,
        targets=tuple(Target(each.node_id, each.input_name) for each in binding.targets),
        label=binding.label,
        is_fixed=binding.control == "fixed",
        is_promoted=binding.is_promoted,
    )
