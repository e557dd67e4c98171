"""What a person can ask of a bot, in a real browser: options of every type, files and forms."""

import asyncio

import pytest
from playwright.async_api import Browser, FileChooser, expect

from tests.sandbox.page.browser import PATIENCE_MILLISECONDS, Window, window
from tests.sandbox.page.performer import Performance, png

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_file_reaches_an_attachment_option_by_dialog_by_drop_and_by_paste(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        for bring in (by_dialog, by_drop, by_paste):
            content = png(40 + len(bring.__name__))
            await shown.command("frame")
            await bring(shown, content)
            await expect(shown.page.locator(".chip")).to_contain_text("sea.png")
            await shown.button("Send").click()
            await expect(shown.latest).to_contain_text(f"sea.png, {len(content)} bytes")
            await expect(shown.latest.get_by_role("button", name="Show large: sea.png")).to_be_visible()


async def test_a_chosen_file_is_shown_and_can_be_taken_back_with_the_keyboard(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        # listened for early: a key comes sooner than the browser hears of somebody who waits for a dialog
        opened: asyncio.Queue[FileChooser] = asyncio.Queue()
        shown.page.on("filechooser", opened.put_nowait)
        await shown.command("frame")
        choose = shown.page.get_by_role("button", name="image: Choose a file")
        await expect(choose).to_be_focused()
        await shown.type("<Enter>")
        chooser = await asyncio.wait_for(opened.get(), PATIENCE_MILLISECONDS / 1000)
        await chooser.set_files({"name": "sea.png", "mimeType": "image/png", "buffer": png(40)})
        chip = shown.page.locator(".chip")
        await expect(chip.locator("img")).to_have_js_property("naturalWidth", 40)
        await expect(choose).to_be_focused()
        await shown.type("<Tab>")
        await expect(shown.page.get_by_role("button", name="Remove sea.png")).to_be_focused()
        await shown.type("<Enter>")
        await expect(chip).to_have_count(0)
        await expect(choose).to_be_focused()
        await shown.page.locator("#language").select_option("zh-CN")
        await shown.command("frame")
        await expect(shown.page.get_by_role("button", name="image: 选择文件")).to_be_focused()
        await shown.page.locator("#language").select_option("en-US")


async def by_dialog(shown: Window, content: bytes) -> None:
    async with shown.page.expect_file_chooser() as chooser:
        await shown.page.get_by_role("button", name="Choose a file").click()
    await (await chooser.value).set_files({"name": "sea.png", "mimeType": "image/png", "buffer": content})


async def by_drop(shown: Window, content: bytes) -> None:
    await _carry(shown, content, "drop")


async def by_paste(shown: Window, content: bytes) -> None:
    await _carry(shown, content, "paste")


async def _carry(shown: Window, content: bytes, kind: str) -> None:
    script = """([element, bytes, kind]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(bytes)], "sea.png", { type: "image/png" }));
        const init = { bubbles: true, cancelable: true };
        const event = kind === "drop"
            ? new DragEvent("drop", { ...init, dataTransfer: carried })
            : new ClipboardEvent("paste", { ...init, clipboardData: carried });
        element.dispatchEvent(event);
    }"""
    element = await shown.page.locator(".command-form").element_handle()
    await shown.page.evaluate(script, [element, list(content), kind])


async def test_wrong_values_are_refused_with_the_reason_before_the_bot_hears_of_them(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("limits")
        refused = shown.page.locator(".option-field.refused .problem")
        await shown.type("<Enter>")
        await expect(refused).to_have_text("This option is required")
        await shown.type("many", "<Enter>")
        await expect(refused).to_have_text("Must be a whole number")
        await shown.type("<Control+a>", "61", "<Enter>")
        await expect(refused).to_have_text("Must be at most 60")
        await shown.type("<Control+a>", "12")
        await shown.option("title", "ab")
        await shown.type("<Enter>")
        await expect(refused).to_have_text("Must be 3 to 8 characters long")
        heard = [each.event for each in performance.discord.exchanges].count("INTERACTION_CREATE")
        await shown.page.locator("#language").select_option("zh-CN")
        await expect(shown.composer).to_be_visible()
        await shown.command("limits")
        await shown.type("<Enter>")
        await expect(refused).to_have_text("此选项必填")
        assert [each.event for each in performance.discord.exchanges].count("INTERACTION_CREATE") == heard
        await shown.page.locator("#language").select_option("en-US")


async def test_every_type_of_option_is_chosen_with_the_keyboard(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("limits")
        await shown.type("12", "<Tab>", "mood", "<Enter>", "<ArrowDown>", "<Tab>")
        await shown.type("whom", "<Enter>", "Kim", "<Tab>", "where", "<Enter>", "late", "<Tab>")
        await shown.type("model", "<Enter>", "turbo")
        suggestion = shown.page.get_by_role("option", name="sdxl-turbo")
        await expect(suggestion).to_be_visible()
        await expect(shown.composer_box.get_by_role("option")).to_have_count(1)
        await shown.type("<ArrowDown>", "<Enter>", "<Enter>")
        await expect(shown.latest).to_contain_text("12 None None calm second late-night sdxl-turbo")


async def test_a_field_is_as_high_as_its_words_need(browser: Browser, performance: Performance) -> None:
    """Pasted words widen the field first, and only then it may have to grow downwards."""
    async with window(browser, performance.page.address) as shown:
        await shown.command("echo")
        words = shown.page.locator("[data-option='words'] textarea")
        before = await words.evaluate("each => each.offsetHeight")
        await words.fill("a purple night over the hills")
        assert await words.evaluate("each => each.offsetHeight") == before
        await words.fill("a purple night over the hills\n" * 3)
        assert await words.evaluate("each => each.offsetHeight") > before


async def test_a_form_is_opened_refused_filled_in_and_submitted(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("ask")
        await shown.type("<Enter>")
        form = shown.page.get_by_role("dialog", name="Remix")
        await expect(form.get_by_text("different")).to_be_visible()
        await expect(form.get_by_label("Words")).to_be_focused()
        await shown.type("ab")
        await form.get_by_role("button", name="Submit").click()
        await expect(form.locator(".problem:visible").first).to_have_text("Must be 3 to 4000 characters long")
        await form.get_by_label("Words").fill("a blue fox")
        await form.get_by_role("combobox", name="Size").click()
        await form.get_by_role("option", name="Large").click()
        await form.get_by_label("Painting").check()
        async with shown.page.expect_file_chooser() as chooser:
            await form.get_by_role("button", name="Start from: Choose a file").click()
        files = [{"name": f"{name}.png", "mimeType": "image/png", "buffer": png()} for name in ("a", "b")]
        await (await chooser.value).set_files(files)  # pyright: ignore[reportArgumentType]  # dicts of that shape
        await form.get_by_role("button", name="Submit").click()
        await expect(form).to_be_hidden()
        await expect(shown.latest).to_contain_text(
            "words=a blue fox | size=['Large'] | files=2 | style=Painting"
        )
        await expect(shown.latest).to_contain_text("only you")

        await shown.command("ask_more")
        await shown.type("<Enter>")
        form = shown.page.get_by_role("dialog", name="More")
        await form.get_by_role("combobox", name="Whom").click()
        await form.get_by_role("option", name="Mo ").click()
        await form.get_by_label("Title").check()
        await form.get_by_label("Agreed").check()
        await form.get_by_role("button", name="Submit").click()
        moderator = performance.discord.moderator.user.id
        await expect(shown.latest).to_contain_text(f"whom=['{moderator}'] | extras=['Title'] | agreed=True")


async def test_a_bot_that_says_nothing_for_three_seconds_did_not_respond(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("silence")
        await shown.type("<Enter>")
        await expect(shown.page.locator(".pending")).to_have_text("/silence is on its way…")
        entry = shown.page.locator(".no-answer")
        await expect(entry).to_have_text("The bot did not respond to silence within three seconds.")
        await shown.button("Dismiss").click()
        await expect(entry).to_have_count(0)


async def test_an_age_restricted_command_is_refused_but_in_its_channel(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.type("/grown")
        entry = shown.page.get_by_role("option", name="/grown")
        await expect(entry).to_contain_text("This command can only be used in age-restricted channels")
        await expect(entry).to_have_attribute("aria-disabled", "true")
        await shown.type("<Enter>")
        await expect(shown.page.locator(".command-form")).to_have_count(0)
        await shown.composer.fill("/grown")
        await shown.type("<Escape>", "<Enter>")
        await expect(shown.composer_box.get_by_role("alert")).to_contain_text("age-restricted")
        await shown.open("late-night")
        await shown.command("grown")
        await shown.type("<Enter>")
        await expect(shown.latest).to_contain_text("grown up")


async def test_the_newest_message_stays_in_sight_until_somebody_scrolls_up(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        for _ in range(4):
            await shown.command("show")
            await shown.type("<Enter>")
        await expect(shown.latest.locator("img")).to_be_visible()
        await expect(shown.latest.get_by_role("link", name="graph.json")).to_be_in_viewport()
        await shown.page.locator(".scroller").hover()
        await shown.page.mouse.wheel(0, -2000)
        await expect(shown.latest).not_to_be_in_viewport()
        await performance.discord.second.say(performance.discord.channels["general"], "over here")
        newer = shown.button("New messages ↓")
        await newer.click()
        await expect(shown.page.get_by_text("over here", exact=True)).to_be_in_viewport()
        await expect(newer).to_be_hidden()


async def test_a_command_that_one_server_has_is_found_there_and_marked_and_not_in_another(
    browser: Browser, performance: Performance
) -> None:
    here, elsewhere = performance.discord.guilds
    registry = performance.discord.registry
    command, _ = registry.create(here.id, {"name": "lantern", "description": "A light"})
    async with window(browser, performance.page.address) as shown:
        found = shown.composer_box.get_by_role("option")
        own, everywhere = found.filter(has_text="/lantern"), found.filter(has_text="/limits")
        for server, count in ((here, 1), (elsewhere, 0), (here, 1)):
            await shown.open("general", server.name)
            await shown.composer.fill("/l")
            await expect(everywhere).not_to_contain_text("only in this server")
            await expect(own).to_have_count(count)
        await expect(own).to_contain_text("only in this server  ·  A light")
        registry.remove(here.id, command.id)
        performance.discord.changed.wake()
        await expect(own).to_have_count(0)
        await expect(everywhere).to_have_count(1)
