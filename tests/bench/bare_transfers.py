"""The floor of a delivery: raw aiohttp that asks ``/history``, fetches ``/view`` and posts the bytes to Discord.

A program of its own, so that nobody else's work delays it: an :class:`Errand` as JSON on standard input, a
:class:`Toll` on standard output. :func:`bare_transfers` runs it.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import aiohttp


@dataclass(frozen=True, slots=True)
class Errand:
    comfy: str
    discord: str
    """Where messages are posted."""
    token: str = field(repr=False)
    prompt_ids: Sequence[str]
    pause_seconds: float = 0.0
    """Before each transfer: caches are as cold then as those of a bot that waited for a job."""


@dataclass(frozen=True, slots=True)
class Toll:
    seconds: list[float]
    """Of each transfer."""


async def bare_transfers(errand: Errand) -> Toll:
    """Run the errand in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.bare_transfers",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(asdict(errand)).encode())
    return Toll(**json.loads(output))


async def _transfer(session: aiohttp.ClientSession, errand: Errand, prompt_id: str) -> None:
    async with session.get(f"{errand.comfy}/history/{prompt_id}") as answer:
        outputs = (await answer.json())[prompt_id]["outputs"]
    file = next(file for shown in outputs.values() for file in shown.get("images", ()))
    async with session.get(f"{errand.comfy}/view", params=file) as answer:
        content = await answer.read()
    form = aiohttp.FormData()
    message = {"content": "done", "attachments": [{"id": 0, "filename": "picture.png"}]}
    form.add_field("payload_json", json.dumps(message), content_type="application/json")
    form.add_field("files[0]", content, filename="picture.png", content_type="image/png")
    async with session.post(
        errand.discord, data=form, headers={"Authorization": f"Bot {errand.token}"}
    ) as answer:
        await answer.read()
        answer.raise_for_status()


async def _all(errand: Errand) -> Toll:
    seconds: list[float] = []
    async with aiohttp.ClientSession() as session:
        for prompt_id in errand.prompt_ids:
            await asyncio.sleep(errand.pause_seconds)
            begun = time.perf_counter()
            await _transfer(session, errand, prompt_id)
            seconds.append(time.perf_counter() - begun)
    return Toll(seconds)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(asyncio.run(_all(Errand(**json.loads(sys.stdin.read())))))))
