"""A finished job, to be varied with ``dataclasses.replace``."""

from uuid import UUID

from bot.jobs.job import DeliveryState, Done, Job, Place, Reply, State

JOB_ID = UUID("1a2b3c4d-0000-4000-8000-000000000000")


def job() -> Job:
    return Job(
        id=JOB_ID,
        interaction_id=1000,
        place=Place(guild_id=1, channel_id=2, user_id=3, user_locale="en-US", guild_locale="en-US"),
        reply=Reply(
            application_id=4, token="t", created_at=1_700_000_000.0, attachment_limit_bytes=10_000_000
        ),
        workflow="txt2img",
        values={"prompt": "a red fox", "seed": "42"},
        titles={},
        needs=frozenset(),
        state=State.DONE,
        delivery=DeliveryState.PENDING,
        attempt=1,
        backend="gpu",
        prompt_id=None,
        cancel_requested_by=None,
        created_at=1_700_000_000.0,
        started_at=1_700_000_010.0,
        finished_at=1_700_000_024.0,
        outcome=Done(()),
        status_message=None,
        result_message_id=None,
    )
