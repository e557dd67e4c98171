"""Where an action learns what a ComfyUI has: from the server itself, or from its answer in a file."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from bot.comfy import ComfyClient, ObjectInfo, Server
from bot.comfy.json_text import parse_json
from bot.comfy.json_value import Unreadable
from bot.comfy.objects import parse_object_info


class Unusable(Exception):
    """A file cannot be read or written; ``str()`` is a sentence."""


def known_by(source: str, servers: Sequence[Server]) -> ObjectInfo:
    """The node classes of ``source``, a URL or a file. ``servers`` are those of the settings, with what lets us in.

    Raises:
        ComfyError: the server does not tell.
        Unusable: the file does not.
    """
    if source.startswith(("http://", "https://")):
        return asyncio.run(_asked(_server(source, servers)))
    try:
        return parse_object_info(parse_json(Path(source).read_bytes()))
    except (OSError, Unreadable) as error:
        raise Unusable(f"{source}: {error}") from error


def _server(url: str, servers: Sequence[Server]) -> Server:
    try:
        server = Server(url)
    except ValueError as error:
        raise Unusable(f"--object-info: {error}") from error
    if server.basic is not None:
        return server
    return next((each for each in servers if each.url == server.url), server)


async def _asked(server: Server) -> ObjectInfo:
    async with aiohttp.ClientSession() as session:
        return await ComfyClient(session, server).object_info()
