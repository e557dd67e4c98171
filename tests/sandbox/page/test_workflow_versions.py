"""A server's own workflow in a real browser: added, edited, published, rolled back, taken along, removed, brought back."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.sandbox.running import Sandbox, running_sandbox
from tests.sandbox.page.browser import Window, window

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

Json = Any
START_SECONDS = 60.0
GRAPH = Path(__file__).parents[3] / "workflows" / "txt2img" / "workflow.json"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(browser: Browser) -> AsyncGenerator[Sandbox]:
    """After the browser, for without one there is no need of it."""
    del browser
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfyui,
        running_sandbox(comfyui=comfyui, log_level="WARNING") as begun,
    ):
        gateway = begun.discord.gateway
        await begun.discord.until(lambda: begun.discord.commands and gateway.connected, START_SECONDS)
        yield begun


async def with_file(shown: Window, command: str, name: str, content: bytes) -> Locator:
    """Give a command that takes a file, and wait for its answer."""
    answers = shown.messages.filter(has_text="used /workflow")
    before = await answers.count()
    await shown.command(command)
    async with shown.page.expect_file_chooser() as chooser:
        await shown.page.get_by_role("button", name="Choose a file").click()
    await (await chooser.value).set_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    await expect(shown.page.locator(".chip")).to_contain_text(name)
    await shown.button("Send").click()
    await expect(answers).to_have_count(before + 1)
    return answers.last


async def about_fox(shown: Window, command: str) -> Locator:
    """Give a command about the one workflow."""
    answers = shown.messages.filter(has_text="used /workflow")
    before = await answers.count()
    await shown.command(f"workflow {command}")
    await shown.type("fox", "<Enter>")
    await expect(answers).to_have_count(before + 1)
    return answers.last


async def choose(message: Locator, menu: str, option: str) -> None:
    await message.get_by_role("combobox", name=menu).click()
    await message.get_by_role("option", name=option).first.click()


async def fill(shown: Window, message: Locator, button: str, **fields: str) -> None:
    """Press a button that opens a form, fill that in, and send it."""
    await message.get_by_role("button", name=button).click()
    form = shown.page.get_by_role("dialog")
    for label, value in fields.items():
        await form.get_by_label(label.replace("_", " ")).fill(value)
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_have_count(0)


async def run(shown: Window, prompt: str) -> Locator:
    """Give the workflow's command, and wait for the result, which is told in a message of its own."""
    await shown.command("fox")
    await shown.type(prompt, "<Enter>")
    return await result(shown, prompt)


async def result(shown: Window, prompt: str) -> Locator:
    status = shown.messages.filter(has_text=prompt).filter(has_text="Done in").last
    await expect(status).to_be_visible()
    found = (
        shown.messages.filter(has=shown.page.get_by_role("button", name="Again")).filter(has_text=prompt).last
    )
    await expect(found).to_be_visible()
    return found


def steps_of(comfyui: ComfyStandIn, prompt: str) -> list[int]:
    """With how many steps a prompt was run, each time."""
    graphs: list[Json] = [body["prompt"] for body in comfyui.submitted]
    return [graph["3"]["inputs"]["steps"] for graph in graphs if graph["6"]["inputs"]["text"] == prompt]


async def publish(message: Locator) -> None:
    await message.get_by_role("button", name="Publish").click()
    await expect(message).to_contain_text("/fox is published")


async def take_along_and_back(shown: Window) -> None:
    """Export it, remove it, and import what was exported."""
    exported = await about_fox(shown, "export")
    link = exported.get_by_role("link", name="fox.zip")
    address = await link.evaluate("each => each.href")
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        folder = await response.read()

    removed = await about_fox(shown, "remove")
    await removed.get_by_role("button", name="Remove").click()
    await expect(removed).to_contain_text("/fox is removed")

    brought = await with_file(shown, "workflow import", "fox.zip", folder)
    await expect(brought).to_contain_text("Preview of /fox")
    await expect(brought).to_contain_text("1 to 9 · default 7")
    await publish(brought)
    shown_again = await about_fox(shown, "show")
    await expect(shown_again).to_contain_text("offered, version 1")


async def test_a_workflow_is_edited_rolled_back_taken_along_removed_and_brought_back(
    browser: Browser, sandbox: Sandbox
) -> None:
    comfyui = sandbox.comfyui
    assert comfyui is not None
    allowed = await sandbox.discord.administrator.slash(
        sandbox.discord.channels["general"], "/settings set key:workflow-adders value:managers"
    )
    await allowed.answered()
    async with window(browser, sandbox.page.address) as shown:
        await shown.become("administrator")
        panel = await with_file(shown, "workflow add", "fox.json", GRAPH.read_bytes())
        await expect(panel).to_contain_text("Preview of /fox")
        await panel.get_by_role("button", name="Edit…").click()
        await choose(panel, "Choose an option to change…", "steps")
        await fill(shown, panel, "Values", Default="7", Largest_value="9")
        await expect(panel).to_contain_text("steps whole number · 1 to 9 · default 7")
        await panel.get_by_role("button", name="All options").click()
        await choose(panel, "Choose an option to change…", "cfg")
        await choose(panel, "How people are asked for it", "Hidden")
        await expect(panel.get_by_role("button", name="⬆️")).to_be_disabled()  # the only one of its kind
        await panel.get_by_role("button", name="All options").click()
        await expect(panel).to_contain_text(re.compile("Hidden.*cfg", re.DOTALL))
        await panel.get_by_role("button", name="Preview").click()
        await publish(panel)
        await run(shown, "a red fox")

        panel = await about_fox(shown, "edit")
        await choose(panel, "Choose an option to change…", "steps")
        await fill(shown, panel, "Values", Default="5")
        await expect(panel).to_contain_text("default 5")
        await panel.get_by_role("button", name="All options").click()
        await panel.get_by_role("button", name="Preview").click()
        await publish(panel)
        second = await run(shown, "a grey fox")

        history = await about_fox(shown, "history")
        await expect(history).to_contain_text(re.compile(r"2 · offered · /fox.*1 · /fox", re.DOTALL))
        await choose(history, "Offer a former version again…", "Version 1")
        await expect(history).to_contain_text("1 · offered · /fox")
        await run(shown, "a white fox")
        await second.get_by_role("button", name="Again").click()
        await sandbox.discord.until(lambda: len(steps_of(comfyui, "a grey fox")) == 2, START_SECONDS)
        prompts = ("a red fox", "a grey fox", "a white fox")
        assert [steps_of(comfyui, prompt) for prompt in prompts] == [[7], [5, 5], [7]]

        await take_along_and_back(shown)
