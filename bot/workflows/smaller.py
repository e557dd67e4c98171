"""What to ask for where a job was too much for the GPU: a smaller picture, fewer frames, one at once. Pure."""

import math
from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from bot.workflows.numbers import Span
from bot.workflows.template import OptionKind
from bot.workflows.workflow import Option, Workflow

_LESS = 0.75
"""Of each side; memory goes with their product, and with attention faster than that."""
_LEAST = 0.5
"""A size that keeps the ratio exactly is worth going so far for."""
_SIDES = frozenset({"size", "largest_size", "resolution", "width", "height"})
_FRAMES = frozenset({"length", "video_frames", "num_frames", "frames_number", "frames"})
_WHOLE = (OptionKind.INTEGER,)


class Less(StrEnum):
    """What is made less."""

    SIZE = "size"
    FRAMES = "frames"
    PICTURES = "pictures"


class Smaller(Struct, frozen=True):
    less: Less
    values: Mapping[str, str]
    """Option → its smaller value; of a size the width first."""


def smaller(workflow: Workflow, values: Mapping[str, str]) -> Smaller | None:
    """The next smaller thing that the options allow; None: there is none."""
    if sized := _smaller_size(workflow, values):
        return Smaller(Less.SIZE, sized)
    for option in _setting(workflow, _FRAMES):
        if (fewer := _scaled(option, values)) is not None:
            return Smaller(Less.FRAMES, {option.name: str(fewer)})
    for option in _setting(workflow, frozenset({"batch_size"})):
        count, least = _number(option, values), max(1, int(option.minimum or 1))
        if count is not None and count > least:
            return Smaller(Less.PICTURES, {option.name: str(least)})
    return None


def _smaller_size(workflow: Workflow, values: Mapping[str, str]) -> dict[str, str] | None:
    width = next(_setting(workflow, frozenset({"width"})), None)
    height = next(_setting(workflow, frozenset({"height"})), None)
    if width is not None and height is not None:
        return _smaller_sides(width, height, values)
    side = next(_setting(workflow, _SIDES), None)
    size = None if side is None else _scaled(side, values)
    return None if side is None or size is None else {side.name: str(size)}


def _smaller_sides(width: Option, height: Option, values: Mapping[str, str]) -> dict[str, str] | None:
    across, down = _number(width, values), _number(height, values)
    if across is None or down is None:
        return None
    sides = _same_ratio(width, height, across, down)
    if sides is None:
        rounded = _scaled(width, values), _scaled(height, values)
        sides = None if rounded[0] is None or rounded[1] is None else (rounded[0], rounded[1])
    return None if sides is None else {width.name: str(sides[0]), height.name: str(sides[1])}


def _same_ratio(width: Option, height: Option, across: int, down: int) -> tuple[int, int] | None:
    """The largest sides of exactly the same ratio that both options take; None: none is near enough."""
    unit = math.gcd(across, down)
    if not unit:
        return None
    for count in range(int(unit * _LESS), int(unit * _LEAST) - 1, -1):
        sides = across // unit * count, down // unit * count
        if count and _takes(width, sides[0]) and _takes(height, sides[1]):
            return sides
    return None


def _scaled(option: Option, values: Mapping[str, str]) -> int | None:
    """Three quarters of a value, or the next below that; None: the option takes nothing less."""
    number = _number(option, values)
    if number is None or number <= 0:
        return None
    step, base = int(option.step or 1), int(option.minimum or 0)
    less = base + (int(number * _LESS) - base) // step * step
    return less if 0 < less < number and _takes(option, less) else None


def _takes(option: Option, value: int) -> bool:
    span = Span(option.minimum, option.maximum, option.step)
    return span.reaches(value) and span.steps_on(value)


def _setting(workflow: Workflow, inputs: frozenset[str]) -> Iterator[Option]:
    for option in workflow.options:
        if option.kind in _WHOLE and any(target.input_name in inputs for target in option.targets):
            yield option


def _number(option: Option, values: Mapping[str, str]) -> int | None:
    try:
        return int(values.get(option.name, ""))
    except ValueError:
        return None
