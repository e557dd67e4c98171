"""What an option takes, in a few words for a cell, a comment or a line. Pure."""

from collections.abc import Callable
from typing import TypeAlias

from bot.texts import Text, text
from bot.workflows.template import OptionKind
from bot.workflows.workflow import Option

_NAMES_ROOM = 36
_DEFAULT_ROOM = 28

Shorten: TypeAlias = Callable[[str, int], str]
"""Words on one line within some room; how wide letters are, the place where they are shown knows."""


def takes(option: Option, shorten: Shorten) -> Text | None:
    """Which answers it takes, where its kind does not say all; lists are cut short."""
    if option.choices:
        names = shorten(", ".join(option.choices), _NAMES_ROOM)
        return text("workflow-fact-names", count=len(option.choices), names=names)
    if option.of is not None:
        return text("workflow-fact-of", option=option.of)
    low, high, step = map(_number, (option.minimum, option.maximum, option.step))
    if low is None and high is None:
        return None
    span = text("workflow-fact-span", low=low or "…", high=high or "…")
    return span if step in {None, "1"} else text("workflow-fact-steps", span=span, step=step or "")


def left_out(option: Option, shorten: Shorten) -> Text | str:
    """What happens when a person leaves it out."""
    if option.required:
        return text("workflow-fact-required")
    match option.default:
        case None if option.kind is OptionKind.SEED:
            return text("workflow-fact-new-seed")
        case bool() as flag:
            return "true" if flag else "false"
        case str() as words:
            return f"“{shorten(words, _DEFAULT_ROOM)}”"
        case int() | float() as number:
            return _number(number) or ""
        case None:
            return ""


def _number(value: float | None) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, int) else f"{value:g}"
