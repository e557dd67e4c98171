"""What can be done about jobs that failed, orders that were refused, and jobs that wait for what no server has."""

from collections.abc import Callable

from msgspec import Struct

from bot.comfy import ObjectInfo
from bot.generation.remedies import Install, Remedy, Remind, in_place_of, remedies
from bot.generation.servers import Servers
from bot.generation.workflows import Workflows
from bot.jobs.job import Failed, Job
from bot.jobs.pending import Answers, PendingOrder
from bot.jobs.store import JobStore
from bot.texts import Text, text
from bot.workflows.answers import refusal_of
from bot.workflows.key import spoken

COMMAND = "/"
"""Before the key of a workflow, where that itself is what somebody waits for."""


class WaysOut(Struct, frozen=True):
    store: JobStore
    workflows: Workflows
    servers: Servers
    choices: Callable[[str, str], tuple[str, ...]]
    """As the service offers them now."""

    async def of_job(self, job: Job, reason: Text) -> tuple[Remedy, ...]:
        """What can be done about a job that failed for this reason."""
        await self.workflows.version(job.workflow)  # a former version is known from now on
        # what never came cannot be had again: its address was forgotten with the failure
        has_files = len(await self.store.inputs(job.id)) == len(job.input_kinds)
        found = self._found(reason, job.workflow, Answers(job.values))
        return tuple(each for each in found if has_files or isinstance(each, Install))

    def of_refusal(self, reason: Text, workflow: str, answers: Answers) -> tuple[Remedy, ...]:
        """What can be done about an order that was refused for this reason."""
        if reason.id != "workflow-unavailable":
            return self._found(reason, workflow, answers)
        away = Remind() if not self.servers.all_online else None
        lacking = Install() if self.workflows.missing(workflow) else None
        return tuple(each for each in (away, lacking) if each is not None)

    def of_order(self, order: PendingOrder) -> tuple[Remedy, ...]:
        """What can be done about an order that is kept: it is looked at again, for what was wrong with it then."""
        workflow = self.workflows.get(order.workflow)
        if workflow is None:
            return self.of_refusal(
                text("workflow-unavailable", workflow=spoken(order.workflow)), order.workflow, order.chosen
            )
        refused = (
            refusal_of(option, order.chosen.values.get(option.name, "")) for option in workflow.options
        )
        reasons = [each for each in refused if each is not None]
        return tuple(way for each in reasons for way in self._found(each, order.workflow, order.chosen))

    def of_waiting(self, job: Job, lacking: tuple[str, ...]) -> tuple[Remedy, ...]:
        """What else would do for a job that waits for models which no server has; for nodes nothing does."""
        workflow = self.workflows.get(job.workflow)
        if workflow is None:
            return (Install(),) if self.workflows.missing(job.workflow) else ()
        options = [each for each in workflow.options if job.values.get(each.name) in lacking and each.choices]
        found = (
            in_place_of(workflow, each, job.values[each.name], self._names(job.workflow, each.name))
            for each in options
        )
        return tuple(each for each in found if each is not None)

    def missing(self, workflow: str, failed: Job | None, knowledge: list[ObjectInfo]) -> tuple[Text, ...]:
        """What to install so that a workflow can be run, as far as is known; nothing: nothing is missing (any more)."""
        if reasons := self.workflows.missing(workflow):
            return reasons
        outcome = None if failed is None else failed.outcome
        classes = _missing_classes(outcome.reason) if isinstance(outcome, Failed) else []
        return self.workflows.missing_classes(workflow, classes, knowledge)

    def can_run(self, needs: frozenset[str]) -> bool:
        """Whether a server that answers has all of this: needs of a job, or ``/key`` of a workflow."""
        names = {need.removeprefix(COMMAND) for need in needs if need.startswith(COMMAND)}
        wanted = {need for need in needs if not need.startswith(COMMAND)}
        for name in names:
            workflow = self.workflows.successor(name)
            if workflow is None:
                return False
            wanted |= workflow.needs
        return any(
            server.online and server.capabilities is not None and server.capabilities.cover(wanted)
            for server in self.servers
        )

    def _found(self, reason: Text, name: str, answers: Answers) -> tuple[Remedy, ...]:
        workflow = self.workflows.get(name)
        return remedies(reason, answers.values, workflow, lambda option: self._names(name, option))

    def _names(self, workflow: str, option: str) -> tuple[str, ...]:
        """Of all servers by now; those that the command was made with, where no server tells."""
        known = self.workflows.get(workflow)
        choices = (
            next((each.choices for each in known.options if each.name == option), None) if known else None
        )
        return self.choices(workflow, option) or choices or ()


def _missing_classes(reason: Text) -> list[str]:
    inner = [
        each
        for argument in reason.arguments.values()
        if isinstance(argument, Text)
        for each in _missing_classes(argument)
    ]
    return [*([str(reason.arguments["type"])] if reason.id == "refused-no-class" else []), *inner]
