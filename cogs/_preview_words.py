"""What a preview says: the options of a command, and what is wrong with a workflow, in words for Discord. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.comfy_words import told
from bot.delivery.words import escaped, shortened
from bot.texts import Text, render, rendered, text
from bot.workflows import Option, OptionKind
from bot.workflows.option_facts import left_out, takes
from bot.workflows.preview import Preview
from cogs._forms import named
from cogs._options import shown_choice

MAX_OPTIONS_ROOM = 2400
MAX_REASONS_ROOM = 800
"""For all reasons of one kind."""
MAX_WARNINGS_ROOM = 400
MAX_REASON = 300
SHORT_LIST = 40
"""A list that is longer is told by how many there are to choose from."""

_KINDS: Mapping[OptionKind, Text] = {
    OptionKind.TEXT: text("preview-kind-text"),
    OptionKind.INTEGER: text("preview-kind-integer"),
    OptionKind.NUMBER: text("preview-kind-number"),
    OptionKind.BOOLEAN: text("preview-kind-boolean"),
    OptionKind.IMAGE: text("preview-kind-image"),
    OptionKind.MASK: text("preview-kind-mask"),
    OptionKind.VIDEO: text("preview-kind-video"),
    OptionKind.AUDIO: text("preview-kind-audio"),
    OptionKind.FILE: text("preview-kind-file"),
}


def option_lines(options: Sequence[Option], room: int, locale: str) -> str:
    """A line for each, as many as there is room for."""
    lines = (option_line(each, locale) for each in options)
    return _listed(lines, len(options), min(room, MAX_OPTIONS_ROOM), locale)


def option_line(option: Option, locale: str) -> str:
    facts = (*_taken(option, locale), _otherwise(option))
    words = " · ".join(escaped(rendered(fact, locale)) for fact in facts if fact)
    return f"`{named(option, locale)[0]}` {words}"


def _taken(option: Option, locale: str) -> Sequence[Text | str | None]:
    match option.kind:
        case OptionKind.SEED:
            return ()
        case OptionKind.SIZE | OptionKind.AREA:
            return (", ".join(shown_choice(option, name, locale) for name in option.choices or ()),)
        case OptionKind.CHOICE if len(", ".join(option.choices or ())) > SHORT_LIST:
            return (text("preview-one-of", count=len(option.choices or ())),)
        case OptionKind.CHOICE:
            return (", ".join(option.choices or ()),)
        case kind:
            return _KINDS[kind], takes(option, shortened)


def _otherwise(option: Option) -> Text | str:
    """What holds where it is left out."""
    if option.required or option.default is None:
        return left_out(option, shortened)
    if isinstance(option.default, bool):
        return text("preview-default-yes") if option.default else text("preview-default-no")
    return text("preview-default", value=left_out(option, shortened))


def reason_lines(reasons: Sequence[Text], locale: str) -> str:
    """Without what tells of the disk of whoever runs a ComfyUI."""
    shown = (f"- {_reason(each, locale)}" for each in reasons)
    return _listed(shown, len(reasons), MAX_REASONS_ROOM, locale)


def warning_lines(preview: Preview, locale: str) -> str:
    shown = (f"-# {_short(rendered(told(each), locale))}" for each in preview.warnings)
    return _listed(shown, len(preview.warnings), MAX_WARNINGS_ROOM, locale)


def _reason(reason: Text, locale: str) -> str:
    if reason.id == "workflow-broken-node":
        reason = text("preview-broken-node", node=reason.arguments["node"])
    return _short(render(reason, locale))


def _short(words: str) -> str:
    return escaped(shortened(words, MAX_REASON))


def _listed(lines: Iterable[str], count: int, room: int, locale: str) -> str:
    """The first lines, and how many more there are."""
    kept = list(_within(room, lines))
    more = count - len(kept)
    if more:
        kept.append(f"-# {render(text('preview-more', count=more), locale)}")
    return "\n".join(kept)


def _within(room: int, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return
        yield line
