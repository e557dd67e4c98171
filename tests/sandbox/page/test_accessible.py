"""The page can be used by everybody: checked by axe-core where it is at hand, and at the width of a telephone."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.sandbox.page.browser import Window, window
from tests.sandbox.page.performer import Performance, png

pytestmark = pytest.mark.asyncio(loop_scope="session")

SERIOUS = {"serious", "critical"}
NARROW = {"width": 360, "height": 740}


def axe() -> str:
    named = os.environ.get("AXE_CORE")
    if not named:
        pytest.skip("no axe-core here: npm install axe-core, and name its axe.min.js in AXE_CORE")
    return Path(named).read_text(encoding="utf-8")


async def violations(shown: Window, source: str) -> list[str]:
    await shown.page.evaluate(source)
    report: Any = await shown.page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {[node['html'][:160] for node in each['nodes']]} {each['nodes'][0]['failureSummary']}"
        for each in report["violations"]
        if each["impact"] in SERIOUS
    ]


async def show_everything(shown: Window) -> None:
    for command in ("board", "panel", "show", "play"):
        await shown.command(command)
        await shown.type("<Enter>")
        await expect(shown.messages.filter(has_text=f"/{command}")).not_to_have_count(0)
    await expect(shown.messages.locator("img").first).to_be_visible()


async def choose_picture(shown: Window) -> None:
    """One whose name is longer than a telephone is wide."""
    async with shown.page.expect_file_chooser() as chooser:
        await shown.button("image: Choose a file").click()
    name = f"{'a picture of the sea ' * 4}.png"
    await (await chooser.value).set_files({"name": name, "mimeType": "image/png", "buffer": png()})
    await expect(shown.page.locator(".chip img")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(browser: Browser, performance: Performance, scheme: str) -> None:
    source = axe()
    async with window(browser, performance.page.address, color_scheme=scheme) as shown:
        await show_everything(shown)
        found = await violations(shown, source)
        await shown.type("/")
        found += await violations(shown, source)
        await shown.type("<Escape>", "<Backspace>")
        await shown.command("limits")
        await shown.type("<Enter>")
        found += await violations(shown, source)
        await shown.type("<Escape>")
        await shown.command("frame")
        await choose_picture(shown)
        found += await violations(shown, source)
        await shown.type("<Escape>")
        await shown.command("ask")
        await shown.type("<Enter>")
        await expect(shown.page.get_by_role("dialog")).to_be_visible()
        found += await violations(shown, source)
        assert found == []


async def test_on_a_telephone_nothing_is_cut_off_and_everything_is_reached(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport=NARROW) as shown:
        await show_everything(shown)
        for command in ("limits", "frame"):
            await shown.command(command)
            if command == "frame":
                await choose_picture(shown)
            assert await wider_than_the_window(shown.page.locator("body")) == []
            await shown.type("<Escape>")
        await shown.button("Servers and channels").click()
        await shown.open("late-night")
        await shown.button("Behind the scenes").click()
        await expect(shown.page.get_by_role("switch", name="Discord answers 500")).to_be_visible()
        assert await wider_than_the_window(shown.page.locator("body")) == []
        await shown.page.locator(".close-panel").click()
        await expect(shown.page.get_by_role("complementary")).to_be_hidden()


async def wider_than_the_window(root: Locator) -> list[str]:
    return await root.evaluate(
        """root => [...root.querySelectorAll("*")]
            .filter(each => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".unseen, .sidebar, pre, .skip"))
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
            .map(each => each.outerHTML.slice(0, 120))"""
    )


async def test_landmarks_and_headings_lead_through_the_page(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        page = shown.page
        for landmark in (
            page.get_by_role("navigation", name="Servers and channels"),
            page.get_by_role("main"),
            page.get_by_role("complementary", name="Behind the scenes"),
            page.get_by_role("region", name="Conversation"),
            page.get_by_role("status"),
        ):
            await expect(landmark).to_have_count(1)
        await expect(page.get_by_role("heading", level=1)).to_have_text("general")
        first = page.locator("a, button, textarea, select").first
        await expect(first).to_have_text("Skip to the message box")
        await first.focus()
        await expect(first).to_be_in_viewport()
        await shown.type("<Enter>")
        await expect(shown.composer).to_be_focused()


async def test_who_wants_no_motion_gets_none(browser: Browser, performance: Performance) -> None:
    async with window(browser, performance.page.address, reduced_motion="reduce") as shown:
        moving = await shown.page.evaluate(
            "[...document.querySelectorAll('*')].filter(each => getComputedStyle(each).transitionDuration !== '0s').length"
        )
        assert moving == 0
