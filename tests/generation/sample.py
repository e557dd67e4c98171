"""Values that the tests of generation start from."""

import json
from uuid import UUID, uuid4

from bot.jobs.inputs import NewInput
from bot.jobs.job import DeliveryState, Job, NewJob, Place, Reply, State

PICTURE = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 16, "height": 16, "batch_size": 1, "color": 0}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "test"}},
}
"""A graph that needs no model."""

REPLY = Reply(application_id=1, token="interaction-token", created_at=0.0, attachment_limit_bytes=10_485_760)


def place(user_id: int = 7, guild_id: int | None = 1) -> Place:
    return Place(guild_id=guild_id, channel_id=2, user_id=user_id)


def new_job(
    number: int = 1,
    *,
    graph: object = None,
    where: Place | None = None,
    needs: frozenset[str] = frozenset({"EmptyImage", "SaveImage"}),
    inputs: tuple[NewInput, ...] = (),
) -> NewJob:
    job_id = uuid4()
    body = graph or {
        **PICTURE,
        "2": {
            "class_type": "SaveImage",
            "inputs": {"images": ["1", 0], "filename_prefix": f"t-{job_id.hex}"},
        },
    }
    return NewJob(
        id=job_id,
        interaction_id=number,
        place=where or place(),
        reply=REPLY,
        workflow="test",
        values={"prompt": "a fox"},
        graph=json.dumps(body),
        titles={"1": "Canvas", "2": "Save"},
        needs=needs,
        inputs=inputs,
    )


def job_with(titles: dict[str, str]) -> Job:
    return Job(
        id=UUID(int=1),
        interaction_id=1,
        place=place(),
        reply=REPLY,
        workflow="txt2img",
        values={},
        titles=titles,
        needs=frozenset(),
        state=State.RUNNING,
        delivery=DeliveryState.PENDING,
        attempt=1,
        backend="here",
        prompt_id=UUID(int=2),
        cancel_requested_by=None,
        created_at=0.0,
        started_at=0.0,
        finished_at=None,
        outcome=None,
        status_message=None,
        result_message_id=None,
    )
