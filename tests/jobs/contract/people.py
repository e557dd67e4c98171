"""What people chose for all of their jobs, and presets."""

from msgspec.structs import replace

from bot.jobs.preset import Preset
from bot.jobs.preset_store import MOST_OF_PERSON
from bot.jobs.store import JobStore
from tests.jobs.sample import NO_LIMITS, new_job

OWN = Preset("quick, 快", {"steps": "8", "prompt": "{prompt}, 水彩"}, "txt2img", 1, user_id=1)
OF_GUILD = Preset("house", {"cfg": "4"}, None, 1, guild_id=100)


class PeopleContract:
    async def test_people_are_notified_until_they_say_otherwise(self, store: JobStore) -> None:
        assert await store.wants_mentions(1)
        await store.set_mentions(1, wanted=False)
        assert not await store.wants_mentions(1)
        assert await store.wants_mentions(2)
        await store.set_mentions(1, wanted=True)
        assert await store.wants_mentions(1)

    async def test_a_person_has_their_own_presets_and_their_guilds(self, store: JobStore) -> None:
        others = [replace(OWN, user_id=2), replace(OF_GUILD, guild_id=101)]
        for preset in (OWN, OF_GUILD, *others):
            assert await store.save_preset(preset)
        assert list(await store.presets(1, 100)) == [OF_GUILD, OWN]
        assert list(await store.presets(1, None)) == [OWN]

    async def test_of_one_name_the_persons_own_comes_first_and_saving_again_replaces(
        self, store: JobStore
    ) -> None:
        shared = replace(OWN, user_id=None, guild_id=100)
        changed = replace(OWN, values={"steps": "9"}, workflow=None)
        for preset in (shared, OWN, changed):
            assert await store.save_preset(preset)
        assert list(await store.presets(1, 100)) == [changed, shared]

    async def test_a_deleted_preset_is_gone_and_the_others_stay(self, store: JobStore) -> None:
        for preset in (OWN, OF_GUILD):
            await store.save_preset(preset)
        assert await store.delete_preset(OWN)
        assert not await store.delete_preset(OWN)
        assert list(await store.presets(1, 100)) == [OF_GUILD]

    async def test_there_is_room_for_so_many_and_for_changes_of_those(self, store: JobStore) -> None:
        for number in range(MOST_OF_PERSON):
            assert await store.save_preset(replace(OWN, name=str(number)))
        assert not await store.save_preset(OWN)
        assert await store.save_preset(replace(OWN, name="0", values={}))
        assert await store.save_preset(replace(OWN, user_id=2))

    async def test_a_job_is_found_by_the_digits_that_people_see(self, store: JobStore) -> None:
        job, other = new_job(), new_job()
        for each in (job, other):
            await store.submit(each, NO_LIMITS)
        assert [found.id for found in await store.jobs_called(job.id.hex[:8])] == [job.id]
        assert list(await store.jobs_called("0" * 8)) == []
