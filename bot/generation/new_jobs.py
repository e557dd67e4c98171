"""From an order to the job that the ledger takes in. Pure."""

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from bot.comfy import MAX_SEED, graph_to_json
from bot.generation.orders import Order
from bot.jobs.job import NewJob, job_id_of, member_id_of
from bot.workflows import Filled, Workflow


def new_job(order: Order, workflow: Workflow, filled: Filled) -> NewJob:
    return NewJob(
        id=job_id_for(order),
        interaction_id=order.interaction_id,
        place=order.place,
        reply=order.reply,
        workflow=workflow.name,
        values=filled.values,
        graph=graph_to_json(filled.graph),
        ui_graph=None if filled.ui is None else json.dumps(filled.ui, ensure_ascii=False),
        titles=workflow.titles,
        needs=filled.needs,
        prompt_option=workflow.prompt_option,
        stand_ins=filled.stand_ins,
        inputs=filled.inputs,
        notices=order.notices,
        origin=order.origin,
        action_key=order.action_key,
        private=order.private,
        group=order.group,
    )


def job_id_for(order: Order) -> UUID:
    group = job_id_of(order.interaction_id)
    return group if order.group is None else member_id_of(group, order.group.number)


def seeds(interaction_id: int) -> Callable[[], int]:
    """Seeds that differ from interaction to interaction, and not between two processes that hear the same one."""

    def numbers() -> Iterator[int]:
        source = random.Random(interaction_id)  # noqa: S311  # a picture's seed is no secret
        while True:
            yield source.randint(0, MAX_SEED)

    return partial(next, numbers())
