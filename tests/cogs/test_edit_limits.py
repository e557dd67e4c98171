"""What the edit form sends is what Discord takes: for every workflow that is shipped, and for the largest there can be.

The stand-in judges every answer by Discord's rules, and refuses what breaks one; where Discord's document is at hand,
every exchange is held against it as well.
"""

from dataclasses import replace

import pytest

from bot.comfy import Node
from bot.sandbox.discord import Invocation, Upload
from bot.sandbox.discord.components import walk
from bot.workflows import InputRef, Option, OptionKind, Workflow, resolve
from bot.workflows.command_size import fit
from bot.workflows.discord_rules import MAX_ASKED, MAX_OPTIONS, MAX_TEXT
from tests.cogs.messages import fields, saved_by_comfyui
from tests.cogs.test_commands import registered
from tests.cogs.test_edit import opened, page
from tests.cogs.test_read_workflow import text_of
from tests.delivery.generation import WORKFLOWS
from tests.delivery.rig import Rig
from tests.workflows.samples import load_templates
from tests.workflows.shipped_server import SERVER

MENU = 3
KINDS = (
    OptionKind.TEXT,
    OptionKind.INTEGER,
    OptionKind.NUMBER,
    OptionKind.BOOLEAN,
    OptionKind.CHOICE,
    OptionKind.SEED,
    OptionKind.IMAGE,
)
NAMES = {"zh-CN": "选" * 32}
LONG = "x" * 90


def large(count: int) -> Workflow:
    """As many options as there can be, of every kind, with everything as long as Discord and the bot allow."""
    options = tuple(_option(number, KINDS[number % len(KINDS)]) for number in range(count))
    graph = {"1": Node("Any", {f"i{number}": _value(each) for number, each in enumerate(options)})}
    workflow = Workflow(
        f"w{'x' * 31}", "y" * 100, graph, options, {}, frozenset(), prompt_option=options[0].name
    )
    return replace(workflow, options=fit(workflow))


def _option(number: int, kind: OptionKind) -> Option:
    is_list = kind is OptionKind.CHOICE
    return Option(
        name=f"o{number:02}" + "n" * 29,
        description="d" * 100,
        kind=kind,
        targets=(InputRef("1", f"i{number}"),),
        name_localisations={"zh-CN": f"{number}" + "名" * 30},
        description_localisations={"zh-CN": "说" * 100},
        default=None if kind in {OptionKind.SEED, OptionKind.IMAGE} else _default(kind),
        choices=tuple(f"{LONG}{each:02}" for each in range(25)) if is_list else None,
    )


def _default(kind: OptionKind) -> str | int | float | bool:
    match kind:
        case OptionKind.TEXT:
            return "words " * 100
        case OptionKind.BOOLEAN:
            return True
        case OptionKind.CHOICE:
            return f"{LONG}07"
        case _:
            return 7


def _value(option: Option) -> str | int | float | bool:
    return "fox.png" if option.kind is OptionKind.IMAGE else 7 if option.default is None else option.default


async def every_page(rig: Rig, panel: Invocation) -> list[Invocation]:
    return [await page(rig, panel, name) for name in names_of_pages(panel)]


def names_of_pages(panel: Invocation) -> list[str]:
    assert panel.response is not None
    menus = [each for each in walk(panel.response.now.components) if each["type"] == MENU]
    return [option["label"] for each in menus for option in each["options"]]


async def panel_of(rig: Rig, workflow: Workflow) -> Invocation:
    """Or the form, where no panel is needed."""
    picture = Upload("fox.png", saved_by_comfyui(workflow.graph))
    return await opened(rig, await rig.discord.second.say(rig.general, "", picture))


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
async def test_every_shipped_workflow_has_a_panel_and_forms_that_discord_takes(rig: Rig, locale: str) -> None:
    shipped = [resolve(template, [SERVER]) for template in load_templates(WORKFLOWS)]
    workflows = {each.name: each for each in shipped if isinstance(each, Workflow)}
    assert len(workflows) == len(shipped)
    async with rig.bot():
        rig.generation.offer(workflows)
        for workflow in workflows.values():
            rig.discord.member.locale = "en-US"
            answer = await panel_of(rig, workflow)
            rig.discord.member.locale = locale
            forms = [answer] if answer.modal else await every_page(rig, answer)
            asked = [name for form in forms for name in fields(form)]
            assert sorted(asked) == sorted(option.name for option in workflow.options)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("count", [MAX_OPTIONS, MAX_ASKED])
async def test_the_largest_workflows_have_a_command_a_panel_and_forms_that_discord_takes(
    rig: Rig, count: int, locale: str
) -> None:
    async with rig.bot():
        workflow = large(count)
        rig.generation.offer({workflow.name: workflow})
        await rig.discord.until(lambda: any(each.name == workflow.name for each in rig.discord.commands))
        command = registered(rig, workflow.name)
        assert [each.name for each in command.options] == [
            each.name for each in workflow.options[:MAX_OPTIONS]
        ]
        panel = await panel_of(rig, workflow)
        rig.discord.member.locale = locale
        forms = await every_page(rig, panel)
        asked = [name for form in forms for name in fields(form)]
        assert sorted(asked) == sorted(option.name for option in workflow.options)
        assert len(text_of(panel)) <= 4000
        sent = await rig.discord.member.submit_modal(forms[0], {})
        await sent.acknowledged()
        assert len(text_of(panel)) <= 4000


async def test_words_that_are_too_long_for_a_form_stay_as_they_are(rig: Rig) -> None:
    async with rig.bot():
        words = "fox " * (MAX_TEXT // 4)
        asked = await rig.discord.member.slash(rig.general, "/txt2img", {"prompt": words, "negative": "x"})
        await asked.answered()
        job = await rig.claimed()
        await rig.worker.finish(job, saved_by_comfyui({}))
        await rig.delivered(job)
        panel = await opened(rig, await rig.result())
        assert list(fields(await page(rig, panel, "Prompt"))) == ["negative"]
        await (await rig.discord.member.click(panel, "Run")).acknowledged()
        (again,) = await rig.open_jobs()
    assert again.values["prompt"] == job.values["prompt"]
