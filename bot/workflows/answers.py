"""Checks what a person answered. Discord checks much of it too, but no steps, and nothing that autocomplete lets pass."""

import re
from collections.abc import Sequence

from bot.errors import Refused
from bot.texts import text
from bot.workflows.discord_rules import MAX_SEED, MAX_TEXT, whole_characters
from bot.workflows.numbers import Span
from bot.workflows.spelling import nearest, same_file
from bot.workflows.template import OptionKind, Scalar
from bot.workflows.workflow import Option

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_HUGE = 1e30
_MAX_SHOWN = 80
_EXAMPLES = 5


class NotListed(Refused):
    """A name that is not on the servers' list, as far as that is known: it may have come since."""


def check(option: Option, value: Scalar) -> Scalar:
    """The value as the graph takes it.

    Raises:
        Refused: it is not allowed; the text names the option and what is.
    """
    match option.kind:
        case OptionKind.TEXT:
            return _text(option, value)
        case OptionKind.CHOICE | OptionKind.AREA:
            return _choice(option, value)
        case OptionKind.BOOLEAN:
            return _boolean(option, value)
        case OptionKind.INTEGER:
            return _integer(option, value)
        case OptionKind.SEED:
            return _seed(option, value)
        case OptionKind.NUMBER:
            return _number(option, value)
        case _:  # words in place of a file: from a client that still shows an older command
            raise Refused(text("value-needs-file", option=option.name))


def _text(option: Option, value: Scalar) -> str:
    words = str(value)
    if len(words) > MAX_TEXT:
        raise Refused(
            text("value-too-long", option=option.name, maximum=str(MAX_TEXT), length=str(len(words)))
        )
    return whole_characters(words)


def _choice(option: Option, value: Scalar) -> str:
    names, wanted = option.choices or (), str(value)
    if (there := same_file(wanted, names)) is not None:
        return there
    refused = NotListed if option.listed else Refused
    near = nearest(wanted, names)
    if near:
        raise refused(text("value-not-listed", option=option.name, value=_cut(wanted), names=_joined(near)))
    examples = _joined(names[:_EXAMPLES])
    raise refused(text("value-not-listed-at-all", option=option.name, value=_cut(wanted), names=examples))


def _boolean(option: Option, value: Scalar) -> bool:
    if not isinstance(value, bool):
        raise Refused(text("value-not-boolean", option=option.name, value=_cut(value)))
    return value


def _integer(option: Option, value: Scalar) -> int:
    number = _whole(value)
    if number is None:
        raise Refused(text("value-not-integer", option=option.name, value=_cut(value)))
    _check_span(option, number)
    return number


def _seed(option: Option, value: Scalar) -> int:
    number = _whole(value)
    if number is None or not Span(option.minimum, option.maximum).reaches(number):
        least, most = option.minimum or 0, MAX_SEED if option.maximum is None else option.maximum
        bounds = {"minimum": _digits(least), "maximum": _digits(most)}
        raise Refused(text("value-not-seed", option=option.name, value=_cut(value), **bounds))
    return number


def _whole(value: Scalar) -> int | None:
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
        case str() if _INTEGER.fullmatch(value.strip()):  # a seed copied from elsewhere
            return int(value)
        case _:
            return None


def _number(option: Option, value: Scalar) -> float:
    if isinstance(value, bool | str) or not -_HUGE < value < _HUGE:
        raise Refused(text("value-not-number", option=option.name, value=_cut(value)))
    _check_span(option, value)
    return float(value)


def _check_span(option: Option, value: float) -> None:
    span = Span(option.minimum, option.maximum, option.step)
    if span.reaches(value) and span.steps_on(value):
        return
    if span.reaches(value):
        near = " / ".join(map(_digits, span.around(value)))
        step = _digits(span.step or 0)
        raise Refused(text("value-off-step", option=option.name, value=_cut(value), step=step, nearest=near))
    match option.minimum, option.maximum:
        case None, float() | int() as most:
            raise Refused(text("value-too-big", option=option.name, value=_cut(value), maximum=_digits(most)))
        case float() | int() as least, None:
            raise Refused(
                text("value-too-small", option=option.name, value=_cut(value), minimum=_digits(least))
            )
        case least, most:
            bounds = {"minimum": _digits(least or 0), "maximum": _digits(most or 0)}
            raise Refused(text("value-out-of-range", option=option.name, value=_cut(value), **bounds))


def _digits(value: float) -> str:
    """A number as people type it: no grouping, no ``.0``, no dust of binary fractions."""
    return str(int(value)) if value == int(value) else f"{value:.10g}"


def _cut(value: Scalar) -> str:
    if isinstance(value, int) and not -_HUGE < value < _HUGE:
        return "…"  # Python refuses to write out integers of thousands of digits
    words = whole_characters(" ".join(str(value).split()))
    return words if len(words) <= _MAX_SHOWN else words[: _MAX_SHOWN - 1] + "…"


def _joined(names: Sequence[str]) -> str:
    return ", ".join(map(_cut, names))
