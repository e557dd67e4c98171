"""Puts together what the several ways of looking found, into the options of a command."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from bot.comfy import Graph, JsonValue, ObjectInfo
from bot.workflows.attachment_settling import is_attached
from bot.workflows.discord_rules import MAX_ASKED
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.authored import explicit, placeholders, titled
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.media import MediaInput, attachments, media
from bot.workflows.inference.naming import Names, legal
from bot.workflows.inference.numbers import others, seeds, sizes
from bot.workflows.inference.offering import offerable
from bot.workflows.inference.option_role import BY_LABEL, TECHNICAL, OptionRole
from bot.workflows.inference.prompts import prompts
from bot.workflows.inference.ui import UiWidget, app_mode, fixed, promoted
from bot.workflows.inference.ui_by_name import widgets_by_name
from bot.workflows.inference.wording import worded
from bot.workflows.template import InputRef, OptionKind, OptionSpec, Template

_MAX_LISTED = 100
"""Four times what a command shows; nobody looks through more."""


@dataclass(frozen=True, slots=True)
class Inferred:
    """What a command for the graph would offer."""

    graph: Graph
    """The graph, with sound values where it had placeholders."""
    options: tuple[OptionSpec, ...]
    """At most 25, attachments and required ones first. ``resolve`` takes each of them."""
    advanced: tuple[OptionSpec, ...]
    """What did not fit, or what the author of the workflow left out of a list of their own."""
    media: tuple[MediaInput, ...]
    """The files that the graph starts from; see :func:`bot.workflows.inference.missing_media`."""
    prompt: tuple[InputRef, ...] = ()
    """The inputs that take the words of which the graph makes something."""

    def template(self, name: str, description: str, folder: Path) -> Template:
        return Template(name, description, self.graph, self.options, folder)


def infer(
    graph: Graph,
    knowledge: Sequence[ObjectInfo],
    *,
    workflow: Mapping[str, JsonValue] | None = None,
    widgets: Sequence[UiWidget] | None = None,
) -> Inferred:
    """The options that a graph should have. It never fails: a graph that tells nothing has none.

    ``workflow`` is the UI graph that ``graph`` was made of, for what its author marked there; ``widgets`` are its, as
    the conversion bound them, and matched by name when missing.
    """
    graph, marked = placeholders(Anatomy(graph, knowledge))
    anatomy = Anatomy(graph, knowledge)
    if widgets is None:
        widgets = widgets_by_name(workflow or {}, graph)
    shown = [*app_mode(workflow or {}, widgets), *promoted(widgets)]
    authored = [*explicit(anatomy), *titled(anatomy), *marked, *shown]
    walked = [*prompts(anatomy), *seeds(anatomy, fixed(widgets)), *sizes(anatomy), *others(anatomy)]
    files = tuple(media(anatomy)[:_MAX_LISTED])
    candidates = [*attachments(files, authored), *_understood(authored, walked), *walked]
    unclaimed = islice(_unclaimed(anatomy, candidates), _MAX_LISTED)
    specs = list(_specs(anatomy, unclaimed, Names(), knowledge))
    chosen = [spec for spec, advanced in specs if not advanced]
    ordered = sorted(chosen, key=lambda spec: not (spec.required or is_attached(spec.kind)))
    rest = [spec for spec, advanced in specs if advanced]
    prompt = next((each.targets for each in candidates if each.role is OptionRole.PROMPT), ())
    return Inferred(graph, tuple(ordered[:MAX_ASKED]), (*ordered[MAX_ASKED:], *rest), files, prompt)


def _understood(authored: Sequence[Candidate], walked: Sequence[Candidate]) -> Iterator[Candidate]:
    """What authors chose, with what the walk knows of the same inputs: its meaning, and copies to keep in step."""
    claimed = {target for candidate in authored for target in candidate.targets}
    known = {target: candidate for candidate in walked for target in candidate.targets}
    for candidate in authored:
        twin = next((known[target] for target in candidate.targets if target in known), None)
        role = BY_LABEL.get(legal(candidate.label or ""))
        if twin is None:
            yield replace(candidate, role=role)
            continue
        copies = tuple(target for target in twin.targets if target not in claimed)
        yield replace(candidate, role=role or twin.role, targets=(*candidate.targets, *copies))


def _unclaimed(anatomy: Anatomy, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Each input once: the first that names it has it. How-to numbers step back where an author chose."""
    taken: set[InputRef] = set()
    authors = any(candidate.authored for candidate in candidates)
    for candidate in candidates:
        free = dict.fromkeys(target for target in candidate.targets if target not in taken)
        targets = tuple(target for target in free if anatomy.literal(target) is not None)
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
            required = candidate.role is OptionRole.PROMPT and not prompted
        draft = OptionSpec(
            name="option",
            description="-",
            targets=candidate.targets,
            required=required and not _is_seed(anatomy, candidate),
            kind=OptionKind.SEED if _is_seed(anatomy, candidate) else candidate.kind,
            minimum=candidate.minimum,
            maximum=candidate.maximum,
            step=candidate.step,
            choices=candidate.choices,
        )
        spec = offerable(anatomy.graph, draft, knowledge)
        if spec is not None:
            prompted = prompted or candidate.role is OptionRole.PROMPT
            yield worded(anatomy, spec, candidate, names), candidate.advanced


def _is_seed(anatomy: Anatomy, candidate: Candidate) -> bool:
    return candidate.role is OptionRole.SEED and isinstance(anatomy.literal(candidate.targets[0]), int)
