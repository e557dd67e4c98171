"""Ways out of what went wrong: from the reason, the values and the workflow to what a person can press. Pure."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bot.texts import Text, text
from bot.workflows import Option, OptionKind, Workflow, nearest
from bot.workflows.discord_rules import MAX_CHOICES, can_be_choice
from bot.workflows.kinds import shown
from bot.workflows.numbers import Span
from bot.workflows.smaller import Less, Smaller, smaller
from bot.workflows.template import Scalar
from bot.workflows.typed import typed_value

_LIKENESS = 0.3
_NUMERIC = frozenset({OptionKind.INTEGER, OptionKind.NUMBER, OptionKind.SEED})

NamesOf: TypeAlias = Callable[[str], Sequence[str]]
"""Option → the names that some server has for it now."""


class Rerun(Struct, frozen=True):
    """The same values, the same seed."""


class Change(Struct, frozen=True):
    """Other values for some options, the rest as it was."""

    values: Mapping[str, str]
    label: Text

    @property
    def digest(self) -> str:
        """By which it is known again when it is chosen: eight hexadecimal digits."""
        return hashlib.sha256(repr(sorted(self.values.items())).encode()).hexdigest()[:8]


class Choose(Struct, frozen=True):
    """One of these names for an option, the likeliest first."""

    option: str
    names: tuple[str, ...]


class Remind(Struct, frozen=True):
    """To be told when a ComfyUI is back."""


class Install(Struct, frozen=True):
    """What is missing on the servers, for moderators."""


Remedy: TypeAlias = Rerun | Change | Choose | Remind | Install

_RERUN = frozenset(
    {
        "failed-interrupted",
        "failed-lost",
        "failed-stalled",
        "failed-cleared",
        "failed-unfinished",
        "failed-unheard",
        "failed-files-gone",
        "upload-lost",
        "upload-failed",
        "advice-network",
        "no-right-to-post",
        "delivery-given-up",
    }
)
_TOO_MUCH = frozenset({"failed-out-of-memory", "failed-lost", "failed-stalled"})
_NOT_LISTED = frozenset({"refused-not-in-list", "value-not-listed", "value-not-listed-at-all"})
_OUT_OF_RANGE = frozenset(
    {
        "refused-too-small",
        "refused-too-big",
        "value-out-of-range",
        "value-too-small",
        "value-too-big",
        "value-off-step",
    }
)
_INSTALL = frozenset({"refused-no-class"})


def remedies(
    reason: Text, values: Mapping[str, str], workflow: Workflow | None, names_of: NamesOf
) -> tuple[Remedy, ...]:
    """What can be done about ``reason``. ``workflow``: None where nobody can run it now.

    ``values``: as they are shown, of the options of the job or the order that came to nothing.
    """
    found = list(_all(reason, values, workflow, names_of))
    return tuple(each for place, each in enumerate(found) if each not in found[:place])


def in_place_of(workflow: Workflow, option: Option, value: str, names: Sequence[str]) -> Choose | None:
    """Names that would do instead of ``value``; None: there are none."""
    others = [name for name in dict.fromkeys(names) if name != value and can_be_choice(name)]
    if option not in workflow.options or not others:
        return None
    likely = nearest(value, others, count=MAX_CHOICES, likeness=_LIKENESS)
    return Choose(option.name, tuple(dict.fromkeys((*likely, *others)))[:MAX_CHOICES])


def _all(
    reason: Text, values: Mapping[str, str], workflow: Workflow | None, names_of: NamesOf
) -> Iterator[Remedy]:
    for part in _parts(reason):
        if part.id in _INSTALL:
            yield Install()
        if workflow is None:
            continue
        if part.id in _TOO_MUCH and (less := smaller(workflow, values)) is not None:
            yield Change(less.values, _less_label(less))
        if part.id in _RERUN:
            yield Rerun()
        option = _option(part, workflow)
        if option is None or not (value := values.get(option.name, "")):
            continue
        if part.id in _NOT_LISTED:
            choose = in_place_of(workflow, option, value, names_of(option.name))
            if choose is not None:
                yield choose
        if part.id in _OUT_OF_RANGE:
            yield from _nearest_numbers(option, value, part)


def _parts(reason: Text) -> Iterator[Text]:
    yield reason
    for argument in reason.arguments.values():
        if isinstance(argument, Text):
            yield from _parts(argument)


def _option(part: Text, workflow: Workflow) -> Option | None:
    """The one that it is about: named itself, or as the place in the graph that ComfyUI refused."""
    place = part.arguments.get("place")
    name = place.arguments.get("option") if isinstance(place, Text) else part.arguments.get("option")
    return next((each for each in workflow.options if each.name == name), None)


def _nearest_numbers(option: Option, value: str, part: Text) -> Iterator[Change]:
    number = typed_value(option, value)
    try:
        wanted = float(number)
    except ValueError:
        return
    if option.kind not in _NUMERIC:
        return
    least, most = _bound(part, "minimum", option.minimum), _bound(part, "maximum", option.maximum)
    span = Span(least, most, option.step)
    within = wanted if least is None else max(least, wanted)
    within = within if most is None else min(most, within)
    for near in span.around(within) if not span.steps_on(within) else (within,):
        told = shown(_typed(option, near))
        if told != value:
            yield Change({option.name: told}, text("mend-set", option=option.name, value=told))


def _bound(part: Text, name: str, known: float | None) -> float | None:
    """As the one who refused tells it; else as far as it is known."""
    told = part.arguments.get(name)
    try:
        return known if told is None or isinstance(told, Text) else float(told)
    except ValueError:
        return known


def _typed(option: Option, number: float) -> Scalar:
    return number if option.kind is OptionKind.NUMBER else round(number)


def _less_label(less: Smaller) -> Text:
    told = "×".join(less.values.values())
    match less.less:
        case Less.SIZE:
            return text("mend-size", size=told)
        case Less.FRAMES:
            return text("mend-frames", count=told)
        case Less.PICTURES:
            return text("mend-pictures", count=told)
