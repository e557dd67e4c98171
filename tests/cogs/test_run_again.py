"""**Run it again with changes**: its form is filled in with what was chosen, and makes an ordinary job."""

from bot.jobs.job import Job
from bot.sandbox.discord import Invocation, Message, Upload
from tests.cogs.messages import fields, png, saved_by_comfyui
from tests.cogs.test_read_workflow import AGAIN, own_graph, result_of, told
from tests.delivery.rig import Rig


async def form_of(rig: Rig, message: Message, who: str = "member") -> Invocation:
    answer = await told(rig, message, who)
    pressed = await rig.discord.persons[who].click(answer, AGAIN)
    await pressed.acknowledged()
    return pressed


async def newest(rig: Rig) -> Job:
    return (await rig.open_jobs())[-1]


async def test_the_form_is_filled_in_with_what_the_ledger_knows_and_the_rest_stays_as_it_was(
    rig: Rig,
) -> None:
    async with rig.bot():
        before, message = await result_of(rig, png(), "/txt2img prompt:a red fox seed:42 steps:7 width:768")
        pressed = await form_of(rig, message, "second")
        assert {name: field.get("value") for name, field in fields(pressed).items()} == {
            "prompt": "a red fox",
            "seed": "42",
            "negative": "text, watermark",
            "width": "768",
            "height": "512",
        }
        submitted = await rig.discord.second.submit_modal(pressed, {"prompt": "a blue fox"})
        await submitted.answered()
        job = await newest(rig)
    assert not submitted.ephemeral
    assert job.values == {**before.values, "prompt": "a blue fox"}
    assert job.values["steps"] == "7"
    assert (job.interaction_id, job.place.user_id) == (submitted.interaction.id, rig.discord.second.user.id)


async def test_what_is_emptied_is_left_out_so_that_the_seed_is_a_new_one(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        submitted = await rig.discord.member.submit_modal(await form_of(rig, message), {"seed": ""})
        await submitted.answered()
        job = await newest(rig)
    assert job.values["prompt"] == "a red fox"
    assert job.values["seed"] != "42"
    assert "seed" not in rig.generation.orders[-1].values


async def test_a_workflow_in_a_file_that_is_one_of_ours_can_be_run_again_by_what_the_answer_holds(
    rig: Rig,
) -> None:
    async with rig.bot():
        picture = Upload("fox.png", saved_by_comfyui(own_graph(rig, steps=7)))
        message = await rig.discord.second.say(rig.general, "", picture)
        answer = await told(rig, message)
    async with rig.bot():  # nothing of it is remembered
        pressed = await rig.discord.member.click(answer, AGAIN)
        await pressed.acknowledged()
        assert fields(pressed)["seed"]["value"] == "42"
    async with rig.bot():
        await (await rig.discord.member.submit_modal(pressed, {"prompt": "a blue fox"})).answered()
        job = await newest(rig)
    assert (job.values["prompt"], job.values["seed"], job.values["steps"]) == ("a blue fox", "42", "7")


async def test_files_have_to_be_handed_in_once_more(rig: Rig) -> None:
    async with rig.bot():
        graph = rig.generation.workflows["img2img"].graph
        message = await rig.discord.second.say(rig.general, "", Upload("fox.png", saved_by_comfyui(graph)))
        pressed = await form_of(rig, message)
        form = fields(pressed)
        assert (list(form)[:2], form["image"]["required"]) == (["image", "prompt"], True)
        given = {"image": Upload("wolf.png", png("grey")), "prompt": "a hat"}
        await (await rig.discord.member.submit_modal(pressed, given)).answered()
        job = await newest(rig)
    assert (job.workflow, job.values["image"], job.values["prompt"]) == ("img2img", "wolf.png", "a hat")


async def test_every_shipped_workflow_has_a_form_that_discord_takes(rig: Rig) -> None:
    async with rig.bot():
        for name, workflow in rig.generation.workflows.items():
            picture = Upload("fox.png", saved_by_comfyui(workflow.graph))
            message = await rig.discord.second.say(rig.general, "", picture)
            pressed = await form_of(rig, message)
            assert pressed.modal is not None
            assert pressed.modal["title"] == f"{name} again"
            assert 1 <= len(pressed.modal["components"]) <= 5


async def test_what_is_refused_is_given_back_as_the_command_that_says_the_same(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        submitted = await rig.discord.member.submit_modal(
            await form_of(rig, message), {"seed": "x", "width": "768"}
        )
        refused = (await submitted.answered()).text
    assert submitted.ephemeral
    assert refused.startswith("`seed` needs a seed, and “x” is none: ")
    assert "/txt2img prompt:a red fox" in refused
    assert "seed:x" in refused
    assert "width:768" in refused
    assert await rig.open_jobs() == []


async def test_a_job_of_another_guild_is_told_to_nobody(rig: Rig) -> None:
    async with rig.bot():
        job, message = await result_of(rig, png())
        pressed = await form_of(rig, message)
        elsewhere = rig.discord.guilds[1].channels["general"]
        copied = await rig.discord.moderator.say(elsewhere, "", Upload("fox.png", png()))
        asked = await rig.discord.moderator.context_command("Use as input", copied, elsewhere)
        await asked.acknowledged()
        assert pressed.modal is not None
        assert asked.modal is not None
        asked.modal["custom_id"] = pressed.modal["custom_id"]
        submitted = await rig.discord.moderator.submit_modal(asked, {"prompt": "a hat"})
        answer = await submitted.answered()
    assert job.id.hex in str(pressed.modal["custom_id"])
    assert submitted.ephemeral
    assert answer.text.startswith("The bot does not know any more how this was made.")
    assert len(rig.generation.orders) == 1


async def test_a_job_that_was_forgotten_and_a_workflow_that_went_are_told(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        answer = await told(rig, message)
        assert answer.response is not None
        rig.generation.offer({})
        gone = await rig.discord.member.click(answer, AGAIN)
        assert (await gone.answered()).text.startswith("`txt2img` cannot run at the moment")
        assert (await told(rig, message)).response.labels == ()  # pyright: ignore[reportOptionalMemberAccess]
        rig.discord.clock.move(7200)
        await rig.store.forget(3600)
        gone = await rig.discord.member.click(answer, AGAIN)
        assert (await gone.answered()).text.startswith("The bot does not know any more")
