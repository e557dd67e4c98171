"""A rule about words against the whole bot: however the words come, ComfyUI never sees them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.end_to_end.rig import SHIPPED, Rig, rigged
from tests.end_to_end.test_kill import text_of
from tests.wording.chat_stand_in import KEY, ChatStandIn

REFUSED = "The rule “no gore” of this server does not allow the words of “prompt”."


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path) as rig:
        rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
        yield rig


@pytest.fixture
async def chat(rig: Rig) -> AsyncGenerator[ChatStandIn]:
    async with ChatStandIn.running(key=KEY) as chat:
        rig.settings |= chat.settings
        yield chat


async def test_words_that_a_rule_refuses_reach_no_server_however_they_come(
    rig: Rig, chat: ChatStandIn
) -> None:
    chat.answer = lambda _: "a fox, blöod"
    async with rig.bot():
        await rig.ready()
        moderator = rig.discord.persons["moderator"]
        rule = await moderator.slash(rig.general, "/words add name:no gore action:refuse words:blood")
        await rule.answered()
        await (await rig.ask("/preset save name:wet words:{prompt}, bl00d")).answered()
        for words in ("BLОOD", "bl{o|o}od", "a fox preset:wet"):  # noqa: RUF001  # a Cyrillic O
            asked = await rig.ask(f"/txt2img prompt:{words}")
            assert REFUSED in (await asked.answered()).text
            assert asked.ephemeral
        reworded = await rig.ask("/txt2img prompt:a fox improve:true")
        await rig.until(lambda: "because of what the prompt helper wrote" in text_of(reworded))
    assert (rig.prompts, len(chat.asked)) == ([], 1)
