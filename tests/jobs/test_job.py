"""The id of a job, which everything that must not be doubled is derived from."""

from uuid import UUID

from bot.jobs.job import job_id_of


def test_an_interaction_has_one_job_id_in_every_process_and_version() -> None:
    assert job_id_of(1_175_000_000_000_000_000) == UUID("fe5aa7d5-c6a4-563e-a7a8-44f60379ac80")


def test_two_interactions_have_two_job_ids() -> None:
    assert job_id_of(1_175_000_000_000_000_000) != job_id_of(1_175_000_000_000_000_001)
