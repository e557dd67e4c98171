"""``python -m tests.metrics.watched``: a real Prometheus watches the real bot at work; every panel and alert is asked for.

Needs Debian's ``prometheus``. Exit status 1: a panel has nothing to show, or Prometheus could not evaluate something.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import aiohttp

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Fault
from tests.end_to_end.rig import Rig, rigged
from tests.end_to_end.test_watching import free_port
from tests.metrics.dashboard import RULES, questions

JOBS = 12
SCRAPES = 8
"""Rates need several."""


async def main() -> int:
    if shutil.which("prometheus") is None:
        sys.stderr.write("prometheus is not installed\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        async with rigged(Path(folder)) as rig:
            bot_port, port = free_port(), free_port()
            rig.settings |= {
                "METRICS_LISTEN": f"127.0.0.1:{bot_port}",
                "COMFYUI_URLS": f"{rig.comfy.url},http://127.0.0.1:1",
            }
            async with rig.bot(), prometheus(Path(folder), bot_port, port) as asking:
                await rig.ready()
                await _be_busy(rig)
                return 0 if await _all_shown(asking) else 1


async def _be_busy(rig: Rig) -> None:
    """Jobs that are done, one that fails, one that is cancelled, some that wait; and a Discord that limits."""
    for number in range(JOBS):
        if number == JOBS // 2:
            limit = Fault("POST", r"/channels/\d+/messages", status=429, retry_after=0.1, times=2)
            rig.discord.faults.add(limit)
            rig.comfy.next_job(Story(fail_at="EmptyImage", out_of_memory=True))
        asked = await rig.ask(f"/blank color:{number}")
        await rig.until(lambda asked=asked: rig.ended(asked))
        await asyncio.sleep(SCRAPES / JOBS)
    rig.comfy.every_job(Story(hold=True))
    for number in range(4):
        await rig.ask(f"/blank color:{number}")
    await asyncio.sleep(2)


async def _all_shown(asking: "Asking") -> bool:
    well = True
    for question in questions():
        found = await asking.query(question.asked(window="30s"))
        well = well and found is not None
        values = "ERROR" if found is None else ", ".join(f"{value:.4g}" for value in found[:6]) or "–"
        sys.stdout.write(f"{question.panel:<45} {len(found or ()):>3} series  {values}\n")
    for name, state in (await asking.alerts()).items():
        sys.stdout.write(f"alert {name:<39} {state}\n")
    return well


class Asking:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def query(self, expression: str) -> list[float] | None:
        """The value of each series; None: Prometheus cannot evaluate it."""
        body = await self._get("/api/v1/query", {"query": expression})
        if body["status"] != "success":
            sys.stdout.write(f"{expression}: {body.get('error')}\n")
            return None
        return [float(each["value"][1]) for each in body["data"]["result"]]

    async def alerts(self) -> Mapping[str, str]:
        body = await self._get("/api/v1/rules", {})
        (group,) = body["data"]["groups"]
        return {rule["name"]: f"{rule['state']} {rule['health']}" for rule in group["rules"]}

    async def _get(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        async with self._session.get(path, params=query) as answer:
            return cast("Mapping[str, Any]", json.loads(await answer.read()))


@asynccontextmanager
async def prometheus(folder: Path, bot_port: int, port: int) -> AsyncGenerator[Asking]:
    config = RULES.with_name("prometheus.yml").read_text(encoding="utf-8")
    config = (
        config.replace("15s", "1s").replace("9464", str(bot_port)).replace("comfycord.rules.yml", str(RULES))
    )
    (folder / "prometheus.yml").write_text(config, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    )
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            yield Asking(session)
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
