"""What a server chooses: for all of it, for a channel, for its threads; and what comes of it."""

from bot.sandbox.discord import Channel, Invocation
from bot.texts import text
from tests.delivery.rig import Rig


async def choose(
    rig: Rig, key: str, value: str | None, *, channel: Channel | None = None, who: str = "administrator"
) -> str:
    options: dict[str, object] = {"key": key}
    options |= {} if value is None else {"value": value}
    options |= {} if channel is None else {"channel": channel}
    chosen: Invocation = await rig.discord.persons[who].slash(rig.general, "/settings set", options)
    answer = await chosen.answered()
    assert chosen.ephemeral
    return answer.text


async def test_jobs_follow_the_nearest_of_server_channel_and_thread(rig: Rig) -> None:
    late, foxes = rig.discord.channels["late-night"], rig.discord.channels["foxes"]
    async with rig.bot():
        await choose(rig, "language", "zh-CN")
        await choose(rig, "language", "en", channel=late)
        await choose(rig, "defaults", "txt2img.steps=7; *.cfg=4")
        await choose(rig, "defaults", "*.steps=9", channel=rig.general)
        await choose(rig, "added-prompt", "ink", channel=rig.general)
        for place in (rig.general, foxes, late):
            await rig.paint(channel=place)
        await rig.paint("/txt2img prompt:a red fox steps:30", rig.general)
        jobs = await rig.open_jobs()
    found = [(job.place.locale, job.values["steps"], job.values["cfg"], job.values["prompt"]) for job in jobs]
    assert found == [
        ("zh-CN", "9", "4", "a red fox, ink"),
        ("zh-CN", "9", "4", "a red fox, ink"),
        ("en", "7", "4", "a red fox"),
        ("zh-CN", "30", "4", "a red fox, ink"),
    ]
    assert jobs[0].typed == {"prompt": "a red fox"}
    assert jobs[0].notices == (text("words-added", option="prompt", words="ink"),)
