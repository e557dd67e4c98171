"""Where an action learns what a ComfyUI has: from the servers themselves, or from an answer of one in a file."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from bot.comfy import ComfyClient, ComfyError, ObjectInfo, Server
from bot.comfy.json_text import parse_json
from bot.comfy.json_value import Unreadable
from bot.comfy.objects import parse_object_info
from bot.comfy_words import told
from bot.errors import UserError
from bot.os_reasons import reason
from bot.texts import Argument, text
from bot.workflow_command.terminal import Terminal


class Unusable(UserError):
    """A file cannot be read or written, or no server tells what it has."""


def known_by(
    source: str | None, servers: Sequence[Server], class_types: frozenset[str], terminal: Terminal
) -> tuple[ObjectInfo, ...]:
    """The node classes of ``source``, a URL or a file; None: of each of ``servers`` that answers, in their order.

    ``servers`` are those of the settings, with what lets us in. One that cannot tell all that it has is asked for
    each of ``class_types``, as the bot does.

    Raises:
        ComfyError: the server does not tell.
        Unusable: the file does not, or none of the servers.
    """
    if source is None:
        return asyncio.run(_asked_of_all(servers, class_types, terminal))
    if source.startswith(("http://", "https://")):
        return (asyncio.run(_asked(_server(source, servers), class_types)),)
    try:
        return (parse_object_info(parse_json(Path(source).read_bytes())),)
    except (OSError, Unreadable) as error:
        raise Unusable(text("wrong-in", file=source, problem=_said(error))) from error


def _server(url: str, servers: Sequence[Server]) -> Server:
    try:
        server = Server(url)
    except ValueError as error:
        raise Unusable(text("wrong-in", file="--object-info", problem=_said(error))) from error
    if server.basic is not None:
        return server
    return next((each for each in servers if each.url == server.url), server)


async def _asked(server: Server, class_types: frozenset[str]) -> ObjectInfo:
    async with aiohttp.ClientSession() as session:
        return await ComfyClient(session, server).object_info_or_of(class_types)


async def _asked_of_all(
    servers: Sequence[Server], class_types: frozenset[str], terminal: Terminal
) -> tuple[ObjectInfo, ...]:
    asked = (_asked(server, class_types) for server in servers)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    known: list[ObjectInfo] = []
    for answer in answers:
        match answer:
            case ObjectInfo():
                known.append(answer)
            case ComfyError():
                terminal.complain(told(answer.sentence))
            case BaseException():
                raise answer
    if not known:
        raise Unusable(text("workflow-nobody-tells"))
    return tuple(known)


def _said(error: OSError | ValueError) -> Argument:
    match error:
        case Unreadable(words=words):
            return told(words)
        case OSError():
            return reason(error)
        case _:
            return str(error)
