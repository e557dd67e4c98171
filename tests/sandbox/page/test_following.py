"""The end of a conversation stays in sight, whatever comes, goes and loads late, until a person scrolls up."""

import pytest
from playwright.async_api import Browser, expect

from bot.sandbox.discord import Upload
from tests.sandbox.page.browser import Window, window
from tests.sandbox.page.performer import Performance, png

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOW = {"width": 1280, "height": 500}
SHRINK_AND_GROW = """element => new Promise(done => {
    element.style.overflow = "hidden";
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
        element.style.height = "900px";  // a picture is there, before anybody is told that the place was moved
        done();
    };
    requestAnimationFrame(() => {
        element.style.height = "0px";  // a preview has gone, which moves the place up
        port2.postMessage("after this frame");
    });
})"""
FROM_END = "each => Math.round(each.scrollHeight - each.scrollTop - each.clientHeight)"


async def fill(shown: Window, performance: Performance) -> None:
    general = performance.discord.channels["general"]
    for number in range(6):
        await performance.discord.second.say(
            general, f"line {number}", Upload(f"{number}.png", png(300, 200))
        )
    await expect(shown.page.get_by_text("line 5", exact=True).last).to_be_in_viewport()
    await shown.page.wait_for_function("() => [...document.images].every(each => each.complete)")


async def scroll_up(shown: Window) -> None:
    await shown.page.locator(".scroller").hover()
    await shown.page.mouse.wheel(0, -1500)
    await expect(shown.latest).not_to_be_in_viewport()


async def test_what_goes_and_what_comes_late_is_not_taken_for_a_persons_scroll(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport=LOW) as shown:
        await fill(shown, performance)
        scroller = shown.page.locator(".scroller")
        await shown.latest.evaluate(SHRINK_AND_GROW)
        await expect(shown.latest).to_have_css("height", "900px")
        await shown.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        assert await scroller.evaluate(FROM_END) <= 1
        await performance.discord.second.say(performance.discord.channels["general"], "the newest")
        await expect(shown.page.get_by_text("the newest", exact=True)).to_be_in_viewport()
        await expect(shown.button("New messages ↓")).to_be_hidden()


async def test_ones_own_message_and_what_comes_of_ones_command_are_shown_from_wherever_one_is(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport=LOW) as shown:
        await fill(shown, performance)
        await scroll_up(shown)
        await performance.discord.second.say(performance.discord.channels["general"], "not mine")
        await expect(shown.button("New messages ↓")).to_be_visible()
        await expect(shown.latest).not_to_be_in_viewport()
        await shown.composer.focus()
        await shown.type("this is mine", "<Enter>")
        await expect(shown.page.get_by_text("this is mine", exact=True)).to_be_in_viewport()
        await expect(shown.button("New messages ↓")).to_be_hidden()
        await scroll_up(shown)
        await shown.command("echo")
        await shown.type("said again", "<Enter>")
        await expect(shown.page.get_by_text("said again", exact=True)).to_be_in_viewport()
        await shown.messages.first.scroll_into_view_if_needed()
        await shown.menu(shown.messages.first, "Repeat")
        await expect(shown.latest).to_contain_text("again: ")
        await expect(shown.latest).to_be_in_viewport()


async def test_what_happened_is_followed_while_other_parts_of_the_panel_grow(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport=LOW) as shown:
        lines = shown.page.locator(".exchanges")
        await fill(shown, performance)
        assert await lines.evaluate(FROM_END) <= 1
        await shown.page.locator(".jobs").evaluate(
            "each => { each.hidden = false; each.style.height = '150px'; }"
        )
        await performance.discord.second.say(performance.discord.channels["general"], "one more")
        await expect(shown.page.get_by_text("one more", exact=True)).to_be_visible()
        assert await lines.evaluate(FROM_END) <= 1
