"""The real bot, met in a real browser: what the README promises to a newcomer."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.sandbox.comfyui import ComfyStandIn, Pace, Story
from bot.sandbox.running import Sandbox, running_sandbox
from tests.sandbox.page.browser import Window, window

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

BRISK = Pace(load=0.05, node=0.02, step=0.12)
START_SECONDS = 60.0
WATCH_STATUS = """element => {
    window.told = [];
    const look = () => {
        const words = element.innerText.match(/\\d+ %/)?.[0];
        if (words && window.told.at(-1) !== words) window.told.push(words);
    };
    new MutationObserver(look).observe(element, { childList: true, subtree: true, characterData: true });
    look();
}"""


AGREE = """() => {
    const words = document.querySelector(".job.running .job-node")?.textContent;
    return words?.includes("step") && [...document.querySelectorAll("article")].some(each => each.textContent.includes(words));
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(browser: Browser) -> AsyncGenerator[Sandbox]:
    """After the browser, for without one there is no need of it."""
    del browser
    async with ComfyStandIn.running(speed=BRISK) as comfyui:
        comfyui.checkpoints.extend(f"model-{number:02}.safetensors" for number in range(30))
        async with running_sandbox(comfyui=comfyui, log_level="WARNING") as begun:
            await ready(begun, identified=1)
            yield begun


async def ready(sandbox: Sandbox, *, identified: int) -> None:
    gateway = sandbox.discord.gateway
    await sandbox.discord.until(
        lambda: sandbox.discord.commands and gateway.identified >= identified and gateway.connected,
        START_SECONDS,
    )


def status_of(shown: Window, prompt: str) -> Locator:
    """The status message of a job."""
    return shown.messages.filter(has_text="used /txt2img").filter(has_text=prompt)


async def ask(shown: Window, prompt: str) -> Locator:
    await shown.command("txt2img")
    await shown.type(prompt, "<Tab>", "steps", "<Enter>", "4", "<Enter>")
    return status_of(shown, prompt)


@asynccontextmanager
async def held(shown: Window, sandbox: Sandbox, prompt: str) -> AsyncGenerator[tuple[Locator, Story]]:
    """A job that runs until it is let go on, at the latest at the end of the block: others wait behind it.

    Cancelled before it came to ComfyUI, it would leave its story to the next.
    """
    assert sandbox.comfyui is not None
    story = Story(hold=True)
    sandbox.comfyui.next_job(story)
    try:
        status = await ask(shown, prompt)
        await expect(shown.page.locator(".job.running")).to_contain_text(prompt)
        yield status, story
    finally:
        story.release()


async def test_a_picture_is_asked_for_with_the_keyboard_alone_and_watched_until_it_is_there(
    browser: Browser, sandbox: Sandbox
) -> None:
    async with window(browser, sandbox.page.address) as shown:
        await shown.type("/txt")
        await expect(shown.composer_box.get_by_role("option", name="/txt2img")).to_be_visible()
        await shown.type("<ArrowDown>", "<ArrowUp>", "<Enter>", "a red fox", "<Tab>", "steps", "<Enter>")
        await shown.type("50", "<Enter>")
        status = status_of(shown, "a red fox")
        await expect(status).to_contain_text("%")
        await status.evaluate(WATCH_STATUS)
        await expect(status).to_contain_text("Done in")
        told: list[str] = await shown.page.evaluate("window.told")
        assert len(told) >= 3, told
        assert told == sorted(told, key=lambda words: int(words.split()[0]))
        picture = shown.latest.get_by_role("img")
        await expect(picture).to_be_visible()
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 512
        await status.get_by_role("button", name="result").click()
        await expect(shown.latest).to_be_focused()


async def test_a_running_job_is_cancelled_by_whoever_asked_for_it(browser: Browser, sandbox: Sandbox) -> None:
    async with (
        window(browser, sandbox.page.address) as shown,
        held(shown, sandbox, "a second fox") as (status, _),
    ):
        await status.get_by_role("button", name="Cancel").click()
        await expect(status).to_contain_text("Cancelled by @Robin")
        await expect(status.get_by_role("button", name="Cancel")).to_have_count(0)
        await expect(shown.page.locator(".job").first).to_contain_text("cancelled")


async def test_a_stranger_may_not_cancel_a_job_and_a_moderator_may(
    browser: Browser, sandbox: Sandbox
) -> None:
    async with (
        window(browser, sandbox.page.address) as shown,
        held(shown, sandbox, "a third fox") as (status, _),
    ):
        cancel = status.get_by_role("button", name="Cancel")
        await expect(cancel).to_be_visible()
        await shown.become("second")
        await cancel.click()
        refusal = shown.messages.filter(has_text="only you").last
        await expect(refusal).to_be_visible()
        await expect(status).not_to_contain_text("Cancelled")
        await shown.become("moderator")
        await expect(refusal).to_have_count(0)
        await cancel.click()
        await expect(status).to_contain_text("Cancelled by @Mo")


async def test_a_checkpoint_is_completed_while_it_is_typed(browser: Browser, sandbox: Sandbox) -> None:
    async with window(browser, sandbox.page.address) as shown:
        await shown.command("txt2img")
        await shown.type("foxes and models", "<Tab>", "checkpoint", "<Enter>", "model-2")
        suggestions = shown.composer_box.get_by_role("option")
        await expect(suggestions).to_have_count(10)
        await shown.type("<ArrowDown>", "<Enter>", "<Tab>", "steps", "<Enter>", "1", "<Enter>")
        await expect(status_of(shown, "foxes and models")).to_contain_text("Done in")
        assert sandbox.comfyui is not None
        graph = str(sandbox.comfyui.submitted[-1]["prompt"])
        assert re.findall(r"model-\d\d", graph) == ["model-20"]


async def test_a_line_for_a_command_that_is_not_there_says_why(browser: Browser, sandbox: Sandbox) -> None:
    async with window(browser, sandbox.page.address) as shown:
        for line, reason in (
            (
                "/svd image:@fox.png",
                "/svd is not offered at the moment: The node VHS_VideoCombine is not installed.",
            ),
            ("/txt2image prompt:a fox", "There is no command /txt2image; did you mean /txt2img?"),
        ):
            await shown.type(line, "<Enter>")
            await expect(shown.page.get_by_role("alert")).to_contain_text(reason)
            await expect(shown.composer).to_have_value(line)
            await shown.composer.fill("")
        await expect(shown.messages.filter(has_text="not offered")).to_have_count(0)
        await shown.page.locator("#language").select_option("zh-CN")
        await shown.type("/svd image:@fox.png", "<Enter>")
        await expect(shown.page.get_by_role("alert")).to_contain_text("/svd 目前不可用：")


async def test_everything_speaks_chinese_to_somebody_who_does(browser: Browser, sandbox: Sandbox) -> None:
    async with window(browser, sandbox.page.address) as shown:
        await shown.page.locator("#language").select_option("zh-CN")
        await expect(shown.page.get_by_role("heading", name="发生了什么")).to_be_visible()
        await shown.composer.focus()
        await shown.type("/")
        await expect(shown.composer_box.get_by_role("option", name="/文生图")).to_contain_text(
            "用文字生成图片"
        )
        await shown.type("<Escape>", "<Backspace>", "/que", "<Enter>", "<Enter>")
        answer = shown.messages.filter(has_text="/queue").last
        await expect(answer).to_contain_text(re.compile("[一-鿿]{4}"))
        await expect(answer).to_contain_text("仅你可见")
        await shown.page.reload()
        await expect(shown.page.get_by_role("heading", name="发生了什么")).to_be_visible()


async def test_a_job_survives_the_death_of_the_bot(browser: Browser, sandbox: Sandbox) -> None:
    async with (
        window(browser, sandbox.page.address) as shown,
        held(shown, sandbox, "a fox with nine lives") as (status, story),
    ):
        lives = sandbox.discord.gateway.identified
        await shown.turn("The bot is killed")
        assert not sandbox.bot.running
        story.release()
        await expect(shown.page.locator(".job").first).to_contain_text("done")
        await shown.turn("The bot is killed")
        await ready(sandbox, identified=lives + 1)
        await expect(status).to_contain_text("Done in")
        await expect(shown.latest).to_contain_text("a fox with nine lives")
        await expect(shown.latest.get_by_role("img")).to_be_visible()


async def test_faults_are_turned_on_seen_and_turned_off(browser: Browser, sandbox: Sandbox) -> None:
    async with window(browser, sandbox.page.address) as shown:
        await shown.turn("Jobs run out of memory")
        await expect(await ask(shown, "a huge fox")).to_contain_text("memory")
        await shown.turn("Jobs run out of memory")
        await shown.turn("ComfyUI is away")
        await expect(shown.page.get_by_text("The stand-in is away.")).to_be_visible()
        waiting = await ask(shown, "a patient fox")
        await expect(waiting).to_contain_text("does not answer")
        await shown.turn("ComfyUI is away")
        await expect(waiting).to_contain_text("Done in")  # else it would take the next one's story
        assert (sandbox.discord.faults.next_for("GET", "/"), sandbox.bot.running) == (None, True)


async def test_the_panel_tells_the_step_that_the_status_tells(browser: Browser, sandbox: Sandbox) -> None:
    async with (
        window(browser, sandbox.page.address) as shown,
        held(shown, sandbox, "a fox in the middle") as (status, _),
    ):
        running = shown.page.locator(".job.running")
        await shown.page.wait_for_function(AGREE)  # the next step may come at once
        step = re.compile(r"Sampler · step \d of 4")
        await expect(running.locator(".job-node")).to_have_text(step)
        await expect(status).to_contain_text(step)
        await expect(running.get_by_role("progressbar", name=step)).to_have_attribute("max", "4")
        await expect(running).not_to_contain_text("%")


async def test_what_ended_stays_ended_when_comfyui_starts_again(browser: Browser, sandbox: Sandbox) -> None:
    async with window(browser, sandbox.page.address) as shown:
        job = shown.page.locator(".job").filter(has_text="an old fox")
        await expect(await ask(shown, "an old fox")).to_contain_text("Done in")
        await expect(job).to_contain_text("done")
        await shown.turn("ComfyUI is away")
        await expect(shown.page.get_by_text("The stand-in is away.")).to_be_visible()
        await expect(job).to_contain_text("done")
        await shown.turn("ComfyUI is away")
        await expect(shown.page.get_by_text("The stand-in, at")).to_be_visible()
        await expect(job).to_contain_text("done")


async def test_where_the_bot_may_not_post_the_page_says_so_and_the_answer_holds_the_picture(
    browser: Browser, sandbox: Sandbox
) -> None:
    async with window(browser, sandbox.page.address) as shown:
        await shown.open("read-only", server="Paper Mill")
        await expect(shown.page.locator(".topic")).to_contain_text("the bot may not post here")
        await ask(shown, "a fox in the dark")
        await expect(shown.latest.get_by_role("button", name="Show large")).to_be_visible()
        await expect(shown.latest).to_contain_text("used /txt2img")
