"""Real Chromium in front of the page, and what a window of it complained about."""

import os
import re
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, async_playwright, expect

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MILLISECONDS = 40_000
"""On a machine with much else to do a job of seconds takes half a minute."""
_KEY = re.compile(r"<[A-Z]\w+(?:\+\w+)?>")
expect.set_options(timeout=PATIENCE_MILLISECONDS)


def chromium() -> str:
    """Debian's Chromium, without the windows of its own if it can be had; the test is skipped where there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        pytest.skip("no Chromium here: apt-get install chromium-headless-shell, or name one in CHROMIUM")
    return found


@asynccontextmanager
async def browsing() -> AsyncGenerator[Browser]:
    executable = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=[*FLAGS])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(browser: Browser, address: str, **context: Any) -> AsyncGenerator["Window"]:
    """A window of its own, which must not have complained when it is closed."""
    context = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **context}
    own = await browser.new_context(**context)
    own.set_default_timeout(PATIENCE_MILLISECONDS)
    page = await own.new_page()
    shown = Window(page)
    try:
        await page.goto(address)
        await expect(shown.composer).to_be_focused()
        yield shown
    finally:
        await own.close()
    assert shown.complaints == []


class Window:
    """The page as a person finds their way about it: by names and roles."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{error}\n{error.stack}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("combobox", name="Message").or_(
            self.page.get_by_role("combobox", name="消息")
        )

    @property
    def messages(self) -> Locator:
        return self.page.locator("article.message")

    @property
    def latest(self) -> Locator:
        return self.messages.last

    @property
    def composer_box(self) -> Locator:
        return self.page.locator(".composer")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def type(self, *keys: str) -> None:
        """Words are typed; what stands in <…> is pressed: ``"/txt", "<Enter>"``."""
        for each in keys:
            if _KEY.fullmatch(each):
                await self.page.keyboard.press(each.strip("<>"))
            else:
                await self.page.keyboard.type(each)

    async def command(self, name: str) -> None:
        """Begin a command from the empty composer."""
        await self.composer.focus()
        await self.type(f"/{name}")
        await expect(self.composer_box.get_by_role("option").first).to_be_visible()
        await self.type("<Enter>")

    async def option(self, name: str, value: str) -> None:
        """Fill in one option that is not there yet."""
        adder = self.page.locator("input.adder")
        await adder.fill(name)
        await adder.press("Enter")
        await self.type(value)

    async def open(self, channel: str, server: str = "Lantern Bay") -> None:
        place = self.page.locator("section.server", has=self.page.get_by_role("heading", name=server))
        await place.locator("button.channel", has_text=channel).click()
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(channel)
        await expect(self.page.locator(".topic")).to_contain_text(server)

    async def become(self, person: str) -> None:
        """Be somebody else, and wait until their messages are there: a click would go to those that leave."""
        await self.messages.evaluate_all("all => all.forEach(each => each.dataset.leaving = '')")
        await self.page.locator("#person").select_option(person)
        await expect(self.page.locator("[data-leaving]")).to_have_count(0)

    async def turn(self, name: str) -> None:
        """Turn a switch on, or off, and wait until it is: a window that is closed drops what it asked for last."""
        switch = self.page.get_by_role("switch", name=name)
        turned = "false" if await switch.get_attribute("aria-checked") == "true" else "true"
        await switch.click()
        await expect(switch).to_have_attribute("aria-checked", turned)

    async def menu(self, message: Locator, entry: str) -> None:
        await message.locator("button.more").click()
        await self.page.get_by_role("menuitem", name=entry).click()
