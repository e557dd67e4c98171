"""The gateway breaks and repeats itself; a person who gave a command gets one picture."""

from collections.abc import Callable

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation
from bot.sandbox.discord.wire import Exchange, Json
from tests.end_to_end.rig import Rig


def heard(rig: Rig) -> list[Json]:
    """The interactions that the gateway dispatches from now on."""
    bodies: list[Json] = []

    def look(exchange: Exchange) -> None:
        if exchange.event == "INTERACTION_CREATE":
            bodies.append(exchange.response_json)

    rig.on_exchange.append(look)
    return bodies


def done(asked: Invocation) -> Callable[[], bool]:
    return lambda: asked.response is not None and "Done in" in asked.response.text


async def test_an_interaction_that_is_delivered_twice_is_one_job(rig: Rig) -> None:
    bodies = heard(rig)
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask()
        rig.discord.gateway.dispatch("INTERACTION_CREATE", bodies[0])
        await rig.until(done(asked))
        rig.discord.gateway.dispatch("INTERACTION_CREATE", bodies[0])
        await rig.until(done(await rig.ask()))
    assert (len(rig.prompts), len(rig.results())) == (2, 2)


async def test_an_interaction_that_is_delivered_again_to_the_next_life_is_one_job(rig: Rig) -> None:
    bodies = heard(rig)
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot() as first:
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        first.kill()
        await first.ended()
    async with rig.bot():
        await rig.ready(2)
        rig.discord.gateway.dispatch("INTERACTION_CREATE", bodies[0])
        story.release()
        await rig.until(done(asked))
        await (await rig.ask("/queue")).answered()
    assert (len(rig.prompts), len(rig.results())) == (1, 1)


async def test_commands_given_while_the_gateway_is_down_are_replayed_and_done_once(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        await (
            await rig.ask("/queue")
        ).answered()  # before it heard that it is READY, there is no session to resume
        asked: list[Invocation] = []
        for color in range(3):
            rig.discord.gw_drop()
            asked.append(await rig.ask(f"/blank color:{color}"))
            await rig.until(lambda times=color + 1: rig.discord.gateway.resumed == times)
        for each in asked:
            await rig.until(done(each))
    assert (len(rig.prompts), len(rig.results())) == (3, 3)
    assert (rig.discord.gateway.identified, rig.discord.gateway.resumed) == (1, 3)


async def test_a_session_that_cannot_be_resumed_loses_no_job_that_was_taken(rig: Rig) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        rig.discord.gw_invalidate(resumable=False)
        story.release()
        await rig.until(done(asked))
    assert (len(rig.prompts), len(rig.results())) == (1, 1)
