"""A classifier and a package's hooks in the whole bot: what they refuse is asked of no server, or posted nowhere."""

import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.classifying.stand_in import ClassifierStandIn
from tests.end_to_end.rig import SHIPPED, Rig, rigged
from tests.end_to_end.test_kill import text_of

PACKAGES = Path(__file__).parents[1] / "moderation" / "hook_packages"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path) as rig:
        yield rig


async def test_what_a_classifier_finds_is_not_posted(rig: Rig) -> None:
    async with ClassifierStandIn.running() as stand_in:
        stand_in.answer = lambda _: {"nudity": 0.8}
        rig.settings |= stand_in.settings
        async with rig.bot():
            await rig.ready()
            line = "/settings set key:classifier value:nudity: refuse 0.5"
            await (await rig.discord.administrator.slash(rig.general, line)).answered()
            asked = await rig.ask()
            await rig.until(lambda: "found “nudity” in it" in text_of(asked))
    assert (rig.results(), len(stand_in.sent)) == ([], 1)


async def test_an_installed_package_changes_refuses_and_hides(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(PACKAGES), *sys.path])  # the bot's process gets it from this one
    rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
    async with rig.bot():
        await rig.ready()
        refused = await rig.ask("/txt2img prompt:a villain")
        assert "No villains here." in (await refused.answered()).text
        await rig.ask("/txt2img prompt:a fox steps:4 batch-size:2")
        result = await rig.result()
    (body,) = rig.comfy.submitted
    assert "a fox, signed" in str(body["prompt"])
    assert "'spoiler': True" in str(result.now.components)
