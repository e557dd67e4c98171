"""An option and its values as people type them for a comparison: ``cfg 4,6,8``. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from bot.errors import Refused
from bot.generation import MOST_VALUES, Axis
from bot.texts import text
from bot.workflows import Option, OptionKind, Workflow
from bot.workflows.attachment_settling import is_attached
from bot.workflows.filling import shown
from bot.workflows.spelling import nearest
from bot.workflows.typed import typed_value
from cogs._options import MAX_CHOICE, MAX_CHOICES

_AXIS = re.compile(r"\s*(?P<option>[^\s:：=]+)\s*[:：=]?\s*(?P<values>.*)", re.DOTALL)
_COMMA = re.compile(r"[,，、]")
_SPREAD = (0.7, 1.0, 1.4)
"""What an example of numbers tries, as shares of the default."""


def axis_of(workflow: Workflow, typed: str, locale: str) -> Axis:
    """The option and its values.

    Raises:
        Refused: there is no such option, it takes a file, or too many values are given, or none.
    """
    match = _AXIS.fullmatch(typed)
    option = named(workflow, match["option"] if match else "")
    if match is None or option is None:
        names = [_name(each, locale) for each in _comparable(workflow)]
        near = nearest(typed.split(" ", 1)[0], names) or names
        raise Refused(text("compare-no-option", typed=typed, names=", ".join(near)))
    values = list(dict.fromkeys(filter(None, (each.strip() for each in _split(match["values"])))))
    if not 1 <= len(values) <= MOST_VALUES:
        raise Refused(text("compare-how-many", option=_name(option, locale), most=MOST_VALUES))
    short = _short(values) if option.kind is OptionKind.CHOICE else values
    return Axis(
        option.name,
        tuple(typed_value(option, each) for each in values),
        tuple(f"{_name(option, locale)} {each}" for each in short),
    )


def named(workflow: Workflow, name: str) -> Option | None:
    """The option that is called so in any language, and can be compared."""
    wanted = name.casefold()
    for option in _comparable(workflow):
        if wanted in {each.casefold() for each in (option.name, *option.name_localisations.values())}:
            return option
    return None


def suggestions(
    workflow: Workflow, typed: str, locale: str, choices: Callable[[str], Sequence[str]]
) -> list[str]:
    """What could be meant, complete: ``choices`` tells an option's long list."""
    match = _AXIS.fullmatch(typed)
    option = named(workflow, match["option"]) if match else None
    if match is None or option is None:
        word = typed.strip().casefold()
        found = [
            f"{_name(each, locale)} {','.join(_examples(each, choices(each.name)))}"
            for each in _comparable(workflow)
            if word in _name(each, locale).casefold() or word in each.name
        ]
    else:
        found = [f"{_name(option, locale)} {each}" for each in _continued(option, match["values"], choices)]
    return [each for each in dict.fromkeys(found) if len(each) <= MAX_CHOICE][:MAX_CHOICES]


def _continued(option: Option, typed: str, choices: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """The values so far, and what the last one could become."""
    *before, last = [each.strip() for each in _split(typed)] or [""]
    examples = _examples(option, choices(option.name))
    if typed.strip():
        yield typed.strip()
    else:
        yield ",".join(examples)
    listed = option.choices or tuple(choices(option.name))
    names = list(listed) if listed else examples
    for name in names:
        if last.casefold() in name.casefold() and name not in before:
            yield ",".join([*before, name])


def _split(typed: str) -> list[str]:
    """At bars, where there are any: then values may have commas."""
    return typed.split("|") if "|" in typed else _COMMA.split(typed)


def _comparable(workflow: Workflow) -> list[Option]:
    return [option for option in workflow.options if not is_attached(option.kind)]


def _name(option: Option, locale: str) -> str:
    return option.name_localisations.get(locale, option.name)


def _examples(option: Option, listed: Sequence[str]) -> list[str]:
    match option.kind:
        case OptionKind.CHOICE:
            names = option.choices or tuple(listed)
            default = [str(option.default)] if option.default in names else []
            return list(dict.fromkeys([*default, *names]))[:3]
        case OptionKind.BOOLEAN:
            return ["true", "false"]
        case OptionKind.SEED:
            return ["1", "2", "3"]
        case OptionKind.INTEGER | OptionKind.NUMBER if isinstance(option.default, int | float):
            tried = (_near(option, option.default * share) for share in _SPREAD)
            return list(dict.fromkeys(shown(each) for each in tried))
        case _:
            return []


def _near(option: Option, value: float) -> float:
    """A number that the option takes, as round as its steps are."""
    step = max(option.step or 0, 1 if option.kind is OptionKind.INTEGER or value > 2 else 0.05)
    base = option.minimum or 0
    stepped = base + round((value - base) / step) * step
    bounded = max(stepped, option.minimum if option.minimum is not None else stepped)
    bounded = min(bounded, option.maximum if option.maximum is not None else bounded)
    return round(bounded, 6) if option.kind is OptionKind.NUMBER else int(bounded)


def _short(names: Sequence[str]) -> Sequence[str]:
    """Names of files without folders and endings, where they still differ."""
    bare = [
        re.sub(r"\.(safetensors|ckpt|gguf|pt|pth|sft)$", "", re.split(r"[/\\]", each)[-1]) for each in names
    ]
    return bare if len(set(bare)) == len(bare) else names
