"""``/compare``, and what can be done with its sheet."""

import io
import zipfile

import pytest

from bot.errors import Refused
from bot.jobs.job import Job
from bot.jobs.origin import Action
from bot.sandbox.discord import Message
from bot.texts import render
from bot.workflows import Workflow
from cogs._axes import axis_of, suggestions
from cogs._typed_options import typed_options
from tests.delivery.generation import noise, picture
from tests.delivery.rig import Rig

LINE = "/compare workflow:txt2img x:cfg 4,6,8 y:steps 10,20 prompt:a red fox values:seed:7 width:512"


@pytest.fixture
def txt2img(rig: Rig) -> Workflow:
    return rig.generation.workflows["txt2img"]


async def finished(rig: Rig, count: int, content: bytes | None = None) -> list[Job]:
    jobs = [await rig.claimed() for _ in range(count)]
    for job in jobs:
        await rig.worker.finish(job, content or picture())
    return jobs


async def sheet(rig: Rig) -> tuple[list[Job], Message]:
    await rig.paint(LINE)
    jobs = await finished(rig, 6)
    message = await rig.result()
    await rig.delivered(jobs[0])
    return jobs, message


async def test_every_value_of_one_meets_every_value_of_the_other_with_one_seed(rig: Rig) -> None:
    async with rig.bot():
        jobs, message = await sheet(rig)
    assert [(job.values["cfg"], job.values["steps"]) for job in jobs] == [
        ("4", "10"),
        ("6", "10"),
        ("8", "10"),
        ("4", "20"),
        ("6", "20"),
        ("8", "20"),
    ]
    same = {(job.values["seed"], job.values["prompt"], job.values["width"]) for job in jobs}
    assert same == {("7", "a red fox", "512")}
    assert len(message.attachments) == 1
    assert "Along the top: cfg 4; cfg 6; cfg 8. Down the side: steps 10; steps 20." in str(message.to_json())


async def test_one_of_a_sheet_is_taken_as_a_job_of_whoever_takes_it_once(rig: Rig) -> None:
    async with rig.bot():
        jobs, message = await sheet(rig)
        taken = await rig.discord.second.select(message, f"take:{jobs[0].id.hex}", "cfg 8 · steps 20")
        again = await rig.discord.second.select(message, f"take:{jobs[0].id.hex}", "cfg 8 · steps 20")
        await taken.answered()
        answer = await again.answered()
        (job,) = await rig.open_jobs()
    assert job.values == jobs[5].values
    assert job.place.user_id == rig.discord.second.user.id
    assert job.origin is not None
    assert (job.origin.job_id, job.origin.action, job.group) == (jobs[5].id, Action.TAKE, None)
    assert answer.text.startswith("You pressed this twice")


async def test_a_sheet_can_be_taken_from_after_a_restart_and_says_when_it_is_forgotten(rig: Rig) -> None:
    async with rig.bot():
        jobs, message = await sheet(rig)
    async with rig.bot():
        await (
            await rig.discord.member.select(message, f"take:{jobs[0].id.hex}", "cfg 4 · steps 10")
        ).answered()
        (job,) = await rig.open_jobs()
        await rig.store.cancel(job.id, 1)
        rig.discord.clock.move(10_000)
        await rig.store.forget(1)
        late = await rig.discord.member.select(message, f"take:{jobs[0].id.hex}", "cfg 4 · steps 10")
        answer = await late.answered()
    assert late.ephemeral
    assert answer.text.startswith("The bot does not know this result any more")


async def test_originals_come_as_one_zip_to_whoever_asks(rig: Rig) -> None:
    async with rig.bot():
        _, message = await sheet(rig)
        pressed = await rig.discord.second.click(message, "Originals (6)")
        answer = await pressed.answered()
        await rig.discord.until(lambda: answer.attachments)
    assert pressed.ephemeral
    (file,) = answer.attachments
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 6
        assert archive.read(archive.namelist()[0]) == picture()


async def test_originals_that_are_too_large_together_say_how_large(rig: Rig) -> None:
    large = noise(1500, 1500)
    async with rig.bot():
        await rig.paint("/txt2img prompt:fox repeat:2")
        jobs = await finished(rig, 2, large)
        await rig.delivered(jobs[0])
        last = rig.results()[0]
        pressed = await rig.discord.member.click(last, "Originals (2)")
        await rig.discord.until(lambda: "together" in (pressed.response.text if pressed.response else ""))
        said = pressed.response
    assert said is not None
    assert said.text == (
        "The originals (2) are 13 MB together, and Discord takes 10 MB from a bot here. "
        "Whoever runs ComfyUI finds them in its output folder."
    )


async def test_originals_that_are_gone_say_so(rig: Rig) -> None:
    async with rig.bot():
        _, message = await sheet(rig)
        rig.generation.files.clear()
        pressed = await rig.discord.member.click(message, "Originals (6)")
        await rig.discord.until(lambda: "no longer" in (pressed.response.text if pressed.response else ""))


async def test_what_cannot_be_compared_is_refused_with_the_command(rig: Rig) -> None:
    async with rig.bot():
        said: list[str] = []
        for line in (
            "/compare workflow:txt2imgg x:cfg 4,6",
            "/compare workflow:txt2img x:cgf 4,6 prompt:fox",
            "/compare workflow:txt2img x:cfg 1,2,3,4,5 prompt:fox",
            "/compare workflow:txt2img x:cfg 4,6 y:cfg 7 prompt:fox",
            "/compare workflow:txt2img x:cfg 4,600 prompt:fox",
            "/compare workflow:txt2img x:cfg 4,6 prompt:fox values:twelve",
        ):
            invocation = await rig.discord.member.slash(rig.general, line)
            said.append((await invocation.answered()).text.splitlines()[0])
        assert await rig.open_jobs() == []
    assert said[0].startswith("There is no command `txt2imgg`. There is: txt2img")
    assert said[1].startswith("`cgf 4,6` names no option that can be compared.")
    assert "cfg" in said[1]
    assert said[2].startswith("Give one to 4 different values for cfg")
    assert said[3].startswith("`cfg` cannot be compared with itself.")
    assert "600" in said[4]
    assert said[5].startswith("`twelve` belongs to no option.")


async def test_workflow_options_and_values_are_suggested(rig: Rig) -> None:
    line = "/compare workflow:txt2img prompt:fox"
    async with rig.bot():
        workflows = await rig.discord.member.autocomplete(
            rig.general, "/compare prompt:fox", "workflow", "txt2"
        )
        options = await rig.discord.member.autocomplete(rig.general, line, "x", "cf")
        values = await rig.discord.member.autocomplete(rig.general, line, "x", "sampler euler,dpmpp_2m_s")
    assert [choice.value for choice in workflows] == ["txt2img"]
    assert [str(choice.value).split()[0] for choice in options] == ["cfg"]
    assert all(str(choice.value).startswith("sampler euler,dpmpp_2m_s") for choice in values)


def test_an_axis_is_read_in_any_spelling(txt2img: Workflow) -> None:
    for typed in ("cfg 4,6,8", "cfg: 4, 6,8", "CFG=4|6|8", "cfg 4，6，8,4"):
        axis = axis_of(txt2img, typed, "en-US")
        assert (axis.option, axis.values) == ("cfg", (4.0, 6.0, 8.0))
        assert axis.labels == ("cfg 4", "cfg 6", "cfg 8")
    words = axis_of(txt2img, "提示词 红狐狸, 雪|蓝狐狸", "zh-CN")
    assert (words.option, words.labels) == ("prompt", ("提示词 红狐狸, 雪", "提示词 蓝狐狸"))


def test_examples_are_values_that_the_option_takes(txt2img: Workflow) -> None:
    offered = suggestions(txt2img, "", "en-US", lambda _: ())
    assert [each for each in offered if each.startswith("cfg ")]
    for each in offered:
        if each.split(" ", 1)[1:] and each.split(" ", 1)[1]:
            axis_of(txt2img, each, "en-US")


def test_other_options_are_read_as_they_are_typed_in_a_command(txt2img: Workflow) -> None:
    read = typed_options(txt2img, "steps:12 prompt: a fox: red  seed:5")
    assert dict(read) == {"steps": "12", "prompt": "a fox: red", "seed": "5"}
    with pytest.raises(Refused) as refused:
        typed_options(txt2img, "no option steps:12")
    assert render(refused.value.message, "en").startswith("`no option` belongs to no option.")


async def test_a_single_job_of_several_files_has_the_button_too_and_one_of_one_has_none(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        batch = await rig.claimed()
        await rig.worker.finish(batch, picture(), picture(colour="navy"))
        await rig.delivered(batch)
        await rig.paint()
        alone = await rig.claimed()
        await rig.worker.finish(alone, picture())
        await rig.delivered(alone)
        several, one = rig.results()
        pressed = await rig.discord.member.click(several, f"zip:{batch.id.hex}")
        answer = await pressed.answered()
        await rig.discord.until(lambda: answer.attachments)
    assert [each.filename for each in answer.attachments] == [f"{batch.id.hex[:8]}.zip"]
    offers = [
        [each for each in message.now.custom_ids if each.startswith("zip:")] for message in (several, one)
    ]
    assert offers == [[f"zip:{batch.id.hex}"], []]


async def test_a_comparison_in_chinese_has_chinese_labels(rig: Rig) -> None:
    rig.discord.member.locale = "zh-CN"
    async with rig.bot():
        await rig.paint("/对比 工作流:txt2img 横向:提示词 红狐狸,蓝狐狸 其他选项:步数:4")
        jobs = await finished(rig, 2)
        await rig.delivered(jobs[0])
    assert [(job.values["prompt"], job.values["steps"]) for job in jobs] == [("红狐狸", "4"), ("蓝狐狸", "4")]
    assert [job.group.labels for job in jobs if job.group] == [("提示词 红狐狸",), ("提示词 蓝狐狸",)]
