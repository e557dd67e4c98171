"""``/settings`` in a real browser: everything by the keyboard alone, in both languages."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.running import Sandbox, running_sandbox
from tests.sandbox.page.browser import Window, window

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

START_SECONDS = 60.0
FOCUSED = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
MOST_STEPS = 25


@dataclass(frozen=True)
class Words:
    command: str
    change: str
    pages: str
    back: str
    submit: str
    places: str
    channels: str
    limits: str
    options: str
    waiting: str
    chinese: str
    chosen: str


SPOKEN = {
    "en-US": Words(
        command="/settings",
        change="Change",
        pages="Another page …",
        back="Back to what holds otherwise …",
        submit="Submit",
        places="Who and where",
        channels="Channels everywhere",
        limits="Limits",
        options="Values and words",
        waiting="Waiting jobs",
        chinese="Language 简体中文",
        chosen="chosen for this server",
    ),
    "zh-CN": Words(
        command="/设置",
        change="更改",
        pages="其他页……",
        back="恢复默认……",
        submit="提交",
        places="谁、在哪里",
        channels="频道 所有频道",
        limits="限额",
        options="取值与文字",
        waiting="排队的任务",
        chinese="语言 简体中文",
        chosen="为这个服务器所选",
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(browser: Browser) -> AsyncGenerator[Sandbox]:
    """After the browser, for without one there is no need of it."""
    del browser
    async with (
        ComfyStandIn.running() as comfyui,
        running_sandbox(comfyui=comfyui, log_level="WARNING") as begun,
    ):
        gateway = begun.discord.gateway
        await begun.discord.until(lambda: begun.discord.commands and gateway.connected, START_SECONDS)
        yield begun


async def go_to(shown: Window, name: str, key: str, times: int = 1) -> None:
    """With Tab or Shift+Tab to what is called so, and on to the next of that name."""
    for _ in range(MOST_STEPS):
        times -= (await shown.page.evaluate(FOCUSED)).strip() == name
        if not times:
            return
        await shown.type(key)
    raise AssertionError(f"{name} is not reached")


async def from_the_composer(shown: Window) -> None:
    """Once no form is left, which gives the focus back to what opened it: its answer may be shown before it closes."""
    await expect(shown.page.get_by_role("dialog")).to_have_count(0)
    await shown.composer.focus()


async def choose(shown: Window, menu: str, down: int = 0) -> None:
    """Open a menu above the composer, and choose so far below the first."""
    await from_the_composer(shown)
    await go_to(shown, menu, "<Shift+Tab>")
    await shown.type("<ArrowDown>", "<Home>", *["<ArrowDown>"] * down, "<Enter>")


async def change(shown: Window, words: Words, setting: int) -> None:
    """Open the form of a setting, counted from the last of the page."""
    await from_the_composer(shown)
    await go_to(shown, words.change, "<Shift+Tab>", setting)
    await shown.type("<Enter>")
    await expect(shown.page.get_by_role("dialog")).to_be_visible()


async def turn_to(shown: Window, words: Words, page: str, down: int) -> None:
    """To another page than the one that is shown: else nothing tells when the answer has come."""
    await choose(shown, words.pages, down)
    await expect(shown.latest.locator("strong").filter(has_text=f"· {page}")).to_be_visible()


@pytest.mark.parametrize("language", SPOKEN)
async def test_settings_are_changed_with_the_keyboard_alone(
    browser: Browser, sandbox: Sandbox, language: str
) -> None:
    words = SPOKEN[language]
    async with window(browser, sandbox.page.address) as shown:
        await shown.page.locator("#language").select_option(language)
        await shown.become("administrator")
        await shown.composer.focus()
        await shown.type(words.command)
        await expect(shown.composer_box.get_by_role("option").first).to_be_visible()
        await shown.type("<Enter>", "<Enter>")
        panel, form = shown.latest, shown.page.get_by_role("dialog")
        await expect(panel).to_contain_text(words.channels)

        await change(shown, words, 6)
        await shown.type("<ArrowDown>", "<Enter>", "<ArrowDown>", "<Enter>")
        await go_to(shown, words.submit, "<Tab>")
        await shown.type("<Enter>")
        await expect(form).to_have_count(0)
        await expect(panel).to_contain_text("#general #late-night")
        await expect(panel).to_contain_text(words.chosen)

        await turn_to(shown, words, words.limits, 1)
        await change(shown, words, 7)
        await shown.type("5, @Keepers=20", "<Enter>")
        await expect(panel).to_contain_text(f"{words.waiting} 5, @Keepers=20")

        await turn_to(shown, words, words.options, 2)
        await change(shown, words, 2)
        await shown.type("<ArrowDown>", "<End>", "<Enter>")
        await go_to(shown, words.submit, "<Tab>")
        await shown.type("<Enter>")
        await expect(panel).to_contain_text(words.chinese)

        await choose(shown, words.back)
        await expect(panel).not_to_contain_text(words.chosen)
        for page, down in ((words.limits, 1), (words.places, 0)):
            await turn_to(shown, words, page, down)
            await choose(shown, words.back)
            await expect(panel).not_to_contain_text(words.chosen)
        await expect(panel).to_contain_text(words.channels)
