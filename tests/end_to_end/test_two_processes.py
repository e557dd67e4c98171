"""Two bots on one token, each with a database of its own, as after a move to another machine: one result a job."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from tests.end_to_end.rig import Rig

JOBS = 6


@pytest.mark.parametrize("comfyuis", [1, 2], ids=["one ComfyUI", "a ComfyUI each"])
async def test_two_bots_on_one_token_post_one_result_a_job_and_end_one_status(
    rig: Rig, tmp_path: Path, comfyuis: int
) -> None:
    async with AsyncExitStack() as running:
        first = await running.enter_async_context(rig.bot())
        await rig.ready()
        if comfyuis == 2:
            own = await running.enter_async_context(ComfyStandIn.running(speed=INSTANT))
            rig.settings["COMFYUI_URLS"] = own.url
        rig.settings["DATABASE"] = str(tmp_path / "second.db")
        second = await running.enter_async_context(rig.bot())
        await rig.ready(2)

        asked = [await rig.ask(f"/blank color:{number}") for number in range(JOBS)]
        for bot in (first, second):
            await rig.until(lambda bot=bot: bot.log.count("result posted as message") == JOBS)
        await rig.until(lambda: all(rig.ended(each) for each in asked))

    assert len(rig.results()) == JOBS
    assert [len(each.follow_ups) for each in asked] == [0] * JOBS
