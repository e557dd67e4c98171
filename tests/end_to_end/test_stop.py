"""The bot is stopped in order, or refuses to start: what the operator sees, and what happens to the jobs."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Fault
from tests.end_to_end.life import Life
from tests.end_to_end.rig import PLAIN, Rig


async def last_words(life: Life) -> tuple[int, list[str]]:
    """The exit status, and what it printed besides its log."""
    status = await life.ended()
    return status, [line for line in life.log.splitlines() if not line.startswith("20")]


async def test_sigterm_leaves_the_running_prompt_on_the_gpu_and_the_next_start_finds_it(rig: Rig) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot() as first:
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt and asked.response and asked.response.labels)
        assert await first.stop() == 0  # within the five seconds that it promises
        assert first.alarms == []
    assert [rig.comfy.running_prompt] == rig.prompts
    async with rig.bot() as second:
        await rig.until(lambda: "found again" in second.log)
        story.release()
        await rig.until(lambda: asked.response and "Done in" in asked.response.text)
    assert (len(rig.results()), len(rig.prompts), rig.comfy.interrupted) == (1, 1, [])


def _misses(who: str, life: Life) -> bool:
    return any(who in line and "cannot be reached" in line for line in life.log.splitlines())


async def test_sigterm_while_discord_and_comfyui_are_away_ends_as_soon(rig: Rig) -> None:
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot() as life:
        await rig.ready()
        await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        rig.discord.gateway.refused_connections = 1000
        rig.discord.gw_drop()
        await rig.comfy.crash()
        await rig.until(lambda: all(_misses(who, life) for who in ("Discord's gateway", "ComfyUI")))
        assert await life.stop() == 0
        assert life.alarms == []


async def test_a_wrong_token_ends_the_bot_with_one_sentence(rig: Rig) -> None:
    rig.settings["DISCORD_TOKEN"] = "sandbox.token.of-somebody-else"
    async with rig.bot() as life:
        assert await last_words(life) == (
            1,
            ["Discord refuses the token: copy it anew from the Developer Portal (Bot → Reset Token)."],
        )


async def test_a_database_of_a_newer_version_ends_the_bot_with_one_sentence(rig: Rig) -> None:
    with closing(sqlite3.connect(rig.database)) as database:
        database.execute("PRAGMA user_version = 1000")
    async with rig.bot() as life:
        status, (sentence,) = await last_words(life)
    assert (status, str(rig.database) in sentence, "newer" in sentence) == (1, True, True)


async def test_a_second_instance_on_one_database_ends_with_one_sentence_and_harms_nothing(
    rig: Rig,
) -> None:
    async with rig.bot():
        await rig.ready()
        async with rig.bot() as second:
            status, (sentence,) = await last_words(second)
        assert (status, sentence.split(". ")[0]) == (
            1,
            f"The database {rig.database} is in use by another running Comfycord",
        )
        await rig.ask()
        await rig.result()


def wrong_workflows(rig: Rig, tmp_path: Path) -> None:
    """Two that are wrong, beside the sound ones."""
    folder = tmp_path / "workflows"
    shutil.copytree(PLAIN, folder)
    for name, option in (("broken", "hue"), ("worse", "shade")):
        (folder / name).mkdir()
        graph = '{"1": {"class_type": "EmptyImage", "inputs": {"color": 1}}}'
        (folder / name / "workflow.json").write_text(graph)
        (folder / name / "command.toml").write_text(
            f'description = "x"\n[options.{option}]\nnode = "1"\ninput = "{option}"\ndescription = "x"\n'
        )
    rig.settings["WORKFLOWS_DIR"] = str(folder)


async def test_wrong_workflows_are_all_told_and_left_out(rig: Rig, tmp_path: Path) -> None:
    wrong_workflows(rig, tmp_path)
    async with rig.bot() as life:
        await rig.ready()
        await rig.ask()
        await rig.result()
        assert await life.stop() == 0
        told = [line for line in life.alarms if "left out" in line]
    assert len(told) == len(life.alarms) == 2
    assert ["hue" in told[0], "shade" in told[1]] == [True, True]


async def test_where_the_operator_wants_it_wrong_workflows_end_the_bot_with_a_line_for_each(
    rig: Rig, tmp_path: Path
) -> None:
    wrong_workflows(rig, tmp_path)
    rig.settings["WORKFLOW_ERRORS"] = "stop"
    async with rig.bot() as life:
        status, (first, second) = await last_words(life)
    assert (status, "hue" in first, "shade" in second) == (1, True, True), (first, second)


async def test_settings_that_cannot_be_used_end_the_bot_with_a_line_for_each(rig: Rig) -> None:
    rig.settings |= {"COMFYUI_URLS": "127.0.0.1:8188", "LOG_LEVEL": "loud"}
    async with rig.bot() as life:
        status, lines = await last_words(life)
    assert (status, lines[0], [line.split(":")[0] for line in lines[1:]]) == (
        2,
        "The settings need a change:",
        ["COMFYUI_URLS", "LOG_LEVEL"],
    )


async def test_sigterm_while_a_result_is_on_its_way_posts_it_once(rig: Rig) -> None:
    on_its_way = rig.discord.add_fault(
        Fault("POST", r"/channels/\d+/messages", delay_seconds=1, drop="after")
    )
    async with rig.bot() as first:
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: on_its_way.hits)
        assert (await first.stop(), first.alarms) == (0, [])
    async with rig.bot():
        await rig.ready(2)
        await rig.until(lambda: asked.response and "Done in" in asked.response.text)
    assert (len(rig.results()), len(rig.prompts)) == (1, 1)


async def test_sigterm_before_discord_let_the_bot_in_ends_it_as_soon(rig: Rig) -> None:
    down = rig.discord.add_fault(Fault("GET", "/users/@me", status=503, times=None))
    async with rig.bot() as life:
        await rig.until(lambda: down.hits)
        assert (await life.stop(), life.alarms) == (0, [])


async def test_ctrl_c_ends_the_bot_without_a_traceback(rig: Rig) -> None:
    async with rig.bot() as life:
        await rig.ready()
        life.interrupt()
        assert (await life.ended(), life.alarms) == (130, [])


async def test_a_token_that_is_withdrawn_ends_the_bot_with_one_sentence(rig: Rig) -> None:
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot() as life:
        await rig.ready()
        await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        await rig.discord.gw_close(4004)
        status, words = await last_words(life)
    assert (status, [sentence.split(":")[0] for sentence in words]) == (
        1,
        ["Discord's gateway refuses the token"],
    ), life.log
    assert [rig.comfy.running_prompt] == rig.prompts
