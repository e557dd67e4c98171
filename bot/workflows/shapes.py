"""The shapes that a picture may have by name, at the sizes that suit the model. Pure."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import sqrt
from typing import TypeAlias

from msgspec.structs import replace

from bot.comfy import Graph
from bot.workflows.answers import check
from bot.workflows.numbers import Span
from bot.workflows.template import InputRef, OptionKind, Scalar
from bot.workflows.workflow import Option, Workflow

WIDTH, HEIGHT = "width", "height"
"""The options that a shape stands for."""

_Size: TypeAlias = tuple[int, int]


class Shape(StrEnum):
    SQUARE = "square"
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"
    WIDE = "wide"
    TALL = "tall"


_RATIOS = {
    Shape.SQUARE: 1.0,
    Shape.PORTRAIT: 2 / 3,
    Shape.LANDSCAPE: 3 / 2,
    Shape.WIDE: 16 / 9,
    Shape.TALL: 9 / 16,
}
_MEGAPIXEL: Mapping[Shape, _Size] = {
    Shape.SQUARE: (1024, 1024),
    Shape.PORTRAIT: (832, 1216),
    Shape.LANDSCAPE: (1216, 832),
    Shape.WIDE: (1344, 768),
    Shape.TALL: (768, 1344),
}
_FAMILIES: Sequence[tuple[re.Pattern[str], Mapping[Shape, _Size]]] = (
    (
        re.compile(r"qwen[-_ ]?image", re.IGNORECASE),
        {
            Shape.SQUARE: (1328, 1328),
            Shape.PORTRAIT: (1056, 1584),
            Shape.LANDSCAPE: (1584, 1056),
            Shape.WIDE: (1664, 928),
            Shape.TALL: (928, 1664),
        },
    ),
    (
        re.compile(
            r"sd_?xl|xl(?![a-z])|pony|illustrious|noob|animagine|flux|sd_?3|chroma|hidream|z[-_]image|lumina|krea|cascade",
            re.IGNORECASE,
        ),
        _MEGAPIXEL,
    ),
    (
        re.compile(r"sd[-_]?1[-_.]?[45]|v1[-_.]?5|sd15|dreamshaper_?[5-8]|deliberate", re.IGNORECASE),
        {
            Shape.SQUARE: (512, 512),
            Shape.PORTRAIT: (512, 768),
            Shape.LANDSCAPE: (768, 512),
            Shape.WIDE: (896, 512),
            Shape.TALL: (512, 896),
        },
    ),
)
"""By what models are called: the sizes that they were trained on. Others get the shape at the workflow's own size."""
_MODELS = frozenset({"ckpt_name", "unet_name", "model_name"})
_COARSE = 16


def settled_shapes(options: Sequence[Option], graph: Graph, most_pixels: int) -> tuple[Option, ...]:
    """The options, with the shapes that fit between the bounds of width and height; none where hardly any does."""
    sides = _sides(options)
    shaped: list[Option] = []
    for option in options:
        if option.kind is not OptionKind.SIZE:
            shaped.append(option)
        elif sides is not None:
            own = _own(sides)
            fitting = [
                shape for shape in Shape if _size(shape, sides, own, _models(graph, options, {}), most_pixels)
            ]
            if len(fitting) > 1:
                shaped.append(replace(option, choices=tuple(fitting)))
    return tuple(shaped)


def with_sides(workflow: Workflow, values: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    """The values with a width and a height in the place of a shape.

    Raises:
        Refused: there is no such shape.
    """
    option = next((each for each in workflow.options if each.kind is OptionKind.SIZE), None)
    sides = _sides(workflow.all_options)
    if option is None or option.name not in values or sides is None:
        return values
    shape = Shape(str(check(option, values[option.name])))
    models = _models(workflow.graph, workflow.all_options, values)
    own = _own(sides)
    size = _size(shape, sides, own, models, workflow.most_pixels) or _near(shape, own, sides)
    others = {name: value for name, value in values.items() if name != option.name}
    return {**others, WIDTH: size[0], HEIGHT: size[1]}


def shape_alone(workflow: Workflow, values: Mapping[str, Scalar]) -> Mapping[str, str]:
    """The shape as people are told it, where width and height, which say more, are hidden from them."""
    names = {option.name for option in workflow.options}
    return {
        option.name: str(values[option.name])
        for option in workflow.options
        if option.kind is OptionKind.SIZE and option.name in values and not {WIDTH, HEIGHT} <= names
    }


def _sides(options: Sequence[Option]) -> tuple[Option, Option] | None:
    by_name = {option.name: option for option in options if option.kind is OptionKind.INTEGER}
    return (by_name[WIDTH], by_name[HEIGHT]) if WIDTH in by_name and HEIGHT in by_name else None


def _own(sides: tuple[Option, Option]) -> _Size:
    """What the workflow makes when nobody says."""
    width, height = (
        max(1, int(side.default if side.default is not None else side.minimum or 1)) for side in sides
    )
    return width, height


def _models(graph: Graph, options: Sequence[Option], values: Mapping[str, Scalar]) -> Sequence[str]:
    """What the models are called that the graph works with, as chosen."""
    chosen = {
        target: values.get(option.name, option.default) for option in options for target in option.targets
    }
    places = [
        InputRef(node_id, name) for node_id, node in graph.items() for name in _MODELS & node.inputs.keys()
    ]
    return [str(chosen.get(place) or graph[place.node_id].inputs[place.input_name]) for place in places]


def _size(
    shape: Shape, sides: tuple[Option, Option], own: _Size, models: Sequence[str], most_pixels: int
) -> _Size | None:
    """At the size of the model's family, else at the workflow's own; None: neither is allowed."""
    trained = (sizes for pattern, sizes in _FAMILIES if any(map(pattern.search, models)))
    sizes = next(trained, None)
    wished = [sizes[shape]] if sizes is not None else []
    for size in (*wished, _near(shape, own, sides)):
        fits = all(_takes(side, length) for side, length in zip(sides, size, strict=True))
        if fits and (not most_pixels or size[0] * size[1] <= max(most_pixels, own[0] * own[1])):
            return size
    return None


def _near(shape: Shape, own: _Size, sides: tuple[Option, Option]) -> _Size:
    """The shape with about as many pixels as the workflow's own, on steps that both sides and all models take."""
    step = max(_COARSE, *(int(side.step or 1) for side in sides))
    ratio, pixels = _RATIOS[shape], own[0] * own[1]
    width, height = sqrt(pixels * ratio), sqrt(pixels / ratio)
    return max(step, round(width / step) * step), max(step, round(height / step) * step)


def _takes(side: Option, length: int) -> bool:
    span = Span(side.minimum, side.maximum, side.step)
    return span.reaches(length) and span.steps_on(length)
