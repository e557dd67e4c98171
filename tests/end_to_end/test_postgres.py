"""The whole bot with its ledger on a PostgreSQL server: one setting is different, and nothing that a person sees."""

from yarl import URL

from bot.sandbox.comfyui import Story
from tests.chaos.proxy import Proxy
from tests.end_to_end.rig import Rig

CANARY = "hunter2-canary"


async def test_jobs_on_a_server_arrive_and_are_found_again_by_the_next_start(
    rig: Rig, postgres_url: str
) -> None:
    rig.settings["DATABASE"] = postgres_url.replace("postgres@", f"postgres:{CANARY}@")
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask()
        await rig.result()
        story = Story(hold=True)
        rig.comfy.next_job(story)
        asked = await rig.ask()
        await rig.until(lambda: len(rig.prompts) == 2 and asked.response and asked.response.labels)
        assert await first.stop() == 0
        assert first.alarms == []
    async with rig.bot() as second:
        await rig.until(lambda: "found again" in second.log)
        story.release()
        await rig.until(lambda: asked.response and "Done in" in asked.response.text)
        assert second.alarms == []
    assert (len(rig.results()), len(rig.prompts), rig.comfy.interrupted) == (2, 2, [])
    assert CANARY not in first.log + second.log
    assert not rig.database.exists()


async def test_a_bot_is_gone_soon_though_its_server_says_nothing_any_more(
    rig: Rig, postgres_url: str
) -> None:
    address = URL(postgres_url)
    async with Proxy.running(address.port) as proxy:
        rig.settings["DATABASE"] = str(address.with_port(proxy.port))
        async with rig.bot() as life:
            await rig.ready()
            await rig.ask()
            await rig.result()
            proxy.freeze()
            life.terminate()
            assert await life.ended() == 0
