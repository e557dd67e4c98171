import pytest

from tests.delivery.rig import Rig

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


async def test_a_job_holds_what_the_person_chose_and_where(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint("/txt2img prompt:a red fox steps:7 cfg:6.5 seed:42")
        (job,) = await rig.open_jobs()
    chosen = {name: job.values[name] for name in ("prompt", "steps", "cfg", "seed")}
    assert chosen == {"prompt": "a red fox", "steps": "7", "cfg": "6.5", "seed": "42"}
    assert job.place.user_id == rig.discord.member.user.id
    assert (job.place.guild_id, job.place.channel_id) == (rig.discord.guilds[0].id, rig.general.id)
    assert job.reply.attachment_limit_bytes == 10 * 1024 * 1024


async def test_a_refusal_says_what_is_allowed_in_the_persons_language(rig: Rig) -> None:
    rig.discord.member.locale = "zh-CN"
    async with rig.bot():
        rig.generation.offer({})
        invocation = await rig.discord.member.slash(rig.general, "/文生图 prompt:fox")
        message = await invocation.answered()
    assert message.text.startswith("`txt2img` 目前无法运行：")


async def test_a_bug_is_logged_once_and_the_person_sees_its_number(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.bot():
        rig.generation.break_down(ZeroDivisionError("a bug for this test"))
        invocation = await rig.discord.member.slash(rig.general, "/txt2img prompt:fox")
        message = await invocation.answered()
    (record,) = [each for each in caplog.records if each.levelname == "ERROR"]
    number = record.getMessage().split()[1]
    assert f"`{number}`" in message.text
    assert record.exc_info is not None


async def test_two_hundred_commands_at_once_are_all_acknowledged(rig: Rig) -> None:
    rig.discord.interactions.deadline_seconds = 20  # how fast it is, tests.bench says
    async with rig.bot():
        asked = [await rig.discord.member.slash(rig.general, f"/txt2img prompt:fox {n}") for n in range(200)]
        for invocation in asked:
            await invocation.acknowledged()
        await rig.eventually(lambda jobs: len(jobs) == 200)


async def test_a_long_list_is_suggested_while_typing(rig: Rig) -> None:
    names = [f"model-{number:02}.safetensors" for number in range(40)]
    async with rig.bot() as bot:
        rig.generation.offer_list("checkpoint", names)
        await bot.sync.sync()
        choices = await rig.discord.member.autocomplete(
            rig.general, "/txt2img prompt:fox", "checkpoint", "model-3"
        )
    assert [choice.value for choice in choices] == names[30:40]


async def test_a_short_list_becomes_choices(rig: Rig) -> None:
    async with rig.bot() as bot:
        rig.generation.offer_list("checkpoint", ["a.safetensors", "b.safetensors"])
        await bot.sync.sync()
        command = next(each for each in rig.discord.commands if each.name == "txt2img")
    checkpoint = next(each for each in command.options if each.name == "checkpoint")
    assert [choice["value"] for choice in checkpoint.choices] == ["a.safetensors", "b.safetensors"]


async def test_a_command_that_discord_still_shows_and_we_no_longer_have_is_explained(rig: Rig) -> None:
    async with rig.bot():
        rig.discord.registry.create(None, {"name": "stray", "type": 1, "description": "of an older version"})
        invocation = await rig.discord.member.slash(rig.general, "/stray")
        message = await invocation.answered()
    assert message.text.startswith("This command has changed since your Discord loaded it.")
    assert invocation.ephemeral


async def test_what_was_asked_just_before_the_end_is_still_taken_down(rig: Rig) -> None:
    async with rig.bot():
        asked = [await rig.discord.member.slash(rig.general, f"/txt2img prompt:fox {n}") for n in range(20)]
        await asked[-1].acknowledged()
    acknowledged = [each for each in asked if each.interaction.answered_at is not None]
    assert len(await rig.open_jobs()) == len(acknowledged)
