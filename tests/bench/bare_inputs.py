"""The floor of an attachment: raw aiohttp that downloads a link and uploads the bytes to ComfyUI.

A program of its own: links as a JSON list on standard input, the seconds of each as one on standard output.
:func:`bare_inputs` runs it.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence

import aiohttp


async def bare_inputs(links: Sequence[str], comfy: str) -> list[float]:
    """Download and upload each, one after the other, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.bare_inputs",
        comfy,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(list(links)).encode())
    return json.loads(output)


async def _all(links: Sequence[str], comfy: str) -> list[float]:
    seconds: list[float] = []
    async with aiohttp.ClientSession() as session:
        for number, link in enumerate(links):
            begun = time.perf_counter()
            async with session.get(link) as answer:
                content = await answer.read()
            form = aiohttp.FormData()
            form.add_field("image", content, filename=f"bare-{number}.png", content_type="image/png")
            async with session.post(f"{comfy}/upload/image", data=form) as answer:
                answer.raise_for_status()
                await answer.read()
            seconds.append(time.perf_counter() - begun)
    return seconds


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_all(json.loads(sys.stdin.read()), sys.argv[1]))))
