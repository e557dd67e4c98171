"""What is known of a result after it was shown, and what a guild's moderators chose."""

from uuid import UUID, uuid4

from msgspec.structs import replace

from bot.jobs.audit_store import AuditAction, AuditFilter
from bot.jobs.job import Done, Failed, MessageRef, NewJob, Timing
from bot.jobs.origin import Action, Origin
from bot.jobs.result_store import Exhibit
from bot.jobs.store import JobStore
from bot.texts import text
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, new_job, worker


async def ended(store: JobStore, new: NewJob | None = None, outcome: Done | Failed = DONE) -> UUID:
    new = new or new_job()
    await store.submit(new, NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    assert await store.finish(claim, outcome, Timing(3.0, {"3": 2.5, "9": 0.5}))
    return new.id


class AfterwardsContract:
    async def test_what_each_node_took_is_known_of_each_job(self, store: JobStore) -> None:
        assert await store.node_seconds(await ended(store)) == {"3": 2.5, "9": 0.5}
        assert await store.node_seconds(uuid4()) == {}

    async def test_the_messages_of_a_result_are_known(self, store: JobStore) -> None:
        job_id = await ended(store)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        await store.record_part(delivery, "1-10", MessageRef(5, 71))
        await store.record_part(delivery, "11-12", MessageRef(5, 72))
        await store.delivered(delivery, 71)
        assert await store.posted(job_id) == {"1-10": MessageRef(5, 71), "11-12": MessageRef(5, 72)}
        assert await store.posted(uuid4()) == {}

    async def test_children_of_one_action_are_counted_as_they_came(self, store: JobStore) -> None:
        parent = await ended(store)
        actions = [Action.VARY, Action.UPSCALE, Action.VARY]
        children = [await ended(store, replace(new_job(), origin=Origin(parent, each))) for each in actions]
        assert [await store.number_among(each) for each in children] == [1, 1, 2]
        assert [await store.number_among(each) for each in (parent, uuid4())] == [0, 0]

    async def test_a_copy_is_begun_once_and_its_place_stays(self, store: JobStore) -> None:
        job_id = await ended(store)
        assert await store.begin_exhibit(job_id, 5) == Exhibit(5, None, begun_before=False)
        assert await store.begin_exhibit(job_id, 6) == Exhibit(5, None, begun_before=True)
        await store.end_exhibit(job_id, 71)
        await store.end_exhibit(job_id, 72)
        assert await store.begin_exhibit(job_id, 6) == Exhibit(5, 71, begun_before=True)
        assert await store.begin_exhibit(uuid4(), 5) is None
        assert await store.exhibit(job_id) == Exhibit(5, 71, begun_before=True)
        assert await store.exhibit(await ended(store)) is None

    async def test_a_copy_that_was_not_posted_may_be_begun_anew(self, store: JobStore) -> None:
        job_id = await ended(store)
        await store.begin_exhibit(job_id, 5)
        await store.end_exhibit(job_id, None)
        assert await store.begin_exhibit(job_id, 6) == Exhibit(6, None, begun_before=False)

    async def test_what_a_job_made_can_be_forgotten(self, store: JobStore) -> None:
        broken = Failed(text("failed-lost"), DONE.outputs, DONE.texts)
        jobs = [await ended(store), await ended(store, outcome=broken)]
        for each in jobs:
            await store.forget_outputs(each)
        found = [await store.job(each) for each in jobs]
        assert [each and each.outcome for each in found] == [Done(()), Failed(text("failed-lost"))]

    async def test_a_guilds_choices_are_kept_by_key(self, store: JobStore) -> None:
        await store.set_guild_setting(100, "showcase-channel", "5", set_by=1)
        await store.set_guild_setting(100, "showcase-channel", "6", set_by=2)
        await store.set_guild_setting(100, "showcase-by", '"requester"', set_by=2)
        await store.set_guild_setting(101, "showcase-channel", "7", set_by=1)
        await store.set_guild_setting(100, "showcase-by", '"moderators"', set_by=2, channel_id=5)
        in_channel = {"showcase-by": '"moderators"'}
        in_guild = {"showcase-channel": "6", "showcase-by": '"requester"'}
        assert await store.guild_settings(100) == {None: in_guild, 5: in_channel}
        await store.set_guild_setting(100, "showcase-channel", None, set_by=1)
        await store.set_guild_setting(100, "showcase-by", None, set_by=1)
        assert await store.guild_settings(100) == {5: in_channel}
        assert await store.guild_settings(102) == {}
        lines = await store.audited(AuditFilter(100, action=AuditAction.SETTING))
        assert [(each.actor_id, each.details) for each in lines[:3]] == [
            (1, {"key": "showcase-by"}),
            (1, {"key": "showcase-channel"}),
            (2, {"key": "showcase-by", "value": '"moderators"', "channel": "5"}),
        ]

    async def test_changes_of_settings_are_numbered_over_all_guilds(self, store: JobStore) -> None:
        for guild in (100, 101, 102):
            await store.set_guild_setting(guild, "key", "1", set_by=1)
        first, *later = await store.changed_settings(0, 10)
        assert [each.guild_id for each in (first, *later)] == [100, 101, 102]
        assert first.layers == {None: {"key": "1"}}
        await store.set_guild_setting(100, "key", None, set_by=1)
        await store.set_guild_setting(101, "key", "2", set_by=1, channel_id=5)
        changed = await store.changed_settings(later[-1].number, 10)
        assert [(each.guild_id, each.layers) for each in changed] == [
            (100, {}),
            (101, {None: {"key": "1"}, 5: {"key": "2"}}),
        ]
        assert await store.changed_settings(later[-1].number, 1) == changed[:1]
        assert not await store.changed_settings(changed[-1].number, 10)
