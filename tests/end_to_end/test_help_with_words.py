"""Words bettered before they are drawn, and jobs that never wait for that in vain: the whole bot, over real sockets."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation
from bot.sandbox.discord.typed_presses import press_line
from tests.end_to_end.rig import SHIPPED, Rig, rigged
from tests.end_to_end.test_kill import delivered, text_of
from tests.wording.chat_stand_in import KEY, ChatStandIn, Fault

FOX = "/txt2img prompt:a fox steps:4"
IMPROVED = "The prompt helper improved “prompt”. You wrote: “a fox”"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path) as rig:
        rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
        yield rig


@pytest.fixture
async def chat(rig: Rig) -> AsyncGenerator[ChatStandIn]:
    async with ChatStandIn.running(key=KEY) as chat:
        rig.settings |= chat.settings
        yield chat


def drawn(rig: Rig) -> list[tuple[str, str]]:
    """What each prompt that ComfyUI took says is wanted, and what is not."""
    return [_texts(body["prompt"]) for body in rig.comfy.submitted]


def _texts(graph: Any) -> tuple[str, str]:
    titled = {node["_meta"]["title"]: node["inputs"].get("text") for node in graph.values()}
    return titled["Prompt"], titled["Negative prompt"]


def options(rig: Rig, command: str) -> set[str]:
    (found,) = [each for each in rig.discord.commands if each.name == command]
    return {option.name for option in found.options}


async def test_a_prompt_is_improved_shown_as_it_was_used_and_the_original_kept(
    rig: Rig, chat: ChatStandIn
) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot() as bot:
        await rig.ready()
        asked = await rig.ask(f"{FOX} improve:true")
        await rig.until(lambda: "> a fox, better" in text_of(asked) and "step" in text_of(asked))
        assert IMPROVED in text_of(asked)
        story.release()
        result = await rig.result()
        await rig.until(lambda: "Done in" in text_of(asked))
        assert KEY not in bot.log
        assert "better" not in bot.log
    assert [prompt for prompt, _ in drawn(rig)] == ["a fox, better"]
    assert "> a fox, better" in result.text
    assert IMPROVED in result.text
    said = [version.text for version in asked.versions]
    assert "> a fox\nAsking the prompt helper for better words …" in said[0]
    assert "> a fox, better" in said[-1]
    assert chat.asked[0].headers["Authorization"] == f"Bearer {KEY}"


async def test_chinese_is_translated_before_it_is_encoded(rig: Rig, chat: ChatStandIn) -> None:
    known = {"雪地里的红狐狸": "a red fox in the snow", "模糊": "blurry"}
    chat.answer = lambda question: known[question.words]
    async with rig.bot():
        await rig.ready()
        await rig.ask("/txt2img prompt:雪地里的红狐狸 negative:模糊 steps:4 translate:true")
        result = await rig.result()
    assert drawn(rig) == [("a red fox in the snow", "blurry")]
    assert "> a red fox in the snow" in result.text
    assert "The prompt helper translated “prompt”. You wrote: “雪地里的红狐狸”" in result.text


async def test_english_is_translated_by_nobody(rig: Rig, chat: ChatStandIn) -> None:
    async with rig.bot():
        await rig.ready()
        await rig.ask("/txt2img prompt:a red fox in the snow steps:4 translate:true")
        result = await rig.result()
    assert (chat.asked, drawn(rig)[0][0]) == ([], "a red fox in the snow")
    assert "prompt helper" not in result.text


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (Fault.ERROR, "The prompt helper does not answer at the moment."),
        (Fault.HANG, "The prompt helper did not answer within one second."),
        (Fault.DECLINED, "The prompt helper did not want to write that."),
        (Fault.HUGE, "What the prompt helper answered cannot be used as a prompt."),
    ],
)
async def test_a_helper_that_does_not_help_costs_nobody_a_job(
    rig: Rig, chat: ChatStandIn, fault: Fault, problem: str
) -> None:
    chat.always = fault
    rig.settings["PROMPT_HELPER_SECONDS"] = "1"
    async with rig.bot():
        await rig.ready()
        await rig.ask(f"{FOX} improve:true")
        result = await rig.result()
    assert [prompt for prompt, _ in drawn(rig)] == ["a fox"]
    assert f"“prompt” was not improved, your own words count. {problem}" in result.text


async def test_a_bot_killed_while_it_asks_asks_again_and_posts_one_result(
    rig: Rig, chat: ChatStandIn
) -> None:
    chat.next.append(Fault.HANG)
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask(f"{FOX} improve:true")
        await rig.until(lambda: chat.asked)
        first.kill()
        await first.ended()
    assert rig.prompts == []
    async with rig.bot() as second:
        await delivered(rig, second)
    assert (len(chat.asked), [prompt for prompt, _ in drawn(rig)]) == (2, ["a fox, better"])


async def test_a_bot_that_comes_back_without_a_helper_draws_the_own_words(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        rig = await stack.enter_async_context(rigged(tmp_path))
        rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
        chat = await stack.enter_async_context(ChatStandIn.running())
        chat.next.append(Fault.HANG)
        rig.settings |= chat.settings
        async with rig.bot() as first:
            await rig.ready()
            await rig.ask(f"{FOX} improve:true")
            await rig.until(lambda: chat.asked)
            first.kill()
            await first.ended()
        for name in chat.settings:
            del rig.settings[name]
        async with rig.bot() as second:
            await delivered(rig, second)
        assert [prompt for prompt, _ in drawn(rig)] == ["a fox"]
        assert "There is no prompt helper here any more." in rig.results()[0].text


async def test_a_job_is_cancelled_while_the_helper_thinks(rig: Rig, chat: ChatStandIn) -> None:
    chat.next.append(Fault.HANG)
    async with rig.bot():
        await rig.ready()
        asked: Invocation = await rig.ask(f"{FOX} improve:true")
        await rig.until(lambda: chat.asked and asked.response and asked.response.labels)
        listed = await rig.discord.member.slash(rig.general, "/queue")
        await rig.until(lambda: "its words are being improved" in text_of(listed))
        choices = await rig.discord.member.autocomplete(rig.general, "/cancel", "job")
        assert ["improving its words" in choice.name for choice in choices] == [True]
        await rig.discord.member.click(asked, "Cancel")
        await rig.until(lambda: "Cancelled by" in text_of(asked))
        await rig.until(lambda: chat.left)
    assert (rig.prompts, rig.results()) == ([], [])


async def test_only_commands_with_words_offer_help_with_them(rig: Rig, chat: ChatStandIn) -> None:
    async with rig.bot():
        await rig.ready()
        assert options(rig, "txt2img") >= {"prompt", "improve", "translate"}
        assert options(rig, "upscale").isdisjoint({"improve", "translate"})


async def test_without_a_helper_there_are_no_such_options_and_nothing_is_sent(rig: Rig) -> None:
    async with ChatStandIn.running() as chat:
        rig.settings |= {**chat.settings, "PROMPT_HELPER_URL": ""}
        async with rig.bot():
            await rig.ready()
            assert options(rig, "txt2img").isdisjoint({"improve", "translate"})
            await rig.ask(FOX)
            await rig.result()
    assert (chat.asked, drawn(rig)[0][0]) == ([], "a fox")


async def test_a_server_may_have_everybodys_words_translated(rig: Rig, chat: ChatStandIn) -> None:
    chat.answer = lambda _: "a red fox in the snow"
    async with rig.bot():
        await rig.ready()
        chosen = await rig.discord.administrator.slash(rig.general, "/settings set key:translate value:on")
        await chosen.answered()
        await rig.ask("/txt2img prompt:雪地里的红狐狸 steps:4")
        await rig.result()
    assert [prompt for prompt, _ in drawn(rig)] == ["a red fox in the snow"]


async def test_better_words_are_looked_at_in_the_edit_form_before_they_are_run(
    rig: Rig, chat: ChatStandIn
) -> None:
    async with rig.bot():
        await rig.ready()
        await rig.ask(FOX)
        await rig.result()
        panel = await press_line(rig.discord.member, rig.general, "edit")
        message = await panel.answered()
        await (await rig.discord.member.click(message, "Better words")).acknowledged()
        await rig.until(lambda: "prompt: a fox, better" in message.now.text)
        assert len(chat.asked) == 1
        await press_line(rig.discord.member, rig.general, "edit-run")
        await rig.until(lambda: len(rig.results()) == 2)
    assert [prompt for prompt, _ in drawn(rig)] == ["a fox", "a fox, better"]


async def test_where_there_are_no_better_words_the_edit_form_stays_as_it_is(
    rig: Rig, chat: ChatStandIn
) -> None:
    chat.always = Fault.DECLINED
    async with rig.bot():
        await rig.ready()
        await rig.ask(FOX)
        await rig.result()
        panel = await press_line(rig.discord.member, rig.general, "edit")
        message = await panel.answered()
        pressed = await rig.discord.member.click(message, "Better words")
        assert "did not want to write that" in (await pressed.answered()).text
        assert "prompt: a fox" in message.now.text


async def test_without_a_helper_the_edit_form_offers_no_better_words(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        await rig.ask(FOX)
        await rig.result()
        panel = await press_line(rig.discord.member, rig.general, "edit")
        assert (await panel.answered()).labels == ("Run",)
