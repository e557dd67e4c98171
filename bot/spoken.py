"""In which language a command at a terminal speaks to whoever runs the bot."""

from collections.abc import Mapping

from bot.texts import DEFAULT_LOCALE, LOCALES, closest_locale

_SURROUNDINGS = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""The strongest first. ``LANGUAGE`` is gettext's, with values like ``zh_CN:en``, and a setting of this bot."""


def operators_locale(chosen: str | None, surroundings: Mapping[str, str], encoding: str | None) -> str:
    """The language that is ``chosen`` in the settings; else the terminal's own, by its environment.

    A terminal whose ``encoding`` has no Chinese is spoken to in English.
    """
    if chosen in LOCALES:
        wished = chosen
    else:
        told = (surroundings.get(name, "").partition(":")[0] for name in _SURROUNDINGS)
        wished = closest_locale(next((name for name in told if name not in {"", "auto"}), DEFAULT_LOCALE))
    return wished if can_show("中文", encoding) else DEFAULT_LOCALE


def can_show(characters: str, encoding: str | None) -> bool:
    try:
        characters.encode(encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
