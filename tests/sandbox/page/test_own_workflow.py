"""A workflow becomes a command on the page: added, tried, published, and run by somebody else."""

import json
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.sandbox.running import Sandbox, running_sandbox
from tests.end_to_end.test_added_workflow import graph
from tests.sandbox.page.browser import Window, window
from tests.sandbox.page.test_with_the_bot import ready

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(browser: Browser) -> AsyncGenerator[Sandbox]:
    del browser  # without one there is no need of it
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfyui,
        running_sandbox(comfyui=comfyui, log_level="WARNING") as begun,
    ):
        await ready(begun, identified=1)
        yield begun


async def add(shown: Window, filename: str, content: bytes) -> None:
    await shown.command("workflow add")
    async with shown.page.expect_file_chooser() as chooser:
        await shown.page.get_by_role("button", name="Choose a file").click()
    await (await chooser.value).set_files(
        {"name": filename, "mimeType": "application/json", "buffer": content}
    )
    await expect(shown.page.locator(".chip")).to_contain_text(filename)
    await shown.button("Send").click()


async def test_a_workflow_is_added_mended_tried_published_and_run_by_somebody_else(
    browser: Browser, sandbox: Sandbox
) -> None:
    content = json.dumps(graph("gone-v1.safetensors")).encode()
    async with window(browser, sandbox.page.address) as shown:
        await shown.become("administrator")
        await shown.command("settings set")
        await shown.type("workflow-adders", "<Tab>", "value", "<Enter>", "managers", "<Enter>")
        await expect(shown.latest).to_contain_text("workflow-adders is managers now")
        await add(shown, "Neon Fox.json", content)
        await expect(shown.latest).to_contain_text("Preview of /neon_fox")
        number = await shown.latest.get_attribute("data-id")
        preview = shown.page.locator(f"article[data-id='{number}']")
        await expect(preview.get_by_role("button", name="Try it")).to_be_disabled()
        await preview.get_by_role("combobox", name="Instead of gone-v1.safetensors").click()
        await shown.page.get_by_role("listbox").get_by_role("option").first.click()
        await expect(preview).not_to_contain_text("gone-v1")

        await preview.get_by_role("button", name="Try it").click()
        form = shown.page.get_by_role("dialog")
        await form.get_by_role("textbox", name="prompt").fill("a neon fox in the rain")
        await form.get_by_role("button", name="Submit").click()
        tried = shown.messages.filter(has_text="a neon fox in the rain")
        await expect(tried.get_by_role("img")).to_be_visible()
        await expect(tried).to_contain_text("only you")

        await preview.get_by_role("button", name="Publish").click()
        await expect(preview.locator(".mention")).to_have_text("/neon_fox")
        await expect(preview).to_contain_text("is published.")

        await shown.become("member")
        await shown.command("neon_fox")
        await shown.type("a wolf for everybody", "<Enter>")
        run = shown.messages.filter(has_text="a wolf for everybody")
        await expect(
            run.last.get_by_role("button", name="Again")
        ).to_be_visible()  # the status may show a picture, too
        await expect(run.last.get_by_role("img").first).to_be_visible()
        await shown.become("administrator")
        await shown.menu(run.last, "Make a command of this")
        await expect(shown.latest).to_contain_text("Preview of /")
        messages = sandbox.discord.channels["general"].messages
        picture = next(each.attachments[0] for each in reversed(messages) if each.attachments)
        await add(shown, "Same Fox.png", picture.content)
        await expect(shown.latest).to_contain_text("Preview of /same_fox")
        await expect(shown.latest.get_by_role("button", name="Try it")).to_be_enabled()
        await shown.open("general", server="Paper Mill")
        await shown.type("/neon")
        await expect(shown.composer_box.get_by_role("option", name="/neon_fox")).to_have_count(0)
