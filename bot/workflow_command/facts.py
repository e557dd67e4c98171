"""What an option takes, in a few words for a cell or a comment."""

from bot.texts import Text, text
from bot.workflow_command.table import shortened
from bot.workflows import Option, OptionKind

_NAMES_ROOM = 36
_DEFAULT_ROOM = 28


def takes(option: Option) -> Text | None:
    """Which answers it takes, where its kind does not say all; lists are cut short."""
    if option.choices:
        names = shortened(", ".join(option.choices), _NAMES_ROOM)
        return text("workflow-fact-names", count=len(option.choices), names=names)
    if option.of is not None:
        return text("workflow-fact-of", option=option.of)
    low, high, step = map(_number, (option.minimum, option.maximum, option.step))
    if low is None and high is None:
        return None
    span = text("workflow-fact-span", low=low or "…", high=high or "…")
    return span if step in {None, "1"} else text("workflow-fact-steps", span=span, step=step or "")


def left_out(option: Option) -> Text | str:
    """What happens when a person leaves it out."""
    if option.required:
        return text("workflow-fact-required")
    match option.default:
        case None if option.kind is OptionKind.SEED:
            return text("workflow-fact-new-seed")
        case bool() as flag:
            return "true" if flag else "false"
        case str() as words:
            return f"“{shortened(words, _DEFAULT_ROOM)}”"
        case int() | float() as number:
            return _number(number) or ""
        case None:
            return ""


def _number(value: float | None) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, int) else f"{value:g}"
