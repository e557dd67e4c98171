"""Two bots on one token, each with a database of its own, as after a move to another machine: one result a job."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from tests.end_to_end.stage import Stage

JOBS = 6


@pytest.mark.parametrize("comfyuis", [1, 2], ids=["one ComfyUI", "a ComfyUI each"])
async def test_two_bots_on_one_token_post_one_result_a_job_and_end_one_status(
    stage: Stage, tmp_path: Path, comfyuis: int
) -> None:
    async with AsyncExitStack() as running:
        first = await running.enter_async_context(stage.bot())
        await stage.ready()
        if comfyuis == 2:
            own = await running.enter_async_context(ComfyStandIn.running(speed=INSTANT))
            stage.settings["COMFYUI_URLS"] = own.url
        stage.settings["DATABASE"] = str(tmp_path / "second.db")
        second = await running.enter_async_context(stage.bot())
        await stage.ready(2)

        asked = [await stage.ask(f"/blank color:{number}") for number in range(JOBS)]
        for bot in (first, second):
            await stage.until(lambda bot=bot: bot.log.count("result posted as message") == JOBS)
        await stage.until(lambda: all(stage.ended(each) for each in asked))

    assert len(stage.results()) == JOBS
    assert [len(each.follow_ups) for each in asked] == [0] * JOBS
