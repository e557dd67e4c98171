"""What a job says of itself: its id, which everything that must not be doubled is derived from, and its prompt."""

from uuid import UUID

from msgspec.structs import replace

from bot.jobs.job import job_id_of
from tests.generation.sample import job_with


def test_an_interaction_has_one_job_id_in_every_process_and_version() -> None:
    assert job_id_of(1_175_000_000_000_000_000) == UUID("fe5aa7d5-c6a4-563e-a7a8-44f60379ac80")


def test_two_interactions_have_two_job_ids() -> None:
    assert job_id_of(1_175_000_000_000_000_000) != job_id_of(1_175_000_000_000_000_001)


def test_the_prompt_is_what_the_workflow_calls_so_and_else_the_option_of_that_name() -> None:
    job = replace(job_with({}), values={"motif": "a fox", "prompt": "a crow"})
    assert replace(job, prompt_option="motif").prompt == "a fox"
    assert job.prompt == "a crow"
    assert replace(job, values={"seed": "7"}).prompt is None
