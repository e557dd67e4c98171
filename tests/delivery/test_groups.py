"""Jobs that were asked for as one: one status, one Cancel, one result."""

import io

from PIL import Image

from bot.jobs.job import DeliveryState, Done, Job, Output
from bot.sandbox.discord import Invocation
from bot.texts import text
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

REPEAT = "/txt2img prompt:a red fox repeat:3"
ALL = "/txt2img prompt:a {red|blue} fox in {snow|rain} all:true seed:5"


async def asked(rig: Rig, line: str) -> Invocation:
    return await rig.paint(line)


async def run_all(rig: Rig, count: int, *colours: str) -> list[Job]:
    jobs = [await rig.claimed() for _ in range(count)]
    for number, job in enumerate(jobs):
        await rig.worker.finish(job, picture(colour=colours[number] if colours else "firebrick"))
    return jobs


async def test_a_repeated_command_makes_one_status_and_one_gallery_each_with_its_own_seed(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, REPEAT)
        assert "0 of 3 done" in invocation.versions[0].text
        jobs = await run_all(rig, 3)
        message = await rig.result()
        await rig.delivered(jobs[0])
        assert len(message.attachments) == 3
        assert len({job.values["seed"] for job in jobs}) == 3
        seeds = ", ".join(job.values["seed"] for job in jobs)
        assert f"seed {seeds}" in message.text
        assert "Done in" in invocation.versions[-1].text
        assert rig.results() == [message]
        members = await rig.generation.members(jobs[0])
        assert [each.delivery for each in members] == [DeliveryState.POSTED] * 3


async def test_a_given_seed_is_followed_by_the_next_ones(rig: Rig) -> None:
    async with rig.bot():
        await asked(rig, f"{REPEAT} seed:41")
        assert [each.values["seed"] for each in await rig.open_jobs()] == ["41", "42", "43"]


async def test_every_combination_comes_on_one_labelled_sheet_with_one_seed(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, ALL)
        assert "a {red|blue} fox in {snow|rain}" in invocation.versions[0].text.replace("\\", "")
        jobs = await run_all(rig, 4, "red", "green", "blue", "white")
        message = await rig.result()
        await rig.delivered(jobs[0])
    assert [job.values["prompt"] for job in jobs] == [
        "a red fox in snow",
        "a red fox in rain",
        "a blue fox in snow",
        "a blue fox in rain",
    ]
    assert {job.values["seed"] for job in jobs} == {"5"}
    (sheet,) = message.attachments
    assert sheet.filename.endswith(".jpg")
    shown = Image.open(io.BytesIO(sheet.content))
    assert shown.width > 2 * 64
    assert "red fox in snow; red fox in rain; blue fox in snow" in str(message.to_json())


async def test_the_status_tells_how_many_are_done_and_what_is_being_made(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, ALL)
        first = await rig.claimed()
        await rig.worker.finish(first, picture())
        second = await rig.claimed()
        rig.worker.show(second, 0.5, node="KSampler", step=3, steps=6, started_at=rig.store.now())
        await rig.discord.until(lambda: "step 3 of 6" in invocation.versions[-1].text)
        shown = invocation.versions[-1].text
        assert "1 of 4 done" in shown
        assert "38 %" in shown
        assert "red fox in rain" in shown


async def test_cancel_stops_what_runs_and_what_waits_and_what_was_made_is_shown(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, REPEAT)
        first, second = await rig.claimed(), await rig.claimed()
        await rig.worker.finish(first, picture())
        clicked = await rig.discord.member.click(invocation, "Cancel")
        said = (await clicked.answered()).text
        assert said == (
            "Cancelled, all 2 that were still to come. ComfyUI stops the one that runs after its current step."
        )
        await rig.worker.stop(second, rig.discord.member.user.id)
        message = await rig.result()
        await rig.delivered(first)
    assert len(message.attachments) == 1
    assert "2 of 3 were cancelled before they were done." in message.text
    assert await rig.open_jobs() == []


async def test_a_group_that_is_cancelled_before_anything_is_made_says_so(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, REPEAT)
        await rig.discord.member.click(invocation, "Cancel")
        await rig.discord.until(lambda: "Cancelled by" in invocation.versions[-1].text)
    assert rig.results() == []


async def test_failed_members_are_said_with_their_reason(rig: Rig) -> None:
    async with rig.bot():
        await asked(rig, ALL)
        jobs = [await rig.claimed() for _ in range(4)]
        await rig.worker.finish(jobs[0], picture())
        for job in jobs[1:3]:
            await rig.worker.fail(job, text("failed-out-of-memory", node="KSampler"))
        await rig.worker.finish(jobs[3], picture(colour="blue"))
        message = await rig.result()
        await rig.delivered(jobs[0])
    assert "2 failed (red fox in rain, blue fox in snow): The GPU ran out of memory" in message.text
    assert len(message.attachments) == 1


async def test_a_group_of_which_all_failed_says_why_in_its_status(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, REPEAT)
        for _ in range(3):
            await rig.worker.fail(await rig.claimed(), text("failed-no-output"))
        await rig.discord.until(lambda: "made no file" in invocation.versions[-1].text)
    assert rig.results() == []


async def test_more_pictures_than_a_message_takes_come_in_two(rig: Rig) -> None:
    async with rig.bot():
        await asked(rig, "/txt2img prompt:fox repeat:6")
        jobs = [await rig.claimed() for _ in range(6)]
        for job in jobs:
            await rig.worker.finish(job, picture(), picture(colour="navy"))
        await rig.delivered(jobs[0])
    assert [len(each.attachments) for each in rig.results()] == [10, 2]


async def test_a_restart_between_members_loses_none(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, REPEAT)
        first = await rig.claimed()
        await rig.worker.finish(first, picture())
    async with rig.bot():
        rest = await run_all(rig, 2)
        await rig.delivered(first)
        assert (await rig.generation.members(rest[0]))[0].id == first.id
    (message,) = rig.results()
    assert len(message.attachments) == 3
    assert "Done in" in invocation.versions[-1].text


async def test_a_status_goes_on_after_a_restart_whose_first_member_had_ended(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, REPEAT)
        await rig.worker.finish(await rig.claimed(), picture())
        second = await rig.claimed()
    async with rig.bot():
        rig.worker.show(second, 0.5, step=4, steps=8, started_at=rig.store.now())
        await rig.discord.until(lambda: "step 4 of 8" in invocation.versions[-1].text)
        assert "1 of 3 done" in invocation.versions[-1].text


async def test_the_queue_tells_a_group_in_one_line(rig: Rig) -> None:
    async with rig.bot():
        await asked(rig, REPEAT)
        first = await rig.claimed()
        await rig.worker.finish(first, picture())
        await rig.claimed()
        answer = (await (await rig.discord.second.slash(rig.general, "/queue")).answered()).text
        choices = await rig.discord.member.autocomplete(rig.general, "/cancel", "job", "")
    lines = answer.splitlines()
    assert len(lines) == 2
    assert lines[0] == "**One job**"
    assert f"`{first.id.hex[:8]}` · 1 of 3 done" in lines[1]
    assert [choice.value for choice in choices] == [first.id.hex]
    assert "3 at once" in choices[0].name


async def test_too_many_at_once_are_refused_whole_with_the_numbers(rig: Rig) -> None:
    async with rig.bot():
        refused = await rig.discord.member.slash(
            rig.general, "/txt2img prompt:{1|2|3|4|5}{1|2|3|4|5} all:true"
        )
        answer = (await refused.answered()).text
    assert answer.startswith("That would be 25 combinations, and 16 are the most at once.")
    assert refused.ephemeral
    assert await rig.open_jobs() == []


async def test_a_picture_that_comfyui_lost_leaves_its_cell_empty_and_the_rest_is_shown(rig: Rig) -> None:
    async with rig.bot():
        await asked(rig, ALL)
        jobs = await claimed_all(rig, 4)
        rig.generation.is_away = True
        for job in jobs:
            await rig.worker.finish(job, picture(256, 256, colour="white"))
        lost = next(name for name in rig.generation.files if name.startswith(jobs[1].id.hex))
        del rig.generation.files[lost]
        rig.generation.is_away = False
        message = await rig.result()
        await rig.delivered(jobs[0])
    (file,) = message.attachments
    shown = Image.open(io.BytesIO(file.content)).convert("L")
    middle = [shown.getpixel((shown.width * x // 4, shown.height * y // 5)) for y in (1, 3) for x in (1, 3)]
    assert [isinstance(each, int) and each > 128 for each in middle] == [True, False, True, True]


async def test_a_group_whose_files_are_all_gone_says_so(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, ALL)
        for job in await claimed_all(rig, 4):
            await rig.worker.end(job, Done((Output("9", f"{job.id.hex}.png", "", "output"),)))
        await rig.discord.until(lambda: "no longer has the files" in invocation.versions[-1].text)
    assert rig.results() == []


async def test_a_private_group_is_seen_by_its_requester_alone(rig: Rig) -> None:
    async with rig.bot():
        invocation = await asked(rig, f"{ALL} private:true")
        assert invocation.ephemeral
        jobs = await run_all(rig, 4)
        await rig.delivered(jobs[0])
        assert invocation.response is not None
        shown = invocation.response
    assert [each.filename.endswith(".jpg") for each in shown.attachments] == [True]
    assert rig.results() == []


async def claimed_all(rig: Rig, count: int) -> list[Job]:
    return [await rig.claimed() for _ in range(count)]
