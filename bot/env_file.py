"""The ``.env`` file as a file: that it is there, that it is text, and that its names are settings."""

from collections.abc import Collection
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import SettingsUnusable
from bot.os_reasons import reason
from bot.texts import Text, text

ENCODING = "utf-8-sig"
"""UTF-8, with or without the byte order mark that Windows editors begin a file with."""


def check(path: Path) -> None:
    """Refuse a file that cannot be read as settings.

    Raises:
        SettingsUnusable: it is missing, or no UTF-8 text; one sentence with what to do.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise SettingsUnusable(text("env-file-missing", file=str(path.absolute()))) from None
    except OSError as error:
        raise SettingsUnusable(text("path-unreadable", file=str(path), problem=reason(error))) from error
    try:
        words = content.decode(ENCODING)
    except UnicodeDecodeError:
        words = "\0"
    if "\0" in words:
        raise SettingsUnusable(text("env-file-encoding", file=str(path)))


def language_in(path: Path) -> str | None:
    """The ``LANGUAGE`` of a file, whatever else is wrong with it; None: it says none that can be read."""
    try:
        return dotenv_values(path, encoding=ENCODING, interpolate=False).get("LANGUAGE")
    except (OSError, ValueError):
        return None


def unknown_names(path: Path, known: Collection[str]) -> tuple[Text, ...]:
    """A sentence for each name in the file that is none of ``known``: nobody would read it otherwise."""
    names = [name.upper() for name in dotenv_values(path, encoding=ENCODING, interpolate=False)]
    return tuple(_unknown(path, name, known) for name in dict.fromkeys(names) if name not in known)


def _unknown(path: Path, name: str, known: Collection[str]) -> Text:
    from bot.workflows.spelling import nearest  # noqa: PLC0415  # all of it is loaded for a wrong name only

    near = nearest(name, known, count=1)
    if not near:
        return text("setting-unknown", file=str(path), name=name)
    return text("setting-misspelt", file=str(path), name=name, near=near[0])
