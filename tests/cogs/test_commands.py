"""What is registered with Discord, and when."""

import asyncio
import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from bot.sandbox.discord import Command, Fault, OptionType
from bot.sandbox.discord.commands import CommandType
from bot.workflows import Workflow
from bot.workflows.loading import RESERVED_NAMES
from tests.cogs.test_guild_sync import spend_creates
from tests.delivery.rig import Rig

COMMANDS = "/applications/{application_id}/commands"
MENU = {
    "Use as input",
    "Read workflow",
    "Make a command of this",
    "Cancel job",
    "Report",
    "Who made this",
}
OWN = RESERVED_NAMES | MENU


def registered(rig: Rig, name: str) -> Command:
    return next(command for command in rig.discord.commands if command.name == name)


def option(command: Command, name: str) -> dict[str, Any]:
    return next(each.body for each in command.options if each.name == name)


async def test_one_command_a_workflow_and_those_of_the_bot_are_registered(rig: Rig) -> None:
    async with rig.bot():
        assert {command.name for command in rig.discord.commands} == {
            *rig.generation.workflows,
            *OWN,
        }


async def test_options_carry_type_range_and_whether_they_are_required(rig: Rig) -> None:
    async with rig.bot():
        command = registered(rig, "txt2img")
    prompt, steps, cfg = (option(command, name) for name in ("prompt", "steps", "cfg"))
    assert command.options[0].name == "prompt"
    assert (prompt["type"], prompt["required"]) == (OptionType.STRING, True)
    assert (steps["type"], steps["required"], steps["min_value"]) == (OptionType.INTEGER, False, 1)
    assert cfg["type"] == OptionType.NUMBER
    seed = option(command, "seed")
    assert (seed["type"], seed["required"]) == (OptionType.STRING, False)


async def test_names_and_descriptions_are_there_in_chinese(rig: Rig) -> None:
    async with rig.bot():
        txt2img, queue = registered(rig, "txt2img"), registered(rig, "queue")
    assert txt2img.sent["name_localizations"] == {"zh-CN": "文生图"}
    assert option(txt2img, "prompt")["name_localizations"] == {"zh-CN": "提示词"}
    assert queue.sent["name_localizations"] == {"zh-CN": "队列", "zh-TW": "队列"}
    assert queue.sent["description_localizations"]["zh-CN"] == "查看这里正在运行和排队的任务"


async def test_the_menu_of_a_message_has_its_commands_in_both_languages(rig: Rig) -> None:
    async with rig.bot():
        general, member = rig.general, rig.discord.member
        offered = member.commands(general, CommandType.MESSAGE)
        for_moderators = rig.discord.moderator.commands(general, CommandType.MESSAGE)
    assert {each.name: each.sent["name_localizations"]["zh-CN"] for each in offered} == {
        "Use as input": "用作输入",
        "Read workflow": "读取工作流",
        "Make a command of this": "做成命令",
        "Cancel job": "取消任务",
        "Report": "举报",
    }
    assert "Who made this" in {each.name for each in for_moderators}
    assert all("options" not in each.sent and "description" not in each.sent for each in offered)


async def test_an_unchanged_list_is_not_sent_again(rig: Rig) -> None:
    async with rig.bot():
        pass
    async with rig.bot() as bot:
        assert not await bot.sync.sync()
    assert rig.calls("PUT", COMMANDS) == [200]


async def test_a_workflow_that_can_no_longer_run_leaves_the_list_and_comes_back(rig: Rig) -> None:
    async with rig.bot() as bot:
        everything = rig.generation.workflows
        rig.generation.offer({})
        assert await bot.sync.sync()
        assert {command.name for command in rig.discord.commands} == OWN
        rig.generation.offer(everything)
        assert await bot.sync.sync()
        assert registered(rig, "txt2img")


async def test_only_commands_that_discord_did_not_have_count_as_created(rig: Rig) -> None:
    async with rig.bot() as bot:
        workflows = many(rig, 3)
        rig.generation.offer(workflows)
        await bot.sync.sync()
        before = bot.sync.created
        changed = {name: dataclasses.replace(each, description="Another") for name, each in workflows.items()}
        rig.generation.offer(changed)
        await bot.sync.sync()
        assert bot.sync.created == before
        rig.generation.offer(many(rig, 4) | changed)
        await bot.sync.sync()
        assert bot.sync.created == before + 1


async def test_a_change_is_noticed_without_being_asked(rig: Rig) -> None:
    async with rig.bot():
        rig.generation.offer({})
        await rig.discord.until(lambda: len(rig.discord.commands) == len(OWN))


async def test_another_ones_command_is_replaced_and_an_entry_point_is_kept(rig: Rig) -> None:
    rig.discord.registry.overwrite(
        None,
        [
            {"name": "stray", "type": 1, "description": "of an older version"},
            {"name": "launch", "type": 4, "description": "Play", "handler": 2},
        ],
    )
    async with rig.bot() as bot:
        await rig.discord.until(lambda: rig.calls("PUT", COMMANDS))
        await asyncio.sleep(0.05)
        assert not await bot.sync.sync()
    names = {command.name for command in rig.discord.commands}
    assert "stray" not in names
    assert {"launch", "txt2img"} <= names


def many(rig: Rig, count: int) -> dict[str, Workflow]:
    template = next(iter(rig.generation.workflows.values()))
    names = [f"picture-{number:03}" for number in range(count)]
    return {name: dataclasses.replace(template, name=name, name_localisations={}) for name in names}


async def test_of_more_workflows_than_discord_takes_commands_the_first_are_offered_and_the_rest_is_said_once(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    pictures = many(rig, 101)
    rig.generation.offer(pictures)
    async with rig.bot() as bot:
        await rig.discord.until(lambda: len(rig.discord.commands) == 100 + len(MENU))
        await bot.sync.sync()
        names = {command.name for command in rig.discord.commands}
    assert names == {*OWN, *list(pictures)[: 100 - len(RESERVED_NAMES)]}
    said = [each.getMessage() for each in caplog.records if "left out" in each.getMessage()]
    left_out = ", ".join(f"/{name}" for name in list(pictures)[100 - len(RESERVED_NAMES) :])
    assert said == [f"Discord takes 100 commands of one bot; left out: {left_out}"]


async def test_a_command_that_discord_refuses_is_left_out_and_named_and_the_others_are_offered(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    workflows = many(rig, 3)
    first = workflows["picture-001"]
    wordy = [replace(each, description="x" * 101) for each in first.options[1:]]
    rig.generation.offer(
        {**workflows, "picture-001": dataclasses.replace(first, options=(first.options[0], *wordy))}
    )
    async with rig.bot() as bot:
        await rig.discord.until(lambda: len(rig.discord.commands) == 2 + len(OWN))
        assert not await bot.sync.sync()
        names = {command.name for command in rig.discord.commands}
    assert names == {*OWN, "picture-000", "picture-002"}
    (said,) = [each.getMessage() for each in caplog.records if "refuses" in each.getMessage()]
    assert said.startswith(f"Discord refuses /picture-001, which is left out: In {len(RESERVED_NAMES) + 1}.")


async def test_a_day_without_room_for_new_commands_keeps_no_other_change_away(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.bot():
        spend_creates(rig, None)
        prompt = dataclasses.replace(rig.generation.workflows["txt2img"], description="Another")
        rig.generation.offer({**rig.generation.workflows, "txt2img": prompt, **many(rig, 1)})
        await rig.discord.until(lambda: registered(rig, "txt2img").description == "Another")
        await rig.discord.until(lambda: any("still left out" in each.getMessage() for each in caplog.records))
    assert "picture-000" not in {command.name for command in rig.discord.commands}


@pytest.mark.parametrize(
    "body", [b"<html>", b"[7]", b'[{"name": []}]', b'[{"name": "x", "options": 7}]', b"{}"]
)
async def test_a_list_of_commands_that_cannot_be_read_is_asked_for_again(
    rig: Rig, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    rig.discord.add_fault(Fault("GET", "/applications/.*/commands", body=body))
    async with rig.bot():
        assert registered(rig, "txt2img")
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []


async def test_the_names_that_workflows_may_not_take_are_those_of_the_other_commands(rig: Rig) -> None:
    async with rig.bot():
        names = {command.name for command in rig.discord.commands}
        assert names - set(rig.generation.workflows) - MENU == RESERVED_NAMES
