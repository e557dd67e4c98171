"""What the rules of a guild say to a submission, and what menus offer."""

import dataclasses
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.errors import NotAllowed
from bot.jobs.job import Place
from bot.jobs.limits import NO_MEMBER_LIMITS, MemberLimits
from bot.jobs.sqlite import SqliteStore
from bot.moderation.checks import checks_of
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import KEYS
from bot.moderation.people import ChannelFacts, Requester
from bot.moderation.places import Places
from bot.moderation.submission import Submission
from bot.texts import Text, text
from bot.workflows import Workflow
from bot.workflows.template import InputRef
from bot.workflows.workflow import Amounts
from tests.generation.sample import new_job

GUILD, ART, FUN, THREAD = 10**17, 10**17 + 1, 10**17 + 2, 10**17 + 3
GOLD, SILVER = 10**18, 10**18 + 1
IN_ART, IN_FUN = ChannelFacts(ART), ChannelFacts(FUN)
IN_THREAD = ChannelFacts(THREAD, parent_id=ART)
AMONG_ADULTS = ChannelFacts(FUN, nsfw=True)
MEMBER = Requester(7, frozenset({GUILD}))
GOLDEN = Requester(7, frozenset({GUILD, GOLD}))
FLUX = Workflow("flux", "Draws", {}, (), {}, frozenset())
FOR_ADULTS = dataclasses.replace(FLUX, name="late", nsfw=True)
IN_GUILD = Place(GUILD, ART, 7)
DIRECT = Place(None, 5, 7)
ABROAD = Place(None, 5, 7, guest_of=GUILD)
AMONG_FRIENDS = Place(None, 5, 7, guest_of=0)


@pytest.fixture
async def settings(tmp_path: Path) -> AsyncGenerator[GuildSettings]:
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        yield GuildSettings(store)


async def choose(settings: GuildSettings, **chosen: str) -> None:
    for name, typed in chosen.items():
        await settings.choose(GUILD, KEYS[name.replace("_", "-")], typed, by=1)


def asked(
    who: Requester = MEMBER, where: ChannelFacts = IN_ART, workflow: Workflow = FLUX, place: Place = IN_GUILD
) -> Submission:
    return Submission(new_job(where=place), workflow, who, where)


async def refusal(settings: GuildSettings, submission: Submission) -> Text | None:
    try:
        assert await checks_of(settings).passed(submission) == submission
    except NotAllowed as error:
        return error.message
    return None


async def test_where_nothing_was_chosen_everything_passes(settings: GuildSettings) -> None:
    for who, where, place in (
        (MEMBER, IN_ART, IN_GUILD),
        (GOLDEN, IN_THREAD, IN_GUILD),
        (MEMBER, IN_ART, DIRECT),
    ):
        submission = asked(who, where, place=place)
        assert await refusal(settings, submission) is None
        assert await checks_of(settings).limits(submission) == NO_MEMBER_LIMITS


async def test_channels_that_are_named_are_those_and_their_threads(settings: GuildSettings) -> None:
    await choose(settings, allowed_channels=f"<#{ART}>")
    assert await refusal(settings, asked(where=IN_ART)) is None
    assert await refusal(settings, asked(where=IN_THREAD)) is None
    assert await refusal(settings, asked(where=IN_FUN)) == text("place-channels", channels=f"<#{ART}>")
    assert await refusal(settings, asked(where=IN_FUN, place=DIRECT)) is None


async def test_roles_that_are_named_are_asked_of_everybody_moderators_too(settings: GuildSettings) -> None:
    await choose(settings, allowed_roles=f"<@&{GOLD}>")
    moderator = replace(MEMBER, is_moderator=True, is_administrator=True)
    for who, refused in ((GOLDEN, None), (MEMBER, text("place-roles", roles=f"<@&{GOLD}>"))):
        assert await refusal(settings, asked(who)) == refused
    assert await refusal(settings, asked(moderator)) is not None
    await choose(settings, allowed_roles=f"<@&{GUILD}>")  # everybody's role has the guild's id
    assert await refusal(settings, asked(MEMBER)) is None


async def test_a_workflow_may_be_for_some_channels_and_some_roles_or_for_nobody(
    settings: GuildSettings,
) -> None:
    await choose(settings, workflow_access=f"flux: <#{ART}> <@&{GOLD}>; late: off")
    assert await refusal(settings, asked(GOLDEN, IN_THREAD)) is None
    assert await refusal(settings, asked(GOLDEN, IN_FUN)) == text(
        "place-workflow-channels", workflow="flux", channels=f"<#{ART}>"
    )
    assert await refusal(settings, asked(MEMBER, IN_ART)) == text(
        "place-workflow-roles", workflow="flux", roles=f"<@&{GOLD}>"
    )
    assert await refusal(settings, asked(GOLDEN, AMONG_ADULTS, FOR_ADULTS)) == text(
        "place-workflow-off", workflow="late"
    )
    assert await refusal(settings, asked(workflow=dataclasses.replace(FLUX, name="sdxl"))) is None


async def test_many_channels_are_not_all_named(settings: GuildSettings) -> None:
    await choose(settings, allowed_channels=" ".join(f"<#{FUN + number}>" for number in range(1, 30)))
    told = await refusal(settings, asked())
    assert told is not None
    assert (str(told.arguments["channels"]).count("<#"), str(told.arguments["channels"])[-1]) == (10, "…")


async def test_who_is_timed_out_asks_for_nothing_until_then(settings: GuildSettings) -> None:
    submission = asked(replace(MEMBER, timed_out_until=1000.0))
    at = dataclasses.replace(submission.job.reply, created_at=999.0)
    assert await refusal(settings, replace(submission, job=replace(submission.job, reply=at))) == text(
        "timed-out", when="1000"
    )
    later = dataclasses.replace(submission.job.reply, created_at=1000.0)
    assert await refusal(settings, replace(submission, job=replace(submission.job, reply=later))) is None


@pytest.mark.parametrize(
    ("where", "place", "refused"),
    [
        pytest.param(AMONG_ADULTS, IN_GUILD, None, id="age-restricted channel"),
        pytest.param(replace(IN_THREAD, nsfw=True), IN_GUILD, None, id="thread of one"),
        pytest.param(IN_ART, IN_GUILD, "age-restricted", id="another channel"),
        pytest.param(IN_ART, DIRECT, None, id="private messages, where Discord asks"),
        pytest.param(IN_ART, AMONG_FRIENDS, "age-restricted", id="private messages of several"),
        pytest.param(IN_ART, ABROAD, "age-restricted", id="where the bot is a guest"),
        pytest.param(AMONG_ADULTS, ABROAD, None, id="such a channel where it is one"),
    ],
)
async def test_a_workflow_for_adults_is_where_adults_are(
    settings: GuildSettings, where: ChannelFacts, place: Place, refused: str | None
) -> None:
    told = await refusal(settings, asked(where=where, place=place, workflow=FOR_ADULTS))
    assert (told and told.id) == refused


async def test_a_guild_may_have_nothing_for_adults(settings: GuildSettings) -> None:
    await choose(settings, nsfw="off")
    assert await refusal(settings, asked(where=AMONG_ADULTS, workflow=FOR_ADULTS)) == text(
        "age-off", workflow="late"
    )


async def test_the_size_of_one_job_is_limited_by_role(settings: GuildSettings) -> None:
    await choose(settings, limit_size=f"20, <@&{GOLD}>=40")
    width, height, steps = InputRef("1", "width"), InputRef("1", "height"), InputRef("1", "steps")
    workflow = dataclasses.replace(FLUX, amounts=Amounts(sizes=((width, height),), steps=(steps,)))
    graph = {"1": {"class_type": "Sample", "inputs": {"width": 1000, "height": 1000, "steps": 21}}}

    def of(who: Requester) -> Submission:
        return replace(asked(who, workflow=workflow), job=replace(new_job(graph=graph), place=IN_GUILD))

    assert await refusal(settings, of(MEMBER)) == text("limit-size", size=21.0, limit=20)
    assert await refusal(settings, of(GOLDEN)) is None


async def test_what_is_counted_of_a_person_is_what_their_roles_allow(settings: GuildSettings) -> None:
    await choose(
        settings,
        limit_waiting=f"2, <@&{GOLD}>=5",
        limit_at_once="1",
        limit_day=f"10, <@&{GOLD}>=off, <@&{SILVER}>=20",
        limit_gpu_minutes="30",
        cooldown=f"60, <@&{GOLD}>=10",
    )
    limits = checks_of(settings).limits
    plain = MemberLimits(waiting=2, at_once=1, a_day=10, gpu_seconds_a_day=1800, cooldown_seconds=60)
    assert await limits(asked(MEMBER)) == plain
    assert await limits(asked(GOLDEN)) == replace(plain, waiting=5, a_day=0, cooldown_seconds=10)
    assert await limits(asked(GOLDEN, place=DIRECT)) == NO_MEMBER_LIMITS


async def test_a_persons_share_has_the_weight_of_their_role_and_none_in_direct_messages(
    settings: GuildSettings,
) -> None:
    await choose(settings, weight=f"2, <@&{GOLD}>=5")
    checks = checks_of(settings)
    asking = (asked(MEMBER), asked(GOLDEN), asked(GOLDEN, place=DIRECT))
    assert [(await checks.passed(each)).job.weight for each in asking] == [2, 5, 1]


async def test_a_menu_offers_what_would_not_be_refused(settings: GuildSettings) -> None:
    workflows: Mapping[str, Workflow] = {each.name: each for each in (FLUX, FOR_ADULTS)}
    places = Places(settings)

    async def offered(who: Requester, where: ChannelFacts, guild_id: int | None = GUILD) -> list[str]:
        return sorted(await places.open_to(workflows, guild_id, who, where))

    assert await offered(MEMBER, IN_ART) == ["flux"]
    assert await offered(MEMBER, AMONG_ADULTS) == ["flux", "late"]
    assert await offered(MEMBER, IN_ART, guild_id=None) == ["flux"]  # Discord has asked nobody for their age
    await choose(settings, workflow_access=f"flux: <@&{GOLD}>", allowed_channels=f"<#{ART}>")
    assert await offered(MEMBER, IN_ART) == []
    assert await offered(GOLDEN, IN_THREAD) == ["flux"]
    with pytest.raises(NotAllowed, match="place-channels"):
        await offered(GOLDEN, IN_FUN)
