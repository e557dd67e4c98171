"""``python -m bot workflow convert``: UI graphs from files to graphs in API format, as ComfyUI's own editor exports them."""

import argparse
import asyncio
import sys
from datetime import datetime
from pathlib import Path

import aiohttp

from bot.comfy import ComfyClient, ComfyError, Server, graph_to_json
from bot.comfy.convert import Converted, NodePlans, Unconvertible, convert
from bot.comfy.json_value import Unreadable, parse_json

MAX_BYTES = 4 * 1024 * 1024
"""Of one UI graph; the largest of ComfyUI's own has a fifteenth of it."""


class Unusable(Exception):
    """A file or a server cannot be used; ``str()`` is a sentence."""


def run(options: argparse.Namespace) -> int:
    """Convert all files; returns the exit status: 1 if any was refused."""
    try:
        plans = _node_plans(options.object_info)
    except (ComfyError, Unusable) as problem:
        _complain(str(problem))
        return 1
    if options.output is not None:
        options.output.mkdir(parents=True, exist_ok=True)
    converted = [_convert(file, plans, options.output) for file in options.files]
    return 0 if all(converted) else 1


def _node_plans(source: str) -> NodePlans:
    if source.startswith(("http://", "https://")):
        return asyncio.run(_asked(source))
    try:
        return NodePlans(parse_json(Path(source).read_bytes()))
    except (OSError, Unreadable) as error:
        raise Unusable(f"{source}: {error}") from error


async def _asked(url: str) -> NodePlans:
    async with aiohttp.ClientSession() as session:
        return (await ComfyClient(session, Server(url)).object_info()).node_plans()


def _convert(file: Path, plans: NodePlans, output: Path | None) -> bool:
    """Whether the file became a graph; says on stderr what was odd or why not."""
    try:
        converted = _converted(file, plans)
        for warning in converted.warnings:
            _complain(f"{file.name}: {warning}")
        if not converted.missing:
            _write(graph_to_json(converted.graph), file, output)
            return True
        problems = [str(obstacle) for obstacle in converted.missing]
    except (Unusable, Unconvertible) as problem:
        problems = [str(problem)]
    for problem in problems:
        _complain(f"{file.name}: refused: {problem}")
    return False


def _converted(file: Path, plans: NodePlans) -> Converted:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Unusable(f"The file has more than {MAX_BYTES:,} bytes.")
        document = parse_json(file.read_bytes())
    except (OSError, Unreadable) as error:
        raise Unusable(str(error)) from error
    return convert(document, plans, now=datetime.now().astimezone())


def _write(graph: str, file: Path, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(f"{graph}\n")
        return
    target = output / f"{file.name.removesuffix('.json').removesuffix('.ui')}.json"
    if target.exists() and target.samefile(file):
        raise Unusable("The graph would overwrite it; give another --output.")
    try:
        target.write_text(f"{graph}\n", encoding="utf-8")
    except OSError as error:
        raise Unusable(str(error)) from error


def _complain(sentence: str) -> None:
    printable = "".join(letter if letter.isprintable() else " " for letter in sentence)
    sys.stderr.write(f"{printable}\n")
