"""What a bot can show, in a real browser: components, embeds, files, and who sees them."""

import asyncio

import pytest
from playwright.async_api import Browser, expect

from tests.sandbox.page.browser import window
from tests.sandbox.page.performer import Performance, png

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_components_are_shown_and_used(browser: Browser, performance: Performance) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("board")
        await shown.type("<Enter>")
        board = shown.messages.filter(has=shown.page.get_by_role("heading", name="A red fox"))
        await expect(board.get_by_role("heading", name="A red fox")).to_be_visible()
        await expect(board.get_by_text("Lies elsewhere: example.org")).to_be_visible()
        await expect(board.get_by_role("link", name="graph.json")).to_have_attribute("download", "graph.json")
        await expect(board.get_by_role("button", name="Off")).to_be_disabled()
        await expect(board.get_by_role("link", name="Away")).to_have_attribute("href", "https://example.org")
        await board.get_by_role("button", name="Spoiler").click()
        await expect(board.get_by_text("deep")).to_be_visible()

        press = board.get_by_role("button", name="Press")
        await press.focus()
        await shown.type("<Enter>")
        await expect(board.get_by_role("button", name="Pressed")).to_be_focused()

        await board.get_by_role("combobox", name="Pick a size").click()
        await board.get_by_role("option", name="Large").click()
        await expect(shown.latest).to_contain_text("size: 1")
        await board.get_by_role("combobox", name="Pick people").focus()
        await shown.type("<Enter>", "<Enter>", "<ArrowDown>", "<Enter>", "<Escape>")
        await expect(shown.latest).to_contain_text("who: 2")

        await board.get_by_role("button", name="Show large: large fox").click()
        large = shown.page.get_by_role("dialog", name="large fox")
        await expect(large.get_by_role("img")).to_be_visible()
        await shown.type("<Escape>")
        await expect(large).to_be_hidden()


async def test_embeds_pictures_sounds_and_files_are_shown(browser: Browser, performance: Performance) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("show")
        await shown.type("<Enter>")
        message = shown.messages.filter(has_text="seed 7").last
        await expect(message.locator(".embed")).to_contain_text("A card")
        await expect(message.locator(".embed dd").first).to_have_text("12")
        await expect(message.locator(".embed img")).to_be_visible()
        duration = "element => new Promise(done => element.duration ? done(element.duration) : element.addEventListener('loadedmetadata', () => done(element.duration)))"
        assert await message.locator("audio").evaluate(duration) == pytest.approx(0.1, abs=0.02)
        async with shown.page.expect_download() as download:
            await message.get_by_role("link", name="graph.json").click()
        saved = await (await download.value).path()
        assert await asyncio.to_thread(saved.read_bytes) == b"{}"


async def test_films_and_sounds_play_and_can_be_wound_to_any_place(
    browser: Browser, performance: Performance
) -> None:
    """Winding needs parts of a file, which the stand-in's CDN gives."""
    wound = """element => new Promise((done, failed) => {
        const wind = () => { element.currentTime = element.duration / 2; };
        element.addEventListener("seeked", () => done([element.currentTime / element.duration, element.seekable.length]));
        element.addEventListener("error", () => failed(element.error.message));
        if (element.readyState > 0) wind(); else element.addEventListener("loadedmetadata", wind);
    })"""
    async with window(browser, performance.page.address) as shown:
        await shown.command("play")
        await shown.type("<Enter>")
        message = shown.messages.filter(has_text="listen").last
        for kind, count in (("video", 2), ("audio", 3)):
            players = message.locator(kind)
            await expect(players).to_have_count(count)
            for number in range(count):
                assert await players.nth(number).evaluate(wound) == [pytest.approx(0.5, abs=0.1), 1]
        await expect(message.get_by_label("film.mp4")).to_be_visible()
        assert await message.locator("video").first.evaluate("each => each.videoWidth") == 192


async def test_a_forwarded_message_shows_what_it_holds(browser: Browser, performance: Performance) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("show")
        await shown.type("<Enter>")
        original = shown.messages.filter(has_text="seed 7").last
        await expect(original.get_by_role("link", name="graph.json")).to_be_visible()
        await shown.menu(original, "Forward here")
        await expect(shown.latest).to_contain_text("Forwarded")
        await expect(shown.latest.locator(".forwarded .embed img")).to_be_visible()
        await expect(shown.latest.get_by_role("link", name="graph.json")).to_be_visible()


async def test_an_ephemeral_answer_thinks_speaks_and_vanishes_and_nobody_else_sees_it(
    browser: Browser, performance: Performance
) -> None:
    async with (
        window(browser, performance.page.address) as mine,
        window(browser, performance.page.address) as others,
    ):
        await mine.command("ponder")
        await mine.type("<Enter>")
        answer = mine.messages.filter(has_text="/ponder")
        await expect(answer).to_contain_text("Painter is thinking")
        performance.cues.release()
        await expect(answer).to_contain_text("a thought")
        await expect(answer).to_contain_text("only you")
        await expect(mine.page.get_by_role("status")).to_have_text("Painter: a thought")
        assert await others.messages.filter(has_text="/ponder").count() == 0
        performance.cues.release()
        await expect(answer).to_have_count(0)


async def test_message_and_person_commands_stand_in_the_menu_of_a_message(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.type("good morning", "<Enter>")
        mine = shown.messages.filter(has=shown.page.get_by_text("good morning", exact=True))
        await shown.menu(mine, "Repeat")
        await expect(shown.latest).to_contain_text("again: good morning")
        await shown.menu(mine, "Greet (Robin)")
        await expect(shown.latest).to_contain_text("hello Robin")
        await shown.menu(mine, "Delete")
        await expect(shown.page.get_by_text("good morning", exact=True)).to_have_count(0)


async def test_a_message_is_written_with_files_and_shown_to_the_second_window_at_once(
    browser: Browser, performance: Performance
) -> None:
    async with (
        window(browser, performance.page.address) as first,
        window(browser, performance.page.address) as second,
    ):
        await expect(first.page.locator("#person")).to_have_value("member")
        await expect(second.page.locator("#person")).to_have_value("second")
        async with first.page.expect_file_chooser() as chooser:
            await first.button("Add files").click()
        await (await chooser.value).set_files({"name": "sea.png", "mimeType": "image/png", "buffer": png()})
        await first.composer.fill("look <@" + str(performance.discord.second.user.id) + ">")
        await first.type("<Enter>")
        await expect(second.latest).to_contain_text("look @Kim")
        await expect(second.latest.get_by_role("button", name="Show large: sea.png")).to_be_visible()
        await second.open("foxes")
        await first.composer.fill("and again")
        await first.type("<Enter>")
        await expect(second.page.locator("button.channel", has_text="general").first).to_contain_text(
            "unread"
        )


async def test_what_happened_to_a_message_is_told_without_secrets(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("echo")
        await shown.type("hush", "<Enter>")
        message = shown.messages.filter(has_text="hush").last
        await expect(message).to_be_visible()
        await shown.menu(message, "What happened")
        lines = shown.page.locator(".exchanges li")
        await expect(lines).to_have_count(3)
        await expect(lines.nth(0)).to_contain_text("INTERACTION_CREATE")
        await expect(lines.nth(1)).to_contain_text("MESSAGE_CREATE")
        await expect(lines.nth(2)).to_contain_text("POST /interactions/…/•••/callback")
        await expect(lines.nth(2)).to_contain_text("200")
        await expect(lines.nth(2)).to_contain_text("ms")
        await lines.nth(0).locator("summary").click()
        bodies = lines.nth(0).locator("pre")
        await expect(bodies).to_contain_text('"token": "•••"')
        text = await shown.page.locator("body").inner_text()
        tokens = [
            each.response_json["token"]
            for each in performance.discord.exchanges
            if each.event == "INTERACTION_CREATE"
        ]
        assert [token for token in tokens if token in text] == []
