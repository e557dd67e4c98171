"""Puts together what the several ways of looking found, into the options of a command."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.comfy import Graph, JsonValue, ObjectInfo
from bot.texts import DEFAULT_LOCALE, render, text
from bot.workflows.discord_rules import MAX_OPTIONS
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.authored import explicit, placeholders, titled
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.media import MediaInput, MediaSpec, media
from bot.workflows.inference.naming import Names, cut, from_input, legal
from bot.workflows.inference.numbers import others, seeds, sizes
from bot.workflows.inference.offering import offerable
from bot.workflows.inference.prompts import prompts
from bot.workflows.inference.role import TECHNICAL, TRANSLATED, WORDS, Role
from bot.workflows.inference.ui import Bindings, app_mode, bindings_by_name, fixed_seeds, promoted
from bot.workflows.template import Kind, OptionSpec, Target, Template


@dataclass(frozen=True, slots=True)
class Inferred:
    """What a command for the graph would offer."""

    graph: Graph
    """The graph, with sound values where it had placeholders."""
    options: tuple[OptionSpec, ...]
    """At most 25, required ones first. ``resolve`` takes each of them."""
    advanced: tuple[OptionSpec, ...]
    """What did not fit, or what the author of the workflow left out of a list of their own."""
    media: tuple[MediaSpec, ...]
    """The files that the graph starts from; see :func:`bot.workflows.inference.missing_media`."""

    def template(self, name: str, description: str, folder: Path) -> Template:
        return Template(name, description, self.graph, self.options, folder)


def infer(
    graph: Graph,
    knowledge: Sequence[ObjectInfo],
    *,
    workflow: Mapping[str, JsonValue] | None = None,
    bindings: Bindings | None = None,
) -> Inferred:
    """The options that a graph should have. It never fails: a graph that tells nothing has none.

    ``workflow`` is the UI graph that ``graph`` was made of, for what its author marked there; ``bindings`` are those of
    the conversion, guessed by names when missing.
    """
    graph, marked = placeholders(Anatomy(graph, knowledge))
    anatomy = Anatomy(graph, knowledge)
    ui, fixed = _from_ui(graph, workflow, bindings)
    authored = [*explicit(anatomy), *titled(anatomy), *marked, *ui]
    walked = [*prompts(anatomy), *seeds(anatomy, fixed), *sizes(anatomy), *others(anatomy)]
    candidates = [*_understood(authored, walked), *walked]
    files = media(anatomy)
    names = Names()
    attachments = tuple(_attachments(anatomy, files, authored, names))
    specs = list(_specs(anatomy, _unclaimed(candidates, files), names, knowledge))
    chosen = [spec for spec, advanced in specs if not advanced]
    ordered = sorted(chosen, key=lambda spec: not spec.required)
    rest = [spec for spec, advanced in specs if advanced]
    return Inferred(graph, tuple(ordered[:MAX_OPTIONS]), (*ordered[MAX_OPTIONS:], *rest), attachments)


def _from_ui(
    graph: Graph, workflow: Mapping[str, JsonValue] | None, bindings: Bindings | None
) -> tuple[list[Candidate], frozenset[Target]]:
    if workflow is None:
        return [], frozenset()
    bound = bindings_by_name(workflow, graph) if bindings is None else bindings
    still = fixed_seeds(workflow)
    fixed = {Target(node_id, name) for node_id in still & graph.keys() for name in graph[node_id].inputs}
    return [*app_mode(workflow, bound), *promoted(workflow, bound)], frozenset(fixed)


def _understood(authored: Sequence[Candidate], walked: Sequence[Candidate]) -> Iterator[Candidate]:
    """What authors chose, with what the walk knows of the same inputs: its meaning, and copies to keep in step."""
    claimed = {target for candidate in authored for target in candidate.targets}
    known = {target: candidate for candidate in walked for target in candidate.targets}
    for candidate in authored:
        twin = next((known[target] for target in candidate.targets if target in known), None)
        if twin is None:
            yield candidate
            continue
        copies = tuple(target for target in twin.targets if target not in claimed)
        yield replace(candidate, role=twin.role, targets=(*candidate.targets, *copies))


def _unclaimed(candidates: Sequence[Candidate], files: Sequence[MediaInput]) -> Iterator[Candidate]:
    """Each input once: the first that names it has it. How-to numbers step back where an author chose."""
    taken = {each.target for each in files}
    authors = any(candidate.authored for candidate in candidates)
    for candidate in candidates:
        targets = tuple(dict.fromkeys(target for target in candidate.targets if target not in taken))
        if targets:
            taken.update(targets)
            back = authors and not candidate.authored and candidate.role in TECHNICAL
            yield replace(candidate, targets=targets, advanced=candidate.advanced or back)


def _specs(
    anatomy: Anatomy, candidates: Iterator[Candidate], names: Names, knowledge: Sequence[ObjectInfo]
) -> Iterator[tuple[OptionSpec, bool]]:
    prompted = False
    for candidate in candidates:
        required = candidate.required
        if required is None:
            required = candidate.role is Role.PROMPT and not prompted
        draft = OptionSpec(
            name="option",
            description="-",
            targets=candidate.targets,
            required=required and candidate.role is not Role.SEED,
            kind=Kind.SEED if candidate.role is Role.SEED else None,
            minimum=candidate.minimum,
            maximum=candidate.maximum,
            step=candidate.step,
            choices=candidate.choices,
        )
        spec = offerable(anatomy.graph, draft, knowledge)
        if spec is not None:
            prompted = prompted or candidate.role is Role.PROMPT
            yield _worded(anatomy, spec, candidate, names), candidate.advanced


def _worded(anatomy: Anatomy, spec: OptionSpec, candidate: Candidate, names: Names) -> OptionSpec:
    name, localised = names.take(_wanted(candidate), candidate.role)
    about, localised_about = _description(anatomy, candidate)
    return replace(
        spec,
        name=name,
        name_localisations=localised,
        description=about,
        description_localisations=localised_about,
    )


def _wanted(candidate: Candidate) -> str:
    """The author's word, unless it is only the input's name; then the word for what it means."""
    input_name = candidate.targets[0].input_name
    label = legal(candidate.label or "")
    if label and label != legal(input_name) and candidate.label != from_input(input_name):
        return label
    return candidate.role.value if candidate.role else label or from_input(input_name)


def _description(anatomy: Anatomy, candidate: Candidate) -> tuple[str, dict[str, str]]:
    """The author's, the catalogue's, the server's tooltip, or where the input is."""
    if candidate.description:
        return cut(candidate.description), {}
    if candidate.role is not None:
        words = WORDS[candidate.role]
        return cut(words.describes(DEFAULT_LOCALE)), {each: cut(words.describes(each)) for each in TRANSLATED}
    target = candidate.targets[0]
    spec = anatomy.spec(target)
    if spec is not None and spec.tooltip and spec.tooltip.strip():
        return cut(spec.tooltip), {}
    return _place(anatomy, target)


def _place(anatomy: Anatomy, target: Target) -> tuple[str, dict[str, str]]:
    node, node_class = anatomy.graph[target.node_id], anatomy.class_of(target.node_id)
    title = node.title or (node_class.display_name if node_class else node.class_type)
    words = text("option-of-node", input=target.input_name, node=title)
    return cut(render(words, DEFAULT_LOCALE)), {each: cut(render(words, each)) for each in TRANSLATED}


def _attachments(
    anatomy: Anatomy, files: Sequence[MediaInput], authored: Sequence[Candidate], names: Names
) -> Iterator[MediaSpec]:
    """Named after what authors call them, else after their kind: image, image_2."""
    labels = {target: each for each in authored for target in each.targets}
    for file in files:
        label = legal(labels[file.target].label or "") if file.target in labels else ""
        name, _ = names.take(label or file.kind.value, None)
        yield MediaSpec(name, _place(anatomy, file.target)[0], file.kind, (file.target,), file.file)
