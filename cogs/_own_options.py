"""The bot's own options as options of a slash command, and what a person chose with them. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from bot.texts import DEFAULT_LOCALE, LOCALES, Text, render, text
from bot.workflows import Option, OptionKind, Workflow
from bot.workflows.own_options import OwnOption, own_options
from cogs._command_line import Value

MOST_REPEATS = 10


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose with the bot's own options."""

    preset: str | None = None
    repeat: int = 1
    all: bool = False
    private: bool = False
    improve: bool = False
    translate: bool = False

    @staticmethod
    def of(values: Mapping[str, Value]) -> "Chosen":
        """Of the values by the options' names."""
        preset = values.get(OwnOption.PRESET)
        return Chosen(
            preset=None if preset is None else str(preset),
            repeat=int(values.get(OwnOption.REPEAT, 1)),
            all=bool(values.get(OwnOption.ALL, False)),
            private=bool(values.get(OwnOption.PRIVATE, False)),
            improve=bool(values.get(OwnOption.IMPROVE, False)),
            translate=bool(values.get(OwnOption.TRANSLATE, False)),
        )


NOTHING_CHOSEN = Chosen()


def as_options(workflow: Workflow, offered: Collection[OwnOption]) -> tuple[Option, ...]:
    """Those that the workflow's command gets."""
    return tuple(map(_option, own_options(workflow, offered)))


@cache
def _option(own: OwnOption) -> Option:
    match own:
        case OwnOption.PRESET:
            name, about = text("own-preset-name"), text("own-preset-description")
            return _made(own, OptionKind.TEXT, name, about, autocomplete=True)
        case OwnOption.REPEAT:
            name, about = text("own-repeat-name"), text("own-repeat-description", most=MOST_REPEATS)
            return _made(own, OptionKind.INTEGER, name, about, most=MOST_REPEATS)
        case OwnOption.ALL:
            name, about = text("own-all-name"), text("own-all-description", example="{a|b}")
            return _made(own, OptionKind.BOOLEAN, name, about)
        case OwnOption.PRIVATE:
            return _made(own, OptionKind.BOOLEAN, text("own-private-name"), text("own-private-description"))
        case OwnOption.IMPROVE:
            return _made(own, OptionKind.BOOLEAN, text("own-improve-name"), text("own-improve-description"))
        case OwnOption.TRANSLATE:
            name, about = text("own-translate-name"), text("own-translate-description")
            return _made(own, OptionKind.BOOLEAN, name, about)


def _made(
    own: OwnOption,
    kind: OptionKind,
    name: Text,
    description: Text,
    *,
    most: int | None = None,
    autocomplete: bool = False,
) -> Option:
    others = [locale for locale in LOCALES if locale != DEFAULT_LOCALE]
    return Option(
        name=own,
        description=render(description, DEFAULT_LOCALE),
        kind=kind,
        targets=(),
        name_localisations={locale: render(name, locale) for locale in others},
        description_localisations={locale: render(description, locale) for locale in others},
        minimum=None if most is None else 1,
        maximum=most,
        autocomplete=autocomplete,
    )
