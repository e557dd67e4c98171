"""From a draft to a template: converts what has to be converted, and finds the options that nobody wrote down.

Takes milliseconds for a UI graph and more for a server with many custom nodes: not on the event loop.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from bot.comfy import Graph, ObjectInfo, Phrase
from bot.comfy.convert import Binding, Converted, MissingClass, Obstacle, Unconvertible, convert
from bot.comfy_words import told
from bot.texts import DEFAULT_LOCALE, LOCALES, Text, render, text
from bot.workflows.availability import missing_class
from bot.workflows.binding import wrong_prefix
from bot.workflows.command_file import parse_command
from bot.workflows.draft import Draft
from bot.workflows.inference import Inferred, UiWidget, infer
from bot.workflows.template import InputRef, OptionSpec, Template, UiGraph, WorkflowError
from bot.workflows.workflow import Unavailable


class Drafted(Struct, frozen=True):
    """What came of a draft."""

    template: Template
    inferred: Inferred | None = None
    """What was found where nobody wrote a ``command.toml``: more than the template's options."""
    warnings: tuple[Phrase, ...] = ()
    """What was odd in the UI graph and did not matter enough to refuse it."""

    @property
    def spare(self) -> tuple[OptionSpec, ...]:
        """What was found and is not among the template's options."""
        return () if self.inferred is None else self.inferred.spare


class _Gaps(Struct, frozen=True):
    """Why no server can say what the UI graph means: what the one lacks that comes closest."""

    reasons: tuple[Text, ...]
    packs: Mapping[str, str] = MappingProxyType({})
    """Node class → the pack that has it, as the editor noted."""


def drafted(draft: Draft, knowledge: Sequence[ObjectInfo]) -> Drafted | Unavailable:
    """The template that a draft makes on these servers.

    Raises:
        WorkflowError: a file is wrong, whatever a server has.
    """
    converted = _converted(draft, knowledge)
    graph = draft.found.prompt
    if graph is None:
        if isinstance(converted, _Gaps):
            return Unavailable(draft.name, converted.reasons)
        graph = converted.graph
    problem = wrong_prefix(graph)
    if problem is not None:
        raise WorkflowError(text("wrong-in", file=str(draft.file), problem=problem))
    if isinstance(converted, Converted):
        return _made(draft, graph, knowledge, converted)
    made = _made(draft, graph, knowledge, None)
    packs = {**converted.packs, **made.template.packs}
    return replace(made, template=dataclasses.replace(made.template, packs=packs))


def _converted(draft: Draft, knowledge: Sequence[ObjectInfo]) -> Converted | _Gaps:
    """The UI graph as a graph, by the first server that has all it takes; else why not."""
    if draft.found.workflow is None or not knowledge:
        return _Gaps((text("workflow-waits-for-server"),))
    gaps: list[_Gaps] = []
    for info in knowledge:
        try:
            converted = convert(draft.found.workflow, info.node_plans())
        except Unconvertible as error:
            if draft.found.prompt is not None:
                return _Gaps(())  # what ran is there; the file is none the worse for it
            raise WorkflowError(text("wrong-in", file=str(draft.file), problem=told(error.words))) from error
        if not converted.missing:
            return converted
        gaps.append(_gaps(converted.missing, info))
    return min(gaps, key=lambda each: len(each.reasons))


def _gaps(missing: Sequence[Obstacle], info: ObjectInfo) -> _Gaps:
    lost = [each for each in missing if isinstance(each, MissingClass)]
    return _Gaps(
        tuple(_reason(each, info) for each in missing),
        {each.class_type: each.pack for each in lost if each.pack is not None},
    )


def _reason(obstacle: Obstacle, info: ObjectInfo) -> Text:
    if isinstance(obstacle, MissingClass):
        return missing_class(obstacle.class_type, obstacle.pack, info)
    return text("workflow-not-convertible", problem=told(obstacle.words))


def _made(
    draft: Draft, graph: Graph, knowledge: Sequence[ObjectInfo], converted: Converted | None
) -> Drafted:
    bindings = None if converted is None else converted.bindings
    workflow = draft.found.workflow
    inferred = None
    if draft.command is not None:
        template = parse_command(draft.command, draft.folder, graph)
    else:
        widgets = None if bindings is None else tuple(map(_widget, bindings))
        inferred = infer(graph, knowledge, workflow=workflow, widgets=widgets)
        template = _template(draft, inferred)
    ui = None if workflow is None else UiGraph(workflow, bindings)
    # Warnings tell of what is sent; where a file has what ran beside the UI graph, that is sent.
    warnings = () if converted is None or draft.found.prompt is not None else converted.warnings
    return Drafted(
        dataclasses.replace(template, ui=ui, fingerprint=draft.fingerprint, trusted=draft.trusted),
        inferred,
        warnings,
    )


def _template(draft: Draft, inferred: Inferred) -> Template:
    description = text("workflow-description", name=draft.name)
    template = inferred.template(draft.name, render(description, DEFAULT_LOCALE), draft.folder)
    others = {locale: render(description, locale) for locale in LOCALES if locale != DEFAULT_LOCALE}
    return dataclasses.replace(template, description_localisations=MappingProxyType(others))


def _widget(binding: Binding) -> UiWidget:
    return UiWidget(
        node=binding.owner,
        name=binding.widget,
        targets=tuple(InputRef(each.node_id, each.input_name) for each in binding.targets),
        label=binding.label,
        is_fixed=binding.control == "fixed",
        is_promoted=binding.is_promoted,
    )
