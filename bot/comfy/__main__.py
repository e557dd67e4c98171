"""``python -m bot.comfy URL``: version, devices and queue of a ComfyUI, and then its events as they come.

The first thing to reach for when something is wrong. It watches under a client id of its own, so it takes nobody's
events away; of other clients' prompts the server tells it the length of the queue only.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import NoReturn
from uuid import uuid4

import aiohttp

from .client import ComfyClient
from .errors import ComfyError
from .lines import event_line, printable, summary
from .server import Server
from .stream import EventStream


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        headers = dict(_pair(header) for header in options.header)
        server = Server(options.url, headers, _pair(options.basic) if options.basic else None, options.bearer)
        asyncio.run(_look(server, once=options.once))
    except (ComfyError, ValueError) as error:
        sys.stderr.write(f"{printable(str(error))}\n")
        return 1
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    return 0


async def _look(server: Server, *, once: bool) -> None:
    async with aiohttp.ClientSession() as session:
        client = ComfyClient(session, server)
        for line in summary(server.label, await client.system_stats(), await client.queue()):
            _say(line)
        if not once:
            await _follow(client)


async def _follow(client: ComfyClient) -> NoReturn:
    await EventStream(client, f"look-{uuid4().hex}", on_event=lambda event: _say(event_line(event))).run()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _pair(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise ValueError("--header takes Name:value and --basic takes user:password.")
    return name.strip(), value.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.comfy", description=__doc__.partition("\n\n")[0] if __doc__ else ""
    )
    parser.add_argument(
        "url", metavar="URL", help="like http://127.0.0.1:8188; may have a path and user:password@"
    )
    parser.add_argument(
        "--header", metavar="NAME:VALUE", action="append", default=[], help="sent with everything"
    )
    parser.add_argument("--basic", metavar="USER:PASSWORD", help="for a proxy in front")
    parser.add_argument("--bearer", metavar="TOKEN", help="for a proxy in front")
    parser.add_argument("--once", action="store_true", help="stop after the summary")
    return parser


if __name__ == "__main__":
    sys.exit(main())
