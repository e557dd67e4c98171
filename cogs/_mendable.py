"""A refusal with a way out: what was asked for is kept, so that one press or choice is all that is left to do."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from bot.errors import UserError
from bot.generation import Order
from bot.generation.remedies import Remedy
from bot.jobs.job import job_id_of
from bot.jobs.pending import Answers, PendingOrder
from bot.jobs.store import StoreUnavailable
from bot.texts import Text
from bot.workflows.filling import shown
from cogs._service import Service


class Mendable(UserError):
    """Not done as asked; ``ways`` lead on, from what is kept as ``source``."""

    def __init__(self, message: Text, source: UUID, ways: Sequence[Remedy]) -> None:
        super().__init__(message)
        self.source = source
        self.ways = tuple(ways)


async def mendable(service: Service, order: Order, refused: UserError) -> UserError:
    """The refusal with its ways out; as it is, where there are none or they cannot be kept."""
    values: Mapping[str, str] = {name: shown(value) for name, value in order.values.items()}
    answers = Answers(values, dict(order.attachments))
    ways = service.ways_out_of_refusal(refused.message, order.workflow, answers)
    if not ways:
        return refused
    kept = PendingOrder(
        id=job_id_of(order.interaction_id),
        user_id=order.place.user_id,
        guild_id=order.place.guild_id,
        workflow=order.workflow,
        chosen=answers,
        first=answers,
        origin=order.origin,
        private=order.private,
    )
    try:
        await service.pending.keep_pending(kept)
    except StoreUnavailable:
        return refused
    return Mendable(refused.message, kept.id, ways)
