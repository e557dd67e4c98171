"""Buttons, menus and their forms under a message, in a real browser, with the keyboard alone where it matters."""

from datetime import UTC, datetime

import discord
import pytest
from playwright.async_api import Browser, Locator, expect

from bot.sandbox.discord import DiscordStandIn
from tests.sandbox.page.browser import Window, window
from tests.sandbox.page.performer import Performance

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def panel(shown: Window, *, private: bool = False) -> Locator:
    """Those of other tests may still be loading: it is told from them by its id, which grows with time."""
    before = str(discord.utils.time_snowflake(datetime.now(UTC)))
    await shown.command("panel")
    if private:
        await shown.option("private", "yes")
        await shown.type("<Enter>")
    await shown.type("<Enter>")
    found = await shown.page.wait_for_function(
        """before => [...document.querySelectorAll("article.message")]
            .map(each => each.dataset.id).find(id => BigInt(id) > BigInt(before))""",
        arg=before,
    )
    return shown.page.locator(f"article[data-id='{await found.json_value()}']")


def presses(stand_in: DiscordStandIn) -> int:
    return sum(
        each.event == "INTERACTION_CREATE" and each.response_json["type"] == 3 for each in stand_in.exchanges
    )


async def test_a_press_that_gets_no_answer_is_told_as_failed_and_two_clicks_are_one(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        message = await panel(shown)
        before = presses(performance.discord)
        fail = message.get_by_role("button", name="Fail")
        await fail.dblclick()
        await expect(fail).to_have_attribute("aria-busy", "true")
        words = "This interaction failed: the bot did not respond within three seconds."
        await expect(message.get_by_text(words)).to_be_visible()
        await expect(shown.page.get_by_role("status")).to_have_text(words)
        await expect(fail).not_to_have_attribute("aria-busy", "true")
        assert presses(performance.discord) == before + 1
        await expect(message.get_by_role("button", name="Off")).to_be_disabled()
        await expect(message.get_by_role("link", name="Away")).to_have_attribute(
            "href", "https://example.org"
        )


@pytest.mark.parametrize("place", ["public", "private"])
async def test_a_form_behind_a_button_is_filled_in_with_what_is_there_and_stays_when_nobody_answers(
    browser: Browser, performance: Performance, place: str
) -> None:
    async with window(browser, performance.page.address) as shown:
        message = await panel(shown, private=place == "private")
        await message.get_by_role("button", name="Edit").press("Enter")
        form = shown.page.get_by_role("dialog", name="Edit")
        await expect(form.get_by_label("Words")).to_be_focused()
        await expect(form.get_by_role("combobox", name="Sampler")).to_have_text("sampler 3")
        await expect(form.get_by_role("combobox", name="Whom")).to_have_text("Robin")
        await shown.type("<Enter>")
        await expect(form.get_by_role("alert")).to_have_text(
            "Something went wrong: the bot did not respond within three seconds. Try again."
        )
        await expect(form.get_by_label("Words")).to_have_value("a red fox")
        await shown.type("<Escape>")
        await expect(message.get_by_role("button", name="Edit")).to_be_focused()
        await shown.type("<Enter>")
        await form.get_by_label("Words").fill("a blue fox")
        await shown.type("<Enter>")
        await expect(form).to_be_hidden()
        await expect(shown.latest).to_contain_text("edited: ('a blue fox', ['sampler 3'], ['Robin'])")
        await expect(message.get_by_role("button", name="Edit")).to_be_focused()


async def test_what_may_stay_empty_is_emptied_and_a_menu_opens_a_form_of_its_own(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        message = await panel(shown)
        await message.get_by_role("combobox", name="Which options").focus()
        await shown.type("<ArrowDown>", "<End>", "<Enter>")
        form = shown.page.get_by_role("dialog", name="Edit")
        await form.get_by_label("Words").fill("another")
        await shown.type("<Tab>", "<ArrowDown>")
        await expect(form.locator(".option.highlighted")).to_have_text("sampler 3")
        await shown.type("<Enter>")
        await expect(form.get_by_role("combobox", name="Sampler")).to_have_text("Choose")
        await form.get_by_role("button", name="Submit").click()
        await expect(shown.latest).to_contain_text("edited: ('another', [], [])")


async def test_a_menu_of_25_is_walked_with_the_keyboard_emptied_and_kept_in_focus_when_its_message_changes(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        message = await panel(shown)
        pick = message.get_by_role("combobox", name="Which picture")
        await pick.focus()
        await shown.type("<Enter>")
        await expect(pick).to_have_attribute("aria-expanded", "true")
        await expect(message.get_by_role("option")).to_have_count(25)
        await shown.type("<End>", "<Enter>")
        await expect(shown.latest).to_contain_text("picked: ['Picture 25']")
        await shown.type("<ArrowDown>", "<Enter>")
        await expect(shown.latest).to_contain_text("picked: []")
        roles = message.get_by_role("combobox", name="Which roles")
        await roles.focus()
        await shown.type("<Enter>", "<Escape>")
        heard = presses(performance.discord)
        await shown.type("<Enter>", "k", "<Enter>", "<Escape>")
        await expect(message).to_contain_text("roles: ['Keepers']")
        assert presses(performance.discord) == heard + 1
        await expect(roles).to_be_focused()


async def test_a_private_message_that_followed_has_working_controls_and_others_do_not_see_it(
    browser: Browser, performance: Performance
) -> None:
    async with (
        window(browser, performance.page.address) as shown,
        window(browser, performance.page.address) as others,
    ):
        message = await panel(shown)
        await message.get_by_role("button", name="More").click()
        private = shown.latest
        await expect(private).to_contain_text("only you")
        await private.get_by_role("button", name="Drop").click()
        await expect(shown.page.get_by_text("more", exact=True)).to_have_count(0)
        assert await others.page.get_by_text("more", exact=True).count() == 0
        await message.get_by_role("button", name="Drop").click()
        await expect(message).to_have_count(0)


async def test_where_a_button_makes_way_for_another_the_focus_does_not_go_to_it(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        message = await panel(shown)
        await message.get_by_role("button", name="Swap").press("Enter")
        await expect(message.get_by_role("button", name="Swapped")).to_be_visible()
        await expect(message).to_be_focused()
