"""The gateway breaks and repeats itself; a person who gave a command gets one picture."""

from collections.abc import Callable

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation
from bot.sandbox.discord.wire import Exchange, Json
from tests.end_to_end.stage import Stage


def heard(stage: Stage) -> list[Json]:
    """The interactions that the gateway dispatches from now on."""
    bodies: list[Json] = []

    def look(exchange: Exchange) -> None:
        if exchange.event == "INTERACTION_CREATE":
            bodies.append(exchange.response_json)

    stage.on_exchange.append(look)
    return bodies


def done(asked: Invocation) -> Callable[[], bool]:
    return lambda: asked.response is not None and "Done in" in asked.response.text


async def test_an_interaction_that_is_delivered_twice_is_one_job(stage: Stage) -> None:
    bodies = heard(stage)
    async with stage.bot():
        await stage.ready()
        asked = await stage.ask()
        stage.discord.gateway.dispatch("INTERACTION_CREATE", bodies[0])
        await stage.until(done(asked))
        stage.discord.gateway.dispatch("INTERACTION_CREATE", bodies[0])
        await stage.until(done(await stage.ask()))
    assert (len(stage.prompts), len(stage.results())) == (2, 2)


async def test_an_interaction_that_is_delivered_again_to_the_next_life_is_one_job(stage: Stage) -> None:
    bodies = heard(stage)
    story = Story(hold=True)
    stage.comfy.next_job(story)
    async with stage.bot() as first:
        await stage.ready()
        asked = await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt)
        first.kill()
        await first.ended()
    async with stage.bot():
        await stage.ready(2)
        stage.discord.gateway.dispatch("INTERACTION_CREATE", bodies[0])
        story.release()
        await stage.until(done(asked))
        await (await stage.ask("/queue")).answered()
    assert (len(stage.prompts), len(stage.results())) == (1, 1)


async def test_commands_given_while_the_gateway_is_down_are_replayed_and_done_once(stage: Stage) -> None:
    async with stage.bot():
        await stage.ready()
        asked: list[Invocation] = []
        for color in range(3):
            stage.discord.gw_drop()
            asked.append(await stage.ask(f"/blank color:{color}"))
            await stage.until(lambda times=color + 1: stage.discord.gateway.resumed == times)
        for each in asked:
            await stage.until(done(each))
    assert (len(stage.prompts), len(stage.results())) == (3, 3)
    assert (stage.discord.gateway.identified, stage.discord.gateway.resumed) == (1, 3)


async def test_a_session_that_cannot_be_resumed_loses_no_job_that_was_taken(stage: Stage) -> None:
    story = Story(hold=True)
    stage.comfy.next_job(story)
    async with stage.bot():
        await stage.ready()
        asked = await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt)
        stage.discord.gw_invalidate(resumable=False)
        story.release()
        await stage.until(done(asked))
    assert (len(stage.prompts), len(stage.results())) == (1, 1)
