"""How far a number may go: what the servers allow, narrowed by the file, within what Discord can carry."""

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple

from msgspec import Struct

from bot.comfy import InputSpec
from bot.texts import Text, text
from bot.workflows.discord_rules import MAX_INTEGER, MAX_SEED
from bot.workflows.template import OptionKind, OptionSpec, Template

_TOLERANCE = 1e-6
"""0.3 is three steps of 0.1, whatever binary fractions say."""


class Span(Struct, frozen=True):
    """From ``minimum`` to ``maximum`` in steps of ``step``, counted from ``minimum`` (from 0 without one)."""

    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None

    def words(self) -> Text:
        """For a sentence about a number that it does not have: it is bounded, or has a step."""
        parts = (
            None if self.minimum is None else text("span-from", number=str(self.minimum)),
            None if self.maximum is None else text("span-to", number=str(self.maximum)),
            None if self.step is None else text("span-step", number=str(self.step)),
        )
        return reduce(lambda one, two: text("joined-words", first=one, second=two), filter(None, parts))

    def reaches(self, value: float) -> bool:
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )

    def steps_on(self, value: float) -> bool:
        if self.step is None:
            return True
        beyond = self._beyond_a_step(value)
        return min(beyond, self.step - beyond) <= _TOLERANCE * self.step

    def around(self, value: float) -> tuple[float, ...]:
        """The one or two values nearest to ``value`` that the span has."""
        if self.step is None:
            return (value,)
        below = value - self._beyond_a_step(value)
        return tuple(each for each in (below, below + self.step) if self.reaches(each))

    def _beyond_a_step(self, value: float) -> float:
        return (value - (self.minimum or 0)) % (self.step or 1)


def settle_span(
    template: Template, option: OptionSpec, kind: OptionKind, inputs: Sequence[InputSpec]
) -> Span:
    """What every one of ``inputs`` takes, as far as the file wants it.

    Both ends are of the kind's own type, ``int`` or ``float``: nodes mix the two (``"min": 0, "max": 1.0``).
    """
    declared = [_declared(spec, kind) for spec in inputs]
    _refuse_wider(template, option, declared)
    wished = _Bounds(option.minimum, option.maximum)
    minima = [each.minimum for each in (*declared, wished) if each.minimum is not None]
    maxima = [each.maximum for each in (*declared, wished) if each.maximum is not None]
    minimum = _typed(kind, max(minima), math.ceil) if minima else None
    maximum = _typed(kind, min(maxima), math.floor) if maxima else None
    if kind is OptionKind.SEED:
        minimum, maximum = max(0, minimum or 0), MAX_SEED if maximum is None else maximum
    if minimum is not None and maximum is not None and minimum > maximum:
        raise template.wrong(option, text("wrong-no-span", input=template.describe_all(option)))
    return Span(minimum, maximum, _step(template, option, kind, inputs))


class _Bounds(NamedTuple):
    minimum: float | None = None
    maximum: float | None = None


def _declared(spec: InputSpec, kind: OptionKind) -> _Bounds:
    """What the node class says; nothing where its two ends leave no number, and only ComfyUI knows what it takes."""
    bounds = _Bounds(spec.minimum, spec.maximum)
    if bounds.minimum is None or bounds.maximum is None:
        return bounds
    lowest, highest = _typed(kind, bounds.minimum, math.ceil), _typed(kind, bounds.maximum, math.floor)
    return bounds if lowest <= highest else _Bounds()


def _typed(kind: OptionKind, bound: float, to_whole: Callable[[float], int]) -> float:
    """A bound as Discord can carry it, of the type that the option has."""
    most = MAX_SEED if kind is OptionKind.SEED else MAX_INTEGER
    carried = max(-MAX_INTEGER, min(most, bound))
    return float(carried) if kind is OptionKind.NUMBER else to_whole(carried)


def _refuse_wider(template: Template, option: OptionSpec, declared: Sequence[_Bounds]) -> None:
    lowest = min(
        (-math.inf if each.minimum is None else each.minimum for each in declared), default=-math.inf
    )
    highest = max((math.inf if each.maximum is None else each.maximum for each in declared), default=math.inf)
    where = template.describe_all(option)
    if option.minimum is not None and option.minimum < lowest:
        raise template.wrong(
            option, text("wrong-min", min=str(option.minimum), input=where, lowest=str(lowest))
        )
    if option.maximum is not None and option.maximum > highest:
        raise template.wrong(
            option, text("wrong-max", max=str(option.maximum), input=where, highest=str(highest))
        )


def _step(
    template: Template, option: OptionSpec, kind: OptionKind, inputs: Sequence[InputSpec]
) -> float | None:
    """Integers keep to the servers' steps. Those of fractions are only how far the editor's arrows jump."""
    match kind:
        case OptionKind.SEED:
            return None
        case OptionKind.NUMBER:
            return option.step
        case _:
            return _whole_step(template, option, [spec for spec in inputs if spec.type == "INT"])


def _whole_step(template: Template, option: OptionSpec, inputs: Sequence[InputSpec]) -> int | None:
    where = template.describe_all(option)
    steps = [
        (int(spec.step), int(spec.minimum or 0))
        for spec in inputs
        if spec.step is not None and 1 < spec.step <= MAX_INTEGER
    ]
    if option.step is not None and any(option.step % step for step, _ in [(1, 0), *steps]):
        wanted = math.lcm(*(step for step, _ in steps))
        raise template.wrong(
            option, text("wrong-step", step=str(option.step), input=where, wanted=str(wanted))
        )
    if option.minimum is not None:
        for step, base in steps:
            if (option.minimum - base) % step:
                least = str(option.minimum)
                raise template.wrong(
                    option, text("wrong-min-step", min=least, input=where, step=str(step), base=str(base))
                )
    step = int(option.step) if option.step is not None else math.lcm(*(step for step, _ in steps))
    return step if step > 1 else None
