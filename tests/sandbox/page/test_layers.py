"""What lies over the page: drawers, pictures shown large and forms are closed by Esc and by the browser's Back."""

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.sandbox.page.browser import Window, window
from tests.sandbox.page.performer import Performance

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW = {"width": 390, "height": 700}


def drawer(shown: Window, name: str) -> tuple[Locator, Locator]:
    """The button that opens it, and something that is seen in it."""
    page = shown.page
    if name == "places":
        return page.locator(".toggle-places"), page.locator("#person")
    return page.locator(".toggle-panel"), page.get_by_role("switch", name="Discord answers 500")


@pytest.mark.parametrize("name", ["places", "panel"])
async def test_a_drawer_takes_the_focus_is_closed_by_esc_and_gives_the_focus_back(
    browser: Browser, performance: Performance, name: str
) -> None:
    async with window(browser, performance.page.address, viewport=NARROW) as shown:
        button, inside = drawer(shown, name)
        await button.focus()
        await shown.type("<Enter>")
        await expect(inside).to_be_in_viewport()
        await expect(button).to_have_attribute("aria-expanded", "true")
        assert await shown.page.evaluate("document.activeElement.closest('.sidebar, .panel') !== null")
        await shown.type("<Escape>")
        await expect(inside).to_be_hidden()
        await expect(button).to_be_focused()
        await expect(button).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("name", ["places", "panel"])
async def test_back_closes_a_drawer_forward_opens_it_and_back_closes_it_again(
    browser: Browser, performance: Performance, name: str
) -> None:
    async with window(browser, performance.page.address, viewport=NARROW) as shown:
        button, inside = drawer(shown, name)
        await button.click()
        for _ in range(2):
            await expect(inside).to_be_in_viewport()
            await shown.page.go_back()
            await expect(inside).to_be_hidden()
            await shown.page.go_forward()
        await expect(inside).to_be_in_viewport()
        await shown.type("<Escape>")
        await expect(inside).to_be_hidden()
        await shown.page.wait_for_function("() => !history.state?.layers?.length")
        await expect(shown.composer).to_be_visible()


async def test_one_drawer_makes_way_for_the_other_and_a_place_that_is_chosen_closes_it(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport=NARROW) as shown:
        menu, person = drawer(shown, "places")
        button, switch = drawer(shown, "panel")
        await button.click()
        await expect(switch).to_be_in_viewport()
        await shown.page.locator(".close-panel").click()
        await expect(switch).to_be_hidden()
        await menu.click()
        await shown.open("late-night")
        await expect(person).to_be_hidden()
        await expect(menu).to_be_focused()
        await shown.page.wait_for_function("() => !history.state?.layers?.length")


async def test_a_picture_shown_large_and_a_form_are_closed_by_back_and_only_the_picture_comes_again(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport=NARROW) as shown:
        await shown.command("show")
        await shown.type("<Enter>")
        picture = shown.latest.locator(".embed").get_by_role("button", name="Show large")
        await picture.click()
        dialog = shown.page.get_by_role("dialog")
        await expect(dialog.locator("img")).to_be_visible()
        await shown.page.wait_for_function("() => history.state?.layers?.length")
        await shown.page.go_back()
        await expect(dialog).to_have_count(0)
        await shown.page.wait_for_function("() => !history.state?.layers?.length")
        await shown.page.go_forward()
        await expect(dialog.locator("img")).to_be_visible()
        await shown.type("<Escape>")
        await expect(dialog).to_have_count(0)
        await expect(picture).to_be_focused()

        await shown.command("ask")
        await shown.type("<Enter>")
        form = shown.page.get_by_role("dialog", name="Remix")
        await expect(form).to_be_visible()
        await shown.page.go_back()
        await expect(form).to_have_count(0)
        await shown.page.go_forward()
        await expect(shown.composer).to_be_visible()
        await expect(form).to_have_count(0)


async def test_a_message_is_told_of_in_the_drawer_and_esc_leaves_what_is_typed(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport=NARROW) as shown:
        await shown.command("echo")
        await shown.type("tell me", "<Enter>")
        message = shown.messages.filter(has_text="tell me").last
        await expect(message).to_be_visible()
        await shown.composer.fill("half a thought")
        await shown.menu(message, "What happened")
        await expect(shown.page.locator(".exchanges li").first).to_contain_text("INTERACTION_CREATE")
        await shown.type("<Escape>")
        await expect(shown.page.get_by_role("complementary")).to_be_hidden()
        await expect(shown.composer).to_have_value("half a thought")


async def test_who_goes_on_before_a_picture_is_gone_is_not_called_back_to_it(
    browser: Browser, performance: Performance
) -> None:
    """The browser tells late that a dialog was closed."""
    async with window(browser, performance.page.address) as shown:
        await shown.command("show")
        await shown.type("<Enter>")
        await shown.latest.locator(".embed").get_by_role("button", name="Show large").click()
        await expect(shown.page.get_by_role("dialog").locator("img")).to_be_visible()
        await shown.page.evaluate(
            "() => { document.querySelector('dialog').close(); document.querySelector('#composer-words').focus(); }"
        )
        await expect(shown.page.locator("dialog")).to_have_count(0)
        await expect(shown.composer).to_be_focused()


async def test_a_picture_that_comes_again_before_its_closing_was_told_stays(
    browser: Browser, performance: Performance
) -> None:
    """Back and Forward, faster than the browser tells that a dialog was closed."""
    async with window(browser, performance.page.address) as shown:
        await shown.command("show")
        await shown.type("<Enter>")
        await shown.latest.locator(".embed").get_by_role("button", name="Show large").click()
        dialog = shown.page.get_by_role("dialog")
        await expect(dialog.locator("img")).to_be_visible()
        await shown.page.evaluate(
            """() => new Promise((told) => {
                const dialog = document.querySelector("dialog");
                dialog.addEventListener("close", () => setTimeout(told), { once: true });
                dialog.close();
                dialog.showModal();
            })"""
        )
        await expect(dialog.locator("img")).to_be_visible()
        await shown.type("<Escape>")
        await expect(dialog).to_have_count(0)
        await shown.page.wait_for_function("() => !history.state?.layers?.length")
