"""From what people ask for to jobs whose graphs are complete."""

import asyncio
from collections.abc import Callable, Sequence

from msgspec import Struct

from bot.comfy import ObjectInfo
from bot.errors import Refused
from bot.generation.new_jobs import job_id_for, new_job, picks, seeds
from bot.generation.orders import Order
from bot.generation.reasons import told_to_people
from bot.generation.workflows import Workflows
from bot.moderation.submission import Submission
from bot.workflows import Capabilities, Filled, InputRef, Workflow, fill
from bot.workflows.policy import NodePolicy
from bot.workflows.prompts import NO_WILDCARDS, PromptRules, Wildcards
from bot.workflows.prompts.wildcard_files import WildcardFolder

_TAKES_LONGER = ("{", "__", "<")
"""What is in words whose reading may take too long for the event loop: thousands of names may be compared."""


class OrderFilling(Struct, frozen=True):
    workflows: Workflows
    wildcards: WildcardFolder | None
    policy: NodePolicy
    knowledge: Callable[[], Sequence[ObjectInfo]]
    """Of the backends that have told."""

    async def workflow(self, order: Order) -> Workflow:
        """What is to be run.

        Raises:
            NotThere: it cannot be run now, or not at that place.
        """
        return await self.workflows.usable(order.workflow, order.place.guild_id)

    async def submissions(self, orders: Sequence[Order]) -> list[Submission]:
        """One for each, with its job, in order.

        Raises:
            UserError: a value that is not allowed, or a workflow that cannot be run now.
        """
        return [await self._submission(order) for order in orders]

    async def wildcards_now(self) -> Wildcards:
        """The operator's lists, by name."""
        return NO_WILDCARDS if self.wildcards is None else await self.wildcards.now()

    async def _submission(self, order: Order) -> Submission:
        workflow = await self.workflow(order)
        words = [value for value in order.values.values() if isinstance(value, str)]
        wildcards = await self.wildcards_now() if any("__" in each for each in words) else NO_WILDCARDS

        def work() -> Filled:
            return fill(
                workflow,
                order.values,
                attachments=order.attachments,
                job_id=job_id_for(order),
                pick_seed=seeds(order.interaction_id, order.seed_round),
                prompts=PromptRules(wildcards, picks(order)),
                additions=order.additions,
            )

        slow = any(mark in each for each in words for mark in _TAKES_LONGER)
        filled = await asyncio.to_thread(work) if slow else work()
        self._judge(workflow, filled)
        job = new_job(order, workflow, filled)
        return Submission(job, workflow, order.requester, order.channel, filled.added)

    def _judge(self, workflow: Workflow, filled: Filled) -> None:
        """What values make of somebody's graph, before the job waits for its turn; a worker judges it again.

        Raises:
            Refused: the policy does not allow it.
        """
        if workflow.trusted:  # what the operator denies was not offered
            return
        handed_in = frozenset(InputRef(*place) for each in filled.inputs for place in each.targets)
        able = [info for info in self.knowledge() if Capabilities(info).cover(workflow.needs)]
        reasons = self.policy.refusals(filled.graph, able, trusted=False, handed_in=handed_in)
        if reasons:
            raise Refused(told_to_people(reasons))
