"""How much of a GPU one job may ask for: the operator's word, whatever a server or a file would allow. Pure."""

from collections.abc import Sequence
from math import isqrt

from msgspec import Struct
from msgspec.structs import replace

from bot.comfy import Graph
from bot.errors import Refused
from bot.texts import Text, text
from bot.workflows.template import InputRef, OptionKind
from bot.workflows.workflow import Amounts, Option, Workflow

_MEGA = 1024 * 1024
"""Nodes that ask for megapixels mean this many: 1 is 1024 × 1024."""
_FPS = 24
"""Where a graph does not say how many frames a second has."""
_LONGEST_SIDE = 2
"""A side may be so many times that of a square of all allowed pixels: a panorama of 4:1."""
BEYOND = frozenset({"workflow-beyond", "workflow-beyond-pixels"})
"""The ids of what :func:`beyond` says."""
_NUMERIC = frozenset({OptionKind.INTEGER, OptionKind.NUMBER})


class Caps(Struct, frozen=True):
    """The most that a person may ask for; 0: no limit. What the operator's own workflows start from is always allowed."""

    pixels: int = 2048 * 2048
    batch: int = 8
    steps: int = 100
    frames: int = 500


DEFAULT_CAPS = Caps()


def capped(option: Option, graph: Graph, amounts: Amounts, caps: Caps) -> Option:
    """The option with the operator's bounds, narrower than the servers' and the file's where those go further."""
    most = _most(option.targets, amounts, caps)
    if option.kind not in _NUMERIC or most is None:
        return option
    own = [_number(graph, target) for target in option.targets]
    own += [option.default] if isinstance(option.default, int | float) else []
    bound = max(most, *own, option.minimum or 0)
    if option.maximum is not None and option.maximum <= bound:
        return option
    if option.step is not None:
        bound -= (bound - (option.minimum or 0)) % option.step
    return replace(option, maximum=float(bound) if option.kind is OptionKind.NUMBER else int(bound))


def with_sides_of(options: Sequence[Option], amounts: Amounts) -> Amounts:
    """With what options called width and height set, where the graph only reckons with it."""
    sides = {option.name: option.targets for option in options if option.name in {"width", "height"}}
    match sides:
        case {"width": (width, *_), "height": (height, *_)}:
            return replace(amounts, sizes=tuple(dict.fromkeys((*amounts.sizes, (width, height)))))
        case _:
            return amounts


def refuse_too_many_pixels(workflow: Workflow, graph: Graph) -> None:
    """Two sides may each be allowed and be too much together.

    Raises:
        Refused: a picture has more pixels than the operator allows, and more than the workflow's own.
    """
    for width, height in workflow.amounts.sizes:
        sides = _number(graph, width), _number(graph, height)
        own = _number(workflow.graph, width) * _number(workflow.graph, height)
        if workflow.most_pixels and sides[0] * sides[1] > max(workflow.most_pixels, own):
            named = next((each.name for each in workflow.options if width in each.targets), width.own_name)
            raise Refused(
                text(
                    "value-too-many-pixels",
                    option=named,
                    width=str(int(sides[0])),
                    height=str(int(sides[1])),
                    most=str(workflow.most_pixels),
                )
            )


def beyond(workflow: Workflow, amounts: Amounts, caps: Caps) -> tuple[Text, ...]:
    """What a workflow asks for that nobody is to be asked for, in its graph or by an option's default: too much of a GPU.

    Graphs that animate pictures have frames for a batch, so a batch may be as large as a film is long.
    """
    own = {
        target: option.default
        for option in workflow.all_options
        if isinstance(option.default, int | float)
        for target in option.targets
    }

    def number(target: InputRef) -> float:
        return own.get(target, _number(workflow.graph, target))

    frames = replace(caps, batch=max(caps.batch, caps.frames) if caps.batch and caps.frames else 0)
    sizes = dict.fromkeys((number(width), number(height)) for width, height in amounts.sizes)
    others = dict.fromkeys(
        (each.own_name, number(each), most)
        for most, inputs in _bounds(amounts, frames)
        for each in inputs
        if 0 < most < number(each)
    )
    return (
        *(
            text("workflow-beyond-pixels", width=_shown(width), height=_shown(height), most=str(caps.pixels))
            for width, height in sizes
            if 0 < caps.pixels < width * height
        ),
        *(
            text("workflow-beyond", input=name, value=_shown(value), most=_shown(most))
            for name, value, most in others
        ),
    )


def _most(targets: Sequence[InputRef], amounts: Amounts, caps: Caps) -> float | None:
    """The cap of what the inputs mean; the narrowest of several."""
    sides = [side for pair in amounts.sizes for side in pair]
    bounds = [(_LONGEST_SIDE * isqrt(caps.pixels), sides), *_bounds(amounts, caps)]
    return min(
        (most for most, inputs in bounds if most and not set(targets).isdisjoint(inputs)), default=None
    )


def _bounds(amounts: Amounts, caps: Caps) -> Sequence[tuple[float, Sequence[InputRef]]]:
    """How far inputs may go, each for itself; 0: as far as anybody likes."""
    seconds = max(1, caps.frames // max(1, int(amounts.fps or _FPS))) if caps.frames else 0
    return (
        (caps.pixels / _MEGA, amounts.megapixels),
        (caps.batch, amounts.batch),
        (caps.steps, amounts.steps),
        (caps.frames, amounts.frames),
        (seconds, amounts.seconds),
    )


def _shown(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:g}"


def _number(graph: Graph, target: InputRef) -> float:
    node = graph.get(target.node_id)  # a choice may have taken the input away
    value = node.inputs.get(target.input_name) if node else None
    return value if isinstance(value, int | float) else 0
