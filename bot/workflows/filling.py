"""Turns a person's values into a graph. Pure: the same values, job and seed give the same graph."""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec.structs import replace

from bot.comfy import Graph, JsonValue, Node
from bot.comfy.dynamic_prompts import kept
from bot.errors import Refused
from bot.jobs.inputs import Source
from bot.texts import text
from bot.workflows.additions import NOTHING_ADDED, Additions, with_added, without_added
from bot.workflows.answers import check
from bot.workflows.attachment_settling import is_attached
from bot.workflows.binding import FILENAME_PREFIX
from bot.workflows.caps import refuse_too_many_pixels
from bot.workflows.discord_rules import MAX_INTEGER
from bot.workflows.handing_in import hand_in
from bot.workflows.kinds import shown
from bot.workflows.needs import value_need
from bot.workflows.prompts import PromptRules, ReadPrompts, read_prompts
from bot.workflows.refitting import refitted, told_otherwise
from bot.workflows.shapes import shape_alone, with_sides
from bot.workflows.spelling import nearest
from bot.workflows.template import InputRef, OptionKind, PromptSyntax, Scalar, UiGraph
from bot.workflows.workflow import Filled, Option, Workflow

if TYPE_CHECKING:
    from bot.comfy.convert import Binding

_EDITORS_DATE = re.compile(r"%date:[^%]*%")
"""Only the editor knows this one; ComfyUI itself would make a folder of that name, with a colon in it."""
_NOTHING: Mapping[str, Source] = MappingProxyType({})
_ANOTHER_JOB = re.compile(r"(?:-[0-9a-f]{12})+$")
"""The mark of the job that made the picture from which the workflow was read."""


def fill(
    workflow: Workflow,
    values: Mapping[str, Scalar],
    *,
    attachments: Mapping[str, Source] = _NOTHING,
    job_id: UUID,
    pick_seed: Callable[[], int],
    prompts: PromptRules | None = None,
    additions: Additions = NOTHING_ADDED,
) -> Filled:
    """The workflow's graph with ``values`` in it, defaults where a value is missing.

    ``attachments``, by option, become ``Filled.inputs``. In the graph what they fill stays as it is: their names are
    known when a backend has them.

    ``pick_seed`` gives a random integer from 0 to 2**53 - 1. Each ``filename_prefix`` becomes the job's own: a rerun
    that ComfyUI has cached would otherwise name an old file, which may be gone.

    ``prompts``: what choices, wildcards and LoRAs in typed words are read with; None: words are nothing but words.

    ``additions`` go to the words when these are read; ``Filled.typed`` has them without.

    Raises:
        Refused: a value or a file is missing or not allowed; the text names the option and what is.
    """
    _refuse_unknown(workflow, [*values, *attachments])
    shape = shape_alone(workflow, values)
    values = with_sides(workflow, values)
    handed_in = hand_in(workflow, values, attachments)
    typed = [option for option in workflow.all_options if _is_typed(option)]
    chosen = {option.name: _choose(option, values, pick_seed) for option in typed}
    given = {name: value for name, value in chosen.items() if name in values}
    words = ReadPrompts() if prompts is None else read_prompts(workflow, given, prompts)
    chosen = {**chosen, **words.sent}
    added = additions.by_option(workflow)
    sent = {name: _sent(value, added.get(name, "")) for name, value in chosen.items()} if added else chosen
    inputs: dict[InputRef, JsonValue] = {
        target: sent[option.name] for option in typed for target in option.targets
    }
    inputs.update(words.inputs)
    before = _with_places(workflow.graph, words.inputs)
    graph = {node_id: _filled(node_id, node, inputs, job_id) for node_id, node in before.items()}
    graph = refitted(workflow, values, graph)
    refuse_too_many_pixels(workflow, graph)
    used = {option.name: _used(option, chosen, words) for option in typed}
    told = {**_told(workflow, graph, values, used), **shape, **handed_in.shown}
    own = {
        name: without_added(words.typed.get(name, told[name]), _typable(workflow, each))
        for name, each in added.items()
        if name in told
    }
    told |= {name: with_added(told[name], _typable(workflow, added[name])) for name in own}
    stand_ins = {
        option.name: option.stands_in_for
        for option in workflow.all_options
        if option.stands_in_for is not None and option.name not in values
    }
    shown_names = [*(option.name for option in workflow.options), *stand_ins]
    return Filled(
        graph=graph,
        values={name: told[name] for name in shown_names if name in told},
        needs=workflow.needs.union(
            handed_in.needs, words.needs, *(_needs(workflow.graph, option, inputs) for option in typed)
        ),
        inputs=handed_in.inputs,
        stand_ins=stand_ins,
        ui=_written_back(workflow.ui, before, graph),
        typed={**words.typed, **own},
        notices=(
            *words.notices,
            *(text("words-added", option=name, words=added[name]) for name in own),
        ),
        added=added,
    )


def _sent(value: Scalar, added: str) -> Scalar:
    return with_added(value, added) if isinstance(value, str) else value


def _typable(workflow: Workflow, added: str) -> str:
    """As it would have to be typed."""
    return kept(added) if PromptSyntax.CHOICES in workflow.prompt_syntax else added


def _used(option: Option, chosen: Mapping[str, Scalar], words: ReadPrompts) -> Scalar:
    """The option's value as people should read it: words as they were resolved, and a LoRA that the words named."""
    if option.name in words.shown:
        return words.shown[option.name]
    replaced = [words.inputs.get(target) for target in option.targets]
    if replaced and None not in replaced and isinstance(replaced[0], str | int | float | bool):
        return replaced[0]
    return chosen[option.name]


def _with_places(graph: Graph, inputs: Mapping[InputRef, JsonValue]) -> Graph:
    """The graph with inputs for what it has none for: loaders of many LoRAs have one for each."""
    places: dict[str, dict[str, JsonValue]] = {}
    for target in inputs:
        if target.input_name not in graph[target.node_id].inputs:
            places.setdefault(target.node_id, {})[target.input_name] = None
    added = {
        node_id: replace(graph[node_id], inputs={**graph[node_id].inputs, **names})
        for node_id, names in places.items()
    }
    return {**graph, **added} if added else graph


def _written_back(ui: UiGraph | None, before: Graph, after: Graph) -> JsonValue:
    """The UI graph as it would be, had the person set the values in the editor."""
    if ui is None or ui.bindings is None:
        return None if ui is None else ui.document
    from bot.comfy.convert import WidgetRef  # noqa: PLC0415  # loaded already, by whoever made the bindings

    if any(node.inputs.keys() != before[node_id].inputs.keys() for node_id, node in after.items()):
        return None  # another choice has other widgets, which the values in the file would not fit
    changed = {
        WidgetRef(node_id, name): value
        for node_id, node in after.items()
        for name, value in node.inputs.items()
        if value != before[node_id].inputs[name] or _ran_otherwise(ui.bindings.giving(node_id, name), value)
    }
    return ui.bindings.write_back(ui.document, changed)


def _ran_otherwise(shown: "Binding | None", value: JsonValue) -> bool:
    """Whether a picture's two graphs differ: a program sent other values than the UI graph that it sent along."""
    if shown is None or shown.is_dynamic or not isinstance(value, str | int | float | bool):
        return False
    return value != shown.value


def _is_typed(option: Option) -> bool:
    return option.kind is not OptionKind.SIZE and not is_attached(option.kind)


def _told(
    workflow: Workflow, graph: Graph, values: Mapping[str, Scalar], used: Mapping[str, Scalar]
) -> Mapping[str, str]:
    """What the person said, and what stands where they said nothing; nothing of what another choice does not have."""
    became = told_otherwise(workflow, graph, values)
    actual = {name: became.get(name, value) for name, value in used.items()}
    return {name: shown(value) for name, value in actual.items() if isinstance(value, str | int | float)}


def _refuse_unknown(workflow: Workflow, given: Iterable[str]) -> None:
    """A command may be older than the workflow: Discord still shows what it was told last."""
    names = [option.name for option in workflow.options]
    for name in given:
        if name not in names:
            near = nearest(name, names) or names
            raise Refused(text("value-unknown-option", option=name, names=", ".join(near)))


def _choose(option: Option, values: Mapping[str, Scalar], pick_seed: Callable[[], int]) -> Scalar:
    if option.name in values:
        return check(option, values[option.name])
    if option.default is not None:
        return option.default
    if option.kind is OptionKind.SEED and not option.required:
        return _within(option, pick_seed())
    raise Refused(text("value-missing", option=option.name))


def _within(option: Option, seed: int) -> int:
    """The seed as it is, or folded into a range that has no room for it; where it can be, one that JavaScript can hold."""
    lowest = 0 if option.minimum is None else int(option.minimum)
    highest = MAX_INTEGER if option.maximum is None else int(option.maximum)
    if lowest <= MAX_INTEGER:
        highest = min(highest, MAX_INTEGER)
    return lowest + (seed - lowest) % (highest - lowest + 1)


def _needs(graph: Graph, option: Option, inputs: Mapping[InputRef, JsonValue]) -> frozenset[str]:
    if not option.listed:
        return frozenset()
    return frozenset(
        value_need(graph[target.node_id].class_type, target.input_name, str(inputs[target]))
        for target in option.targets
    )


def _filled(node_id: str, node: Node, inputs: Mapping[InputRef, JsonValue], job_id: UUID) -> Node:
    return replace(
        node,
        inputs={
            name: _input(InputRef(node_id, name), value, inputs, job_id)
            for name, value in node.inputs.items()
        },
    )


def _input(target: InputRef, old: JsonValue, inputs: Mapping[InputRef, JsonValue], job_id: UUID) -> JsonValue:
    if target.input_name == FILENAME_PREFIX:
        return own_prefix(old, job_id)
    return _like(old, inputs[target]) if target in inputs else old


def own_prefix(template: JsonValue, job_id: UUID) -> str:
    """The template's prefix (folders included) with the job's mark; a prefix that nodes compute gives way to ours."""
    words = _EDITORS_DATE.sub("", template).strip("/\\ ") if isinstance(template, str) else ""
    prefix = _ANOTHER_JOB.sub("", words)
    # The last digits: in a time-ordered UUID the first ones are shared by jobs of the same moment.
    return f"{prefix or 'comfycord'}-{job_id.hex[-12:]}"


def _like(old: JsonValue, value: JsonValue) -> JsonValue:
    """A choice from a list of numbers, which Discord carries as text, in the type that ComfyUI compares with."""
    if isinstance(old, str) or not isinstance(value, str):
        return value
    try:
        return float(value) if isinstance(old, float) else int(value)
    except ValueError:  # a list of both, [512, "auto"]
        return value
