"""What programs read of the bot's log: a line an object, and in each the job that it is about."""

import json
from collections import Counter

from tests.end_to_end.rig import Rig


async def test_everything_that_is_said_during_a_job_carries_it_and_nothing_else_does(rig: Rig) -> None:
    rig.settings |= {"LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
    async with rig.bot() as bot:
        await rig.ready()
        first = await rig.ask("/blank color:1")
        await rig.until(lambda: rig.ended(first))
        second = await rig.ask("/blank color:2")
        await rig.until(lambda: rig.ended(second))
    lines: list[dict[str, str]] = [json.loads(line) for line in bot.log.splitlines()]
    jobs = Counter(line["job"] for line in lines if "job" in line)
    assert len(jobs) == 2
    for line in lines:
        if "job" in line:
            assert (line["workflow"], line["guild"]) == ("blank", str(rig.general.guild_id))
            assert not (jobs.keys() - {line["job"]}) & set(line["message"].replace(":", " ").split())
    said = {(line["logger"], line.get("job") is not None) for line in lines}
    assert {("discord.http", True), ("PIL.PngImagePlugin", True)} <= said
    assert not {("discord.gateway", True), ("PIL.PngImagePlugin", False)} & said
    named = [line for line in lines if line["message"].startswith("job ")]
    assert named
    assert [line for line in named if line.get("job", "") not in line["message"]] == []
