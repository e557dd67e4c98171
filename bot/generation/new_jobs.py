"""From an order to the job that the ledger takes in. Pure."""

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from bot.comfy import MAX_SEED, graph_to_json
from bot.comfy.dynamic_prompts import Pick
from bot.generation.orders import Order
from bot.jobs.group import GroupKind
from bot.jobs.job import NewJob, job_id_of, member_id_of
from bot.workflows import Filled, Workflow
from bot.workflows.needs import models_in
from bot.workflows.rewordable import rewordings
from bot.workflows.work import megapixel_steps


def new_job(order: Order, workflow: Workflow, filled: Filled) -> NewJob:
    return NewJob(
        id=job_id_for(order),
        interaction_id=order.interaction_id,
        place=order.place,
        reply=order.reply,
        workflow=workflow.name,
        values=filled.values,
        graph=graph_to_json(filled.graph),
        fingerprint=workflow.fingerprint,
        trusted=workflow.trusted,
        nsfw=workflow.nsfw,
        ui_graph=None if filled.ui is None else json.dumps(filled.ui, ensure_ascii=False),
        titles=workflow.titles,
        needs=filled.needs,
        prompt_option=workflow.prompt_option,
        stand_ins=filled.stand_ins,
        inputs=filled.inputs,
        typed={**filled.typed, **order.typed},
        notices=(*order.notices, *filled.notices),
        origin=order.origin,
        action_key=order.action_key,
        private=order.private,
        group=order.group,
        rewordings=rewordings(
            workflow, filled, order.values.keys(), translate=order.translate, improve=order.improve
        ),
        models=models_in(filled.needs),
        work=megapixel_steps(workflow.amounts, filled.graph),
    )


def picks(order: Order) -> Pick:
    """Picks in a person's words, alike in two processes that hear one interaction; they leave the seeds alone.

    What is compared has the same words, what is repeated has its own each time.
    """
    group = order.group
    turn = 1 if group is None or group.kind is GroupKind.COMPARE else group.number
    source = random.Random(f"{order.interaction_id} words {turn}")  # noqa: S311  # what the fox becomes is no secret
    return source.randrange


def job_id_for(order: Order) -> UUID:
    group = job_id_of(order.interaction_id)
    return group if order.group is None else member_id_of(group, order.group.number)


def seeds(interaction_id: int, seed_round: int = 0) -> Callable[[], int]:
    """Seeds that differ from interaction to interaction, and not between two processes that hear the same one."""

    def numbers() -> Iterator[int]:
        # a picture's seed is no secret
        source = random.Random(f"{interaction_id}/{seed_round}" if seed_round else interaction_id)  # noqa: S311
        while True:
            yield source.randint(0, MAX_SEED)

    return partial(next, numbers())
