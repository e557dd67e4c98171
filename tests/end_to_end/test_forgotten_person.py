"""Somebody wants nothing kept of them while a job of theirs runs, and the bot is killed before they say they are sure."""

import sqlite3
from contextlib import closing

from bot.sandbox.comfyui import Story
from tests.end_to_end.rig import Rig


def of_person(rig: Rig, what: str) -> object:
    """What the file itself says of the member."""
    with closing(sqlite3.connect(rig.database)) as ledger:
        found = ledger.execute(f"SELECT {what} WHERE user_id = ?", (rig.discord.member.user.id,)).fetchone()
    return None if found is None else found[0]


async def test_who_wants_to_be_forgotten_is_once_their_job_has_ended_whatever_happens_to_the_bot(
    rig: Rig,
) -> None:
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot() as life:
        await rig.ready()
        question = await (await rig.discord.member.slash(rig.general, "/privacy delete")).answered()
        life.kill()
        await life.ended()
    async with rig.bot():
        await rig.ready(2)
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        pressed = await rig.discord.member.click(question, "Delete all of it")
        assert "One job of yours has not ended yet" in (await pressed.answered()).text
        await rig.until(lambda: of_person(rig, "delivery FROM jobs") == "posted")
        assert asked.response
        assert "Cancelled" in asked.response.text
    assert of_person(rig, "1 FROM erasures") == 1
    async with rig.bot():
        await rig.until(lambda: of_person(rig, "1 FROM erasures") is None)
    assert (of_person(rig, "1 FROM jobs"), of_person(rig, "1 FROM day_figures")) == (None, None)
    assert (rig.results(), len(rig.prompts)) == ([], 1)
