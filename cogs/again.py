"""🔁 **Again**: what somebody made, with another seed, for whoever presses it."""

import re
from collections.abc import Mapping

from bot.generation.past_jobs import PastJobs
from bot.jobs.inputs import Source
from bot.jobs.job import Job
from bot.jobs.origin import Action, Origin
from bot.workflows import OptionKind, Workflow
from bot.workflows.attachment_settling import is_attached
from bot.workflows.typed import typed_value
from cogs._buttons import job_id_in, press_key
from cogs._command_line import Value
from cogs._service import AnyInteraction, Service, actor_of, guild_of
from cogs._submitting import Submissions


class Again:
    def __init__(self, service: Service, submissions: Submissions) -> None:
        self._service = service
        self._submissions = submissions

    async def press(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        job = await self._service.seen(job_id_in(match), actor_of(interaction))
        workflow = await self._service.usable(job.workflow, guild_of(interaction))
        files = await files_of_before(self._service.past, job, workflow)
        await self._submissions.submit(
            interaction,
            workflow.name,
            values_of_before(job, workflow),
            files,
            origin=Origin(job.id, Action.AGAIN),
            action_key=press_key(interaction, match),
        )


def values_of_before(job: Job, workflow: Workflow) -> Mapping[str, Value]:
    """What was chosen, as it was typed, as far as the workflow still has the options; the seed is chosen anew.

    A model that stood in for another one is looked for anew as well. Areas are laid over the same picture again.
    """
    words = {**job.values, **job.typed}
    return {
        option.name: typed_value(option, words[option.name])
        for option in workflow.options
        if option.name in words
        and option.name not in job.stand_ins
        and option.kind is not OptionKind.SEED
        and (not is_attached(option.kind) or option.kind is OptionKind.AREA)
    }


async def files_of_before(past: PastJobs, job: Job, workflow: Workflow) -> Mapping[str, Source]:
    """The files that the job started from; painted masks come with their pictures.

    Raises:
        NotThere: one is gone.
    """
    kept = await past.kept_files(job)
    return {option.name: kept[option.name] for option in workflow.options if option.name in kept}
