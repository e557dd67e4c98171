"""Puts together what the several ways of looking found, into the options of a command."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from bot.comfy import Graph, JsonValue, ObjectInfo
from bot.workflows.attachment_settling import is_attached
from bot.workflows.discord_rules import MAX_ASKED
from bot.workflows.inference.amounts import amounts
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.authored import explicit, placeholders, titled
from bot.workflows.inference.bounds import bounded
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.conditions import only_with
from bot.workflows.inference.media import MediaInput, attachments, media
from bot.workflows.inference.numbers import others, seeds, sizes
from bot.workflows.inference.offering import offerable
from bot.workflows.inference.option_role import PARTS, TECHNICAL, OptionRole
from bot.workflows.inference.prompts import prompts
from bot.workflows.inference.sizing import with_size
from bot.workflows.inference.sorting import together, unclaimed, understood
from bot.workflows.inference.ui import UiWidget, app_mode, fixed, promoted
from bot.workflows.inference.ui_by_name import widgets_by_name
from bot.workflows.inference.widget_bounds import widget_bounds
from bot.workflows.inference.wording import Wording, wanted_name
from bot.workflows.lists import carried_choices
from bot.workflows.numbers import Span
from bot.workflows.template import InputRef, OptionKind, OptionSpec, Template
from bot.workflows.workflow import Amounts

_SAYS_WHAT = frozenset({OptionRole.PROMPT, OptionRole.FIND, OptionRole.TAGS})
_MAX_LISTED = 100
"""Four times what a command shows; nobody looks through more."""


class Inferred(Struct, frozen=True):
    """What a command for the graph would offer."""

    graph: Graph
    """The graph, with sound values where it had placeholders."""
    options: tuple[OptionSpec, ...]
    """At most 60, attachments and required ones first. ``resolve`` takes each of them."""
    advanced: tuple[OptionSpec, ...]
    """For the edit form alone: parts of a model, what the author left out of a list of their own, what did not fit."""
    media: tuple[MediaInput, ...]
    """The files that the graph starts from; see :func:`bot.workflows.inference.missing_media`."""
    prompt: tuple[InputRef, ...] = ()
    """The inputs that take the words of which the graph makes something."""
    amounts: Amounts = field(default_factory=Amounts)
    """The inputs that say how much work it is."""

    def template(self, name: str, description: str, folder: Path) -> Template:
        return Template(name, description, self.graph, self._all[:MAX_ASKED], folder)

    @property
    def spare(self) -> tuple[OptionSpec, ...]:
        """What not even the edit form has a place for."""
        return self._all[MAX_ASKED:]

    @property
    def _all(self) -> tuple[OptionSpec, ...]:
        return (*self.options, *self.advanced)


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
    walked = [*prompts(anatomy), *seeds(anatomy, fixed(widgets)), *sizes(anatomy), *others(anatomy)]
    files = tuple(media(anatomy)[:_MAX_LISTED])
    authored = _authored(anatomy, workflow or {}, widgets, marked)
    candidates = [*attachments(files, authored), *understood(anatomy, authored, walked), *walked]
    offered = together(anatomy, _standing(islice(unclaimed(anatomy, candidates), _MAX_LISTED), authored))
    within = widget_bounds(workflow or {}, graph)
    specs = [*with_size(_specs(anatomy, offered, knowledge, within))]
    chosen = [spec for spec, advanced in specs if spec.required or not advanced]
    ordered = sorted(chosen, key=lambda spec: not (spec.required or is_attached(spec.kind)))
    rest = [spec for spec, advanced in specs if advanced and not spec.required]
    prompt = next((each.targets for each in candidates if each.role in _SAYS_WHAT), ())
    return Inferred(
        graph=graph,
        options=tuple(ordered[:MAX_ASKED]),
        advanced=tuple(replace(spec, advanced=not spec.required) for spec in (*ordered[MAX_ASKED:], *rest)),
        media=files,
        prompt=prompt,
        amounts=amounts(anatomy),
    )


def _authored(
    anatomy: Anatomy,
    workflow: Mapping[str, JsonValue],
    widgets: Sequence[UiWidget],
    marked: Sequence[Candidate],
) -> list[Candidate]:
    """What the author chose, a list for App mode before what subgraphs happen to show."""
    listed, lifted = app_mode(workflow, widgets), promoted(widgets)
    if listed:
        lifted = [replace(each, advanced=True) for each in lifted]
    return [*explicit(anatomy), *titled(anatomy), *marked, *listed, *lifted]


def _standing(candidates: Iterable[Candidate], authored: Sequence[Candidate]) -> list[Candidate]:
    """Who steps back: parts of models always, numbers that say how where an author chose, and all beside a list."""
    has_list = any(each.is_listed for each in authored)
    return [
        replace(each, advanced=_steps_back(each, has_list=has_list, chosen=bool(authored)))
        for each in candidates
    ]


def _steps_back(candidate: Candidate, *, has_list: bool, chosen: bool) -> bool:
    if candidate.is_listed or candidate.kind is not None or candidate.role is OptionRole.SEED:
        return False
    if has_list or candidate.advanced or candidate.role in PARTS:
        return True
    return chosen and not (candidate.authored or candidate.slot) and candidate.role in TECHNICAL


def _specs(
    anatomy: Anatomy,
    candidates: Sequence[Candidate],
    knowledge: Sequence[ObjectInfo],
    within: Mapping[InputRef, Span],
) -> Iterator[tuple[OptionSpec, bool]]:
    wanted = Counter(wanted_name(anatomy, each) for each in candidates)
    wording = Wording(anatomy, frozenset(name for name, count in wanted.items() if count > 1))
    prompted = False
    offered = frozenset(target for each in candidates if not each.advanced for target in each.targets)
    for found in candidates:
        candidate = replace(
            bounded(anatomy, _within(found, within)), only_with=only_with(anatomy, found, offered)
        )
        spec = offerable(anatomy.graph, _draft(anatomy, candidate, prompted=prompted), knowledge)
        if spec is not None:
            prompted = prompted or (candidate.role in _SAYS_WHAT and not candidate.advanced)
            yield wording.worded(spec, candidate), candidate.advanced


def _within(candidate: Candidate, within: Mapping[InputRef, Span]) -> Candidate:
    span = within.get(candidate.targets[0])
    if span is None or candidate.minimum is not None or candidate.maximum is not None:
        return candidate
    return replace(candidate, minimum=span.minimum, maximum=span.maximum)


def _draft(anatomy: Anatomy, candidate: Candidate, *, prompted: bool) -> OptionSpec:
    is_seed = candidate.role is OptionRole.SEED and isinstance(anatomy.literal(candidate.targets[0]), int)
    required = candidate.required
    if required is None:
        required = candidate.role in _SAYS_WHAT and not prompted and not candidate.advanced
    return OptionSpec(
        name="option",
        description="-",
        targets=candidate.targets,
        required=required and not is_seed,
        kind=OptionKind.SEED if is_seed else candidate.kind,
        minimum=candidate.minimum,
        maximum=candidate.maximum,
        step=candidate.step,
        choices=candidate.choices or _carried(anatomy, candidate),
    )


def _carried(anatomy: Anatomy, candidate: Candidate) -> tuple[str, ...] | None:
    """The choices that the node itself has, where no server keeps a list of them."""
    target = candidate.targets[0]
    spec = anatomy.spec(target)
    if spec is None or spec.type != "COMBO" or spec.options is not None or spec.remote:
        return None
    return carried_choices(anatomy.graph[target.node_id]) or None
