"""Files that a person names by a path instead of dropping them: ``@fox.jpg``, from the working folder on."""

import asyncio
from pathlib import Path

from bot.sandbox.discord.command_line import Chosen, NotSent
from bot.sandbox.discord.commands import OptionType
from bot.sandbox.discord.wire import Upload


async def with_files(chosen: Chosen, *, shares_disk: bool, limit_bytes: int) -> Chosen:
    """The same with its files read. ``shares_disk``: a path may also have been typed as text."""
    read: dict[str, object] = {}
    for option in chosen.options:
        value = chosen.values.get(option.name)
        is_path = isinstance(value, Path) or (shares_disk and isinstance(value, str) and value)
        if option.type is OptionType.ATTACHMENT and is_path:
            read[option.name] = await file_at(value, option.name, limit_bytes=limit_bytes)
    return Chosen(chosen.command, chosen.path, {**chosen.values, **read})


async def file_at(path: object, option: str, *, limit_bytes: int) -> Upload:
    """The file at a path; the ``@`` before it may be left out.

    Raises:
        NotSent: there is none, it cannot be read, or it is larger than this person may send.
    """
    return await asyncio.to_thread(_read, str(path).removeprefix("@"), option, limit_bytes)


def _read(name: str, option: str, limit_bytes: int) -> Upload:
    path = Path(name).expanduser()
    if path.is_dir():
        raise NotSent(f"{path} is a folder; name a file in it", option)
    try:
        if path.stat().st_size > limit_bytes:
            raise NotSent(f"the file is larger than {limit_bytes} bytes", option)
        return Upload(path.name, path.read_bytes())
    except FileNotFoundError as error:
        raise NotSent(f"there is no file {path}", option) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise NotSent(f"cannot read the file {path}", option) from error
