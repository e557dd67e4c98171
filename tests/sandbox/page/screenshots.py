"""Makes the README's pictures of the page: ``python -m tests.sandbox.page.screenshots [FOLDER]``.

Needs Chromium, and nothing else: the sandbox runs inside.
"""

import argparse
import asyncio
import io
import json
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, expect

from bot.sandbox.comfyui import LIFELIKE, ComfyStandIn, Story
from bot.sandbox.discord import Upload
from bot.sandbox.running import Sandbox, running_sandbox
from tests.end_to_end.test_added_workflow import graph
from tests.sandbox.page.browser import Window, browsing, window

FOLDER = Path(__file__).parents[3] / ".github" / "screenshots"
SIZE = {"width": 1200, "height": 760}
MOST_BYTES = 200_000
COLOURS = 256
START_SECONDS = 30.0


async def take(folder: Path) -> None:
    async with browsing() as browser, ComfyStandIn.running(speed=LIFELIKE) as comfyui:
        for scheme in ("light", "dark"):
            async with running_sandbox(comfyui=comfyui, log_level="ERROR") as sandbox:
                await sandbox.discord.until(
                    lambda: sandbox.discord.commands and sandbox.discord.gateway.connected, START_SECONDS
                )
                await _take(browser, sandbox, comfyui, scheme, folder)


async def _take(
    browser: Browser, sandbox: Sandbox, comfyui: ComfyStandIn, scheme: Literal["light", "dark"], folder: Path
) -> None:
    story = Story(hold=True)
    comfyui.next_job(story)
    async with window(browser, sandbox.page.address, color_scheme=scheme, viewport=SIZE) as shown:
        await shown.command("txt2img")
        await shown.type(
            "a lighthouse above the clouds at dawn", "<Tab>", "steps", "<Enter>", "24", "<Enter>"
        )
        status = shown.messages.first
        await expect(status.get_by_role("img")).to_be_visible()
        await expect(status).to_contain_text("step 1")
        await save(shown, folder / f"running-{scheme}.png")
        story.release()
        await expect(status).to_contain_text("Done in")
        await expect(shown.latest.get_by_role("img")).to_be_visible()
        await shown.menu(status, "What happened")
        await expect(shown.page.locator(".exchanges li").first).to_contain_text("INTERACTION_CREATE")
        await shown.latest.evaluate("element => element.scrollIntoView({ block: 'end' })")
        await save(shown, folder / f"finished-{scheme}.png")
        await shown.button("Behind the scenes").click()
        await _from_a_picture(shown, sandbox)
        await save(shown, folder / f"img2img-{scheme}.png")
        await _compared(shown, sandbox)
        await save(shown, folder / f"compare-{scheme}.png")
        await _brought(shown, sandbox)
        await save(shown, folder / f"preview-{scheme}.png")


async def _from_a_picture(shown: Window, sandbox: Sandbox) -> None:
    """What came out goes in again, by the command for pictures."""
    (made,) = sandbox.discord.channels["general"].messages[-1].attachments
    await shown.command("img2img")
    async with shown.page.expect_file_chooser() as chooser:
        await shown.page.get_by_role("button", name="Choose a file").click()
    await (await chooser.value).set_files(
        {"name": "lighthouse.png", "mimeType": "image/png", "buffer": made.content}
    )
    await expect(shown.page.locator(".chip")).to_contain_text("lighthouse.png")
    await shown.type("<Tab>", "<Tab>", "the same lighthouse in a night storm", "<Enter>")
    status = shown.messages.filter(has_text="night storm").first
    await expect(status).to_contain_text("Done in")
    await expect(shown.latest.get_by_role("img")).to_be_visible()
    await shown.latest.evaluate("element => element.scrollIntoView({ block: 'end' })")


async def _compared(shown: Window, sandbox: Sandbox) -> None:
    """Four on one sheet."""
    words = "prompt:a fishing village in the rain values:steps:6 width:384 height:256"
    await sandbox.discord.member.slash(
        sandbox.discord.channels["general"],
        f"/compare workflow:txt2img x:cfg 3,9 y:sampler euler,dpmpp_2m {words}",
    )
    status = shown.messages.filter(has_text="fishing village").first
    await expect(status).to_contain_text("Done in", timeout=60_000)
    await expect(shown.latest.get_by_role("img")).to_be_visible()
    await shown.latest.evaluate("element => element.scrollIntoView({ block: 'end' })")


async def _brought(shown: Window, sandbox: Sandbox) -> None:
    """A workflow that somebody found elsewhere, with a model that this server does not have."""
    ada, general = sandbox.discord.administrator, sandbox.discord.channels["general"]
    chosen = {"key": "workflow-adders", "value": "managers"}
    await (await ada.slash(general, "/settings set", chosen)).answered()
    await shown.become("administrator")
    content = json.dumps(graph("juggernautXL_v9.safetensors")).encode()
    file = Upload("Neon Fox.json", content)
    words = {"file": file, "description": "A fox in neon light"}
    await (await ada.slash(general, "/workflow add", words)).answered()
    await shown.page.set_viewport_size({"width": SIZE["width"], "height": 900})
    await expect(shown.latest).to_contain_text("Preview of /neon_fox")
    await shown.latest.evaluate("element => element.scrollIntoView({ block: 'end' })")


async def save(shown: Window, path: Path) -> None:
    """A page has few colours: with a palette the picture is a third of its size."""
    with Image.open(io.BytesIO(await shown.page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder))
    heavy = [path for path in sorted(folder.glob("*.png")) if path.stat().st_size >= MOST_BYTES]
    for path in sorted(folder.glob("*.png")):
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")  # noqa: T201  # a script's answer
    return 1 if heavy else 0


if __name__ == "__main__":
    raise SystemExit(main())
