"""How far a number may go that some node only holds: as far as the inputs that take it."""

from msgspec.structs import replace

from bot.comfy import InputSpec
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.option_role import OptionRole
from bot.workflows.numbers import Span

_NO_BOUND = 2**31
"""What nodes say that mean none: seeds aside, nothing that people set is as large."""
_SANE = {
    OptionRole.WIDTH: Span(16, 8192),
    OptionRole.HEIGHT: Span(16, 8192),
    OptionRole.LENGTH: Span(1, 4096),
    OptionRole.DURATION: Span(1, 60),
    OptionRole.FPS: Span(1, 120),
    OptionRole.BATCH_SIZE: Span(1, 4096),
    OptionRole.STEPS: Span(1, 10_000),
    OptionRole.CFG: Span(0, 100),
    OptionRole.GUIDANCE: Span(0, 100),
    OptionRole.DENOISE: Span(0, 1),
    OptionRole.MEGAPIXELS: Span(0.1, 64),
}
"""For numbers that only go into arithmetic, by what they mean."""


def bounded(anatomy: Anatomy, candidate: Candidate) -> Candidate:
    """The candidate with the bounds of what it feeds, where its own node has none; else those of its like."""
    target = candidate.targets[0]
    value, spec = anatomy.literal(target), anatomy.spec(target)
    if isinstance(value, bool | str) or value is None or candidate.role is OptionRole.SEED:
        return candidate
    if spec is None or spec.options is not None or not _is_open(spec):
        return candidate
    fed = [each for use in anatomy.uses(target) if (each := anatomy.spec(use)) is not None]
    taken = _shared([each for each in fed if each.type in {"INT", "FLOAT"}], value)
    span = _closed(taken, _shared([spec], value), candidate.role, value)
    return replace(
        candidate,
        minimum=span.minimum if candidate.minimum is None else candidate.minimum,
        maximum=span.maximum if candidate.maximum is None else candidate.maximum,
        step=span.step if candidate.step is None and isinstance(value, int) else candidate.step,
    )


def _closed(taken: Span, declared: Span, role: OptionRole | None, value: float) -> Span:
    """With two ends: those of what takes it, its node's own, or as far as numbers of that meaning go."""
    wide = _SANE.get(role) if role is not None else None
    wide = wide if wide is not None and wide.maximum is not None and value <= wide.maximum else _around(value)
    lows = (taken.minimum, declared.minimum, wide.minimum if wide.reaches(value) else min(0, value))
    highs = (taken.maximum, declared.maximum, wide.maximum)
    return Span(
        next(each for each in lows if each is not None),
        next(each for each in highs if each is not None),
        taken.step,
    )


def _is_open(spec: InputSpec) -> bool:
    ends = (spec.minimum, spec.maximum)
    return any(end is None or abs(end) >= _NO_BOUND for end in ends)


def _shared(fed: list[InputSpec], value: float) -> Span:
    """What all of them take; without what leaves the graph's own value out."""
    minima = [each.minimum for each in fed if each.minimum is not None and abs(each.minimum) < _NO_BOUND]
    maxima = [each.maximum for each in fed if each.maximum is not None and each.maximum < _NO_BOUND]
    steps = [int(each.step) for each in fed if each.type == "INT" and each.step and each.step > 1]
    span = Span(
        max(minima, default=None),
        min(maxima, default=None),
        max(steps, default=None),
    )
    if not span.reaches(value):
        return Span()
    return span if span.steps_on(value) else replace(span, step=None)


def _around(value: float) -> Span:
    """Of a number of which nothing is known: as far as another one of its kind may lie."""
    most = 10.0 ** max(2, len(str(int(abs(value)) * 10)))
    whole = int(most) if isinstance(value, int) else most
    return Span(0 if value >= 0 else -whole, whole)
