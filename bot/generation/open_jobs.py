"""The jobs that have not ended, as people look at them: a group is one, told by the member that tells most."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from bot.generation.board import ProgressBoard
from bot.generation.expecting import Expectations, Expected
from bot.generation.group_standing import GroupStanding, group_standing, most_telling, one_a_group
from bot.generation.orders import Actor
from bot.jobs.group import MAX_MEMBERS
from bot.jobs.job import Job, Standing
from bot.jobs.store import JobStore


class OpenJobs(Struct, frozen=True):
    store: JobStore
    expectations: Expectations
    board: ProgressBoard

    async def members(self, job: Job) -> Sequence[Job]:
        """All jobs of its group, in order; the job alone where it is in none."""
        return [job] if job.group is None else await self.store.members(job.group.group_id)

    async def first(self, guild_id: int | None, user_id: int, most: int) -> tuple[Sequence[Expected], int]:
        """The guild's first open jobs and how many more there are; in a direct message, of the person's own."""
        if guild_id is None:
            standings = await self._direct(user_id)
            count = len(standings)
        else:
            standings = await self.store.standings(guild_id=guild_id, most=most * MAX_MEMBERS)
            count = await self.store.count_open(guild_id=guild_id)
        found = self.expectations.of(one_a_group(standings)[:most])
        shown = [await self._with_group(each) for each in found]
        told = sum(1 if each.group is None else each.group.count - each.group.ended for each in shown)
        return shown, max(0, count - told)

    async def cancellable(self, actor: Actor) -> Sequence[Standing]:
        """Those that the actor may cancel from where they are."""
        if actor.guild_id is None:
            return one_a_group(await self._direct(actor.user_id))
        own = None if actor.may_moderate else actor.user_id
        return one_a_group(await self.store.standings(guild_id=actor.guild_id, user_id=own))

    async def _direct(self, user_id: int) -> list[Standing]:
        standings = await self.store.standings(user_id=user_id)
        return [each for each in standings if each.job.place.guild_id is None]

    async def expected(self, job_id: UUID) -> Expected | None:
        """An open job and its prospects; None: it ended, and so did all of its group."""
        standing = await self.store.standing(job_id)
        if standing is not None and standing.job.group is None:
            return self._prospects(standing)
        job = await self.store.job(job_id) if standing is None else standing.job
        if job is None or job.group is None:
            return None
        while (member := most_telling(await self.members(job), self.board)) is not None:
            if (standing := await self.store.standing(member.id)) is not None:
                return await self._with_group(self._prospects(standing))
        return None

    def prospects(self, standing: Standing) -> Expected:
        """What is expected of a job that was just submitted, with no look into the store."""
        expected, group = self._prospects(standing), standing.job.group
        return expected if group is None else replace(expected, group=GroupStanding(group.count))

    def _prospects(self, standing: Standing) -> Expected:
        return self.expectations.of([standing])[0]

    async def _with_group(self, expected: Expected) -> Expected:
        job = expected.standing.job
        if job.group is None:
            return expected
        return replace(expected, group=group_standing(await self.members(job)))
