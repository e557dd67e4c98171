"""Files that a person names by a path instead of dropping them."""

import asyncio
from pathlib import Path

from bot.sandbox.discord.command_line import Chosen, NotSent
from bot.sandbox.discord.commands import OptionType
from bot.sandbox.discord.wire import Upload


async def with_files(chosen: Chosen, *, shares_disk: bool) -> Chosen:
    """The same with its files read. ``shares_disk``: a path may also have been typed as text."""
    read: dict[str, object] = {}
    for option in chosen.options:
        value = chosen.values.get(option.name)
        is_path = isinstance(value, Path) or (shares_disk and isinstance(value, str))
        if option.type is OptionType.ATTACHMENT and is_path:
            read[option.name] = await _read(option.name, Path(str(value)))
    return Chosen(chosen.command, chosen.path, {**chosen.values, **read})


async def _read(option: str, path: Path) -> Upload:
    try:
        return Upload(path.name, await asyncio.to_thread(path.read_bytes))
    except OSError as error:
        raise NotSent(f"cannot read the file {path}", option) from error
