"""🎛 Edit: its panel and its forms are filled in with what was chosen, and make one ordinary job."""

import asyncio
import dataclasses

from msgspec.structs import replace

from bot.jobs.inputs import KeptInput, PreparedInput
from bot.jobs.job import Job
from bot.jobs.origin import Action, Origin
from bot.sandbox.discord import Invocation, Message, Upload
from bot.workflows import Option, OptionKind
from bot.workflows.template import InputRef
from tests.cogs.messages import fields, png, saved_by_comfyui, values
from tests.cogs.test_commands import OWN, registered
from tests.cogs.test_read_workflow import AGAIN, own_graph, result_of, text_of, told
from tests.delivery.rig import Rig

CHOOSE, RUN, RESET = "Choose what to change", "Run", "Reset"
FORGOTTEN = "The bot does not know any more how this was made."
GONE = "This was run already, or is older than a day."


async def opened(rig: Rig, message: Message, who: str = "member") -> Invocation:
    """The panel, or the form."""
    answer = await told(rig, message, who)
    pressed = await rig.discord.persons[who].click(answer, AGAIN)
    await pressed.acknowledged()
    return pressed


async def page(rig: Rig, panel: Invocation, name: str, who: str = "member") -> Invocation:
    form = await rig.discord.persons[who].select(panel, CHOOSE, name)
    await form.acknowledged()
    return form


async def changed(
    rig: Rig, panel: Invocation, name: str, given: dict[str, object], who: str = "member"
) -> None:
    form = await page(rig, panel, name, who)
    submitted = await rig.discord.persons[who].submit_modal(form, given)
    await submitted.acknowledged()


async def pressed(rig: Rig, panel: Invocation, button: str, who: str = "member") -> Invocation:
    done = await rig.discord.persons[who].click(panel, button)
    await done.acknowledged()
    return done


async def newest(rig: Rig) -> Job:
    return (await rig.open_jobs())[-1]


def shown(form: Invocation) -> dict[str, object]:
    """What stands in the fields, and what is chosen in the lists."""
    found: dict[str, object] = {}
    for name, field in fields(form).items():
        chosen = [each["value"] for each in field.get("options", ()) if each.get("default")]
        found[name] = chosen if "options" in field else field.get("value")
    return found


async def test_the_panel_tells_what_was_chosen_and_each_page_is_filled_in_with_it(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png(), "/txt2img prompt:a red fox seed:42 steps:7 width:768")
        panel = await opened(rig, message, "second")
        assert panel.ephemeral
        words = text_of(panel)
        assert words.startswith(
            "**txt2img: change what you like, then run it**\n\n**Prompt**\nprompt: a red fox"
        )
        assert "\nwidth: 768\nheight: 512" in words
        forms = {name: await page(rig, panel, name, "second") for name in ("Prompt", "Size", "Sampling")}
    assert {name: form.modal and form.modal["title"] for name, form in forms.items()} == {
        name: f"txt2img · {name}" for name in forms
    }
    assert shown(forms["Prompt"]) == {"prompt": "a red fox", "negative": "text, watermark"}
    assert shown(forms["Size"]) == {"width": "768", "height": "512", "batch-size": "1", "size": []}
    assert shown(forms["Sampling"])["seed"] == "42"
    assert shown(forms["Sampling"])["steps"] == "7"


async def test_what_is_changed_over_several_pages_and_a_restart_becomes_one_job_of_the_first(
    rig: Rig,
) -> None:
    async with rig.bot():
        before, message = await result_of(rig, png(), "/txt2img prompt:a red fox seed:42 steps:7")
        panel = await opened(rig, message, "second")
        await changed(rig, panel, "Prompt", {"prompt": "a blue fox"}, "second")
        assert "**prompt: a blue fox**" in text_of(panel)
    async with rig.bot():
        await changed(rig, panel, "Sampling", {"steps": "9", "seed": "", "cfg": "6,5"}, "second")
        assert "left out: seed" in text_of(panel)
    async with rig.bot():
        run = await pressed(rig, panel, RUN, "second")
        assert not run.ephemeral
        job = await newest(rig)
        again = await pressed(rig, panel, RUN, "second")
        assert text_of(again).startswith(GONE)
        assert again.ephemeral
    assert len(rig.generation.orders) == 2
    assert "seed" not in rig.generation.orders[-1].values
    assert job.values == {
        **before.values,
        "prompt": "a blue fox",
        "steps": "9",
        "cfg": "6.5",
        "seed": job.values["seed"],
    }
    assert (job.origin, job.place.user_id) == (Origin(before.id, Action.EDIT), rig.discord.second.user.id)
    assert job.interaction_id == run.interaction.id


async def test_run_pressed_twice_at_once_is_one_job(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        panel = await opened(rig, message)
        presses = [await rig.discord.member.click(panel, RUN) for _ in range(2)]
        await asyncio.gather(*(each.acknowledged() for each in presses))
        assert len(await rig.open_jobs()) == 1


async def test_reset_goes_back_to_what_it_was(rig: Rig) -> None:
    async with rig.bot():
        before, message = await result_of(rig, png())
        panel = await opened(rig, message)
        first = text_of(panel)
        await changed(rig, panel, "Prompt", {"prompt": "a blue fox"})
        assert text_of(panel) != first
        await pressed(rig, panel, RESET)
        assert text_of(panel) == first
        await pressed(rig, panel, RUN)
        assert (await newest(rig)).values == before.values


async def test_a_panel_is_its_persons_alone_whatever_is_forged(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        theirs = await opened(rig, message)
        mine = await opened(rig, message, "second")
        before = text_of(theirs)
        form, forged = await page(rig, theirs, "Prompt"), await page(rig, mine, "Prompt", "second")
        assert form.modal is not None
        assert forged.modal is not None
        forged.modal["custom_id"] = form.modal["custom_id"]
        told = await rig.discord.second.submit_modal(forged, {"prompt": "spam"})
        assert (await told.answered()).text.startswith(GONE)
        assert text_of(theirs) == before


async def test_a_workflow_in_a_file_that_is_one_of_ours_can_be_run_again_by_what_the_answer_holds(
    rig: Rig,
) -> None:
    async with rig.bot():
        picture = Upload("fox.png", saved_by_comfyui(own_graph(rig, steps=7)))
        message = await rig.discord.second.say(rig.general, "", picture)
        answer = await told(rig, message)
    async with rig.bot():  # nothing of it is remembered
        panel = await rig.discord.member.click(answer, AGAIN)
        await panel.acknowledged()
        await changed(rig, panel, "Prompt", {"prompt": "a blue fox"})
        await pressed(rig, panel, RUN)
        job = await newest(rig)
    assert (job.values["prompt"], job.values["seed"], job.values["steps"]) == ("a blue fox", "42", "7")
    assert job.origin is None


async def test_a_file_in_a_workflow_that_is_no_job_of_ours_has_to_be_handed_in_once_more(rig: Rig) -> None:
    async with rig.bot():
        graph = rig.generation.workflows["img2img"].graph
        message = await rig.discord.second.say(rig.general, "", Upload("fox.png", saved_by_comfyui(graph)))
        panel = await opened(rig, message)
        form = await page(rig, panel, "Files")
        assert fields(form)["image"]["required"] is True
        await rig.discord.member.submit_modal(form, {"image": Upload("wolf.png", png("grey"))})
        await rig.discord.until(lambda: "wolf.png" in text_of(panel))
        await changed(rig, panel, "Prompt", {"prompt": "a hat"})
        await pressed(rig, panel, RUN)
        job = await newest(rig)
    assert (job.workflow, job.values["image"], job.values["prompt"]) == ("img2img", "wolf.png", "a hat")


async def test_a_file_that_is_not_replaced_comes_along_with_its_mask(rig: Rig) -> None:
    async with rig.bot():
        before, message = await with_file(rig)
        panel = await opened(rig, message)
        form = await page(rig, panel, "Files")
        image, mask, area = (fields(form)[name] for name in ("image", "mask", "area"))
        assert (image["required"], image["about"]) == (False, "Left empty, “fox.png” stays")
        assert (mask["required"], area["required"]) == (False, False)
        await changed(rig, panel, "Prompt", {"prompt": "a hat"})
        await pressed(rig, panel, RUN)
        job = await newest(rig)
    order = rig.generation.orders[-1]
    assert order.attachments == {"image": KeptInput(before.id, "image", "fox.png")}
    assert (job.values["image"], job.values["prompt"]) == ("fox.png", "a hat")


async def with_file(rig: Rig) -> tuple[Job, Message]:
    """An inpainting that is done; its preparation is done by hand."""
    given: dict[str, object] = {
        "image": Upload("fox.png", png()),
        "mask": Upload("mask.png", png("white")),
        "prompt": "a scarf",
    }
    asked = await rig.discord.member.slash(rig.general, "/inpaint", given)
    await asked.answered()
    preparation = await rig.store.claim_preparation("test", 60)
    assert preparation is not None
    assert await rig.store.prepared(preparation, [prepared("image")])
    job = await rig.claimed()
    await rig.worker.finish(job, png())
    return await rig.delivered(job), await rig.result()


def prepared(option: str) -> PreparedInput:
    return PreparedInput(option, "a" * 64, ".png", mask="b" * 64)


async def test_what_fits_into_one_form_needs_no_panel_and_sent_twice_is_one_job(rig: Rig) -> None:
    async with rig.bot():
        short(rig)
        before, message = await result_of(rig, png())
        form = await opened(rig, message)
        assert form.modal is not None
        assert form.modal["title"] == "txt2img again"
        assert shown(form) == {"prompt": "a red fox", "steps": "20", "seed": "42"}
        given = {"prompt": "a blue fox"}
        sent = [await rig.discord.member.submit_modal(form, given) for _ in range(2)]
        await asyncio.gather(*(each.acknowledged() for each in sent))
        (job,) = await rig.open_jobs()
        other = await rig.discord.member.submit_modal(form, {"prompt": "a green fox"})
        await other.acknowledged()
        assert len(await rig.open_jobs()) == 2
    assert (job.values["prompt"], job.values["seed"]) == ("a blue fox", "42")
    assert job.origin == Origin(before.id, Action.EDIT)


def short(rig: Rig) -> None:
    """From now on /txt2img has three options."""
    txt2img = rig.generation.workflows["txt2img"]
    few = tuple(each for each in txt2img.options if each.name in {"prompt", "steps", "seed"})
    rig.generation.offer({**rig.generation.workflows, "txt2img": dataclasses.replace(txt2img, options=few)})


async def test_lists_and_booleans_are_chosen_and_longer_lists_are_typed(rig: Rig) -> None:
    async with rig.bot():
        txt2img = rig.generation.workflows["txt2img"]
        target, many = (InputRef("9", "x"),), tuple(map(str, range(26)))
        more = (
            Option("few", "A few", OptionKind.CHOICE, target, choices=("a", "b"), default="a"),
            Option("many", "Many", OptionKind.CHOICE, target, choices=many, default="3", autocomplete=True),
            Option("tiled", "Tiled", OptionKind.BOOLEAN, target, default=False),
        )
        rig.generation.offer({"txt2img": dataclasses.replace(txt2img, options=(*txt2img.options[:1], *more))})
        await rig.discord.until(lambda: len(rig.discord.commands) == len(OWN) + 1)
        await rig.discord.until(lambda: "few" in [each.name for each in registered(rig, "txt2img").options])
        _, message = await result_of(rig, png(), "/txt2img prompt:a red fox few:b")
        form = await opened(rig, message)
        assert shown(form) == {"prompt": "a red fox", "few": ["b"], "many": "3", "tiled": ["false"]}
        assert values(fields(form)["few"]) == ["a", "b"]
        sent = await rig.discord.member.submit_modal(form, {"many": "2", "tiled": "true", "few": []})
        await sent.acknowledged()
        refused = await rig.discord.member.submit_modal(form, {"many": "99"})
        assert "that is not on the list" in (await refused.answered()).text
        job = await newest(rig)
    assert (job.values["few"], job.values["many"], job.values["tiled"]) == ("a", "2", "true")


async def test_an_option_for_the_form_alone_is_asked_for_there_and_never_typed_into_the_command(
    rig: Rig,
) -> None:
    async with rig.bot():
        txt2img = rig.generation.workflows["txt2img"]
        options = tuple(replace(each, advanced=each.name == "steps") for each in txt2img.options)
        rig.generation.offer({"txt2img": dataclasses.replace(txt2img, options=options)})
        await rig.discord.until(lambda: len(rig.discord.commands) == len(OWN) + 1)
        await rig.discord.until(
            lambda: "steps" not in [each.name for each in registered(rig, "txt2img").options]
        )
        _, message = await result_of(rig, png(), "/txt2img prompt:a red fox")
        panel = await opened(rig, message)
        assert shown(await page(rig, panel, "Sampling"))["steps"] == "20"
        await changed(rig, panel, "Sampling", {"steps": "9", "cfg": "x"})
        refused = text_of(await pressed(rig, panel, RUN))
        assert "cfg:x" in refused
        assert "steps:" not in refused
        await changed(rig, panel, "Sampling", {"steps": "9", "cfg": "7"})
        await pressed(rig, panel, RUN)
        assert (await newest(rig)).values["steps"] == "9"


async def test_what_is_refused_stays_in_the_panel_to_be_mended_there(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        panel = await opened(rig, message)
        await changed(rig, panel, "Sampling", {"seed": "x"})
        refused = await pressed(rig, panel, RUN)
        assert refused.ephemeral
        words = text_of(refused)
        assert words.startswith("`seed` needs a seed, and “x” is none: ")
        assert "/txt2img prompt:a red fox" in words
        assert "seed:x" in words
        assert await rig.open_jobs() == []
        await changed(rig, panel, "Sampling", {"seed": "7"})
        await pressed(rig, panel, RUN)
        assert (await newest(rig)).values["seed"] == "7"


async def test_a_form_of_another_guilds_job_is_told_to_nobody(rig: Rig) -> None:
    async with rig.bot():
        short(rig)
        job, message = await result_of(rig, png())
        form = await opened(rig, message)
        elsewhere = rig.discord.guilds[1].channels["general"]
        copied = await rig.discord.moderator.say(elsewhere, "", Upload("fox.png", png()))
        asked = await rig.discord.moderator.context_command("Use as input", copied, elsewhere)
        await asked.acknowledged()
        assert form.modal is not None
        assert asked.modal is not None
        asked.modal["custom_id"] = form.modal["custom_id"]
        submitted = await rig.discord.moderator.submit_modal(asked, {"prompt": "a hat"})
        answer = await submitted.answered()
    assert job.id.hex in str(form.modal["custom_id"])
    assert submitted.ephemeral
    assert answer.text.startswith(FORGOTTEN)
    assert len(rig.generation.orders) == 1


async def test_a_job_that_was_forgotten_and_a_workflow_that_went_are_told(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        answer = await told(rig, message)
        panel = await opened(rig, message)
        assert answer.response is not None
        offered = rig.generation.workflows
        rig.generation.offer({})
        gone = [await rig.discord.member.click(answer, AGAIN), await rig.discord.member.click(panel, RUN)]
        for each in gone:
            assert (await each.answered()).text.startswith("`txt2img` cannot run at the moment")
        assert (await told(rig, message)).response.labels == ()  # pyright: ignore[reportOptionalMemberAccess]
        rig.generation.offer(offered)
        rig.discord.clock.move(7200)
        await rig.store.forget(3600)
        forgotten = await rig.discord.member.click(answer, AGAIN)
        assert (await forgotten.answered()).text.startswith(FORGOTTEN)
        await pressed(rig, panel, RUN)  # which holds all by itself
        assert (await newest(rig)).values["prompt"] == "a red fox"
        old = await opened(rig, await rig.discord.member.say(rig.general, "", own_picture(rig)))
        rig.discord.clock.move(25 * 3600)
        await rig.store.forget(3600)
        for button in (RUN, RESET):
            if button in old.response.labels:  # pyright: ignore[reportOptionalMemberAccess]
                assert text_of(await pressed(rig, old, button)).startswith(GONE)
        late = await rig.discord.member.select(old, CHOOSE, "Prompt")
        assert (await late.answered()).text.startswith(GONE)


def own_picture(rig: Rig) -> Upload:
    return Upload("fox.png", saved_by_comfyui(own_graph(rig)))
