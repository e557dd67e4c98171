"""Which guilds may have the bot: the setting's list, and what the operator decided of single ones since."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.errors import NotAllowed
from bot.jobs.sqlite import SqliteStore
from bot.moderation.allowed_guilds import AllowedGuilds
from bot.moderation.submission import Submission
from bot.workflows import Template, Workflow, load_template, resolve
from tests.generation.sample import new_job, place
from tests.generation.test_checks import ORDER
from tests.workflows.samples import TXT2IMG


@pytest.mark.parametrize(("listed", "before"), [(None, [True, True]), (frozenset({1}), [True, False])])
async def test_a_ruling_is_stronger_than_the_list_and_direct_messages_are_not_asked_about(
    tmp_path: Path, listed: frozenset[int] | None, before: list[bool]
) -> None:
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        here, elsewhere = AllowedGuilds(store, listed), AllowedGuilds(store, listed)
        assert [here.allows(1), here.allows(2)] == before
        await here.rule(1, allowed=False, by=7)
        await here.rule(2, allowed=True, by=7)
        await elsewhere.look()
        for each in (here, elsewhere):
            assert [each.allows(1), each.allows(2), each.allows(None)] == [False, True, True]


async def test_a_job_is_refused_where_the_bot_may_not_be_though_a_person_brought_it_there(
    tmp_path: Path,
) -> None:
    template = load_template(TXT2IMG)
    assert isinstance(template, Template)
    workflow = resolve(template, [])
    assert isinstance(workflow, Workflow)
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        allowed = AllowedGuilds(store, frozenset({1}))
        for where in (place(guild_id=1), place(guild_id=None)):
            served = Submission(new_job(where=where), workflow, ORDER.requester, ORDER.channel)
            assert await allowed.check(served) is served
        for where in (place(guild_id=2), replace(place(guild_id=None), guest_of=2)):
            with pytest.raises(NotAllowed):
                await allowed.check(
                    Submission(new_job(where=where), workflow, ORDER.requester, ORDER.channel)
                )
