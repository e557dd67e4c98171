"""What clients may ask of ``/api/jobs``: which jobs, in which order, which page; and which to cancel."""

import json
from collections.abc import Mapping
from typing import Final, cast

from msgspec import Struct

from bot.sandbox.comfyui.bodies import JsonObject, as_list, as_object
from bot.sandbox.comfyui.jobs import JobStatus, job_records
from bot.sandbox.comfyui.prompt_queue import PromptQueue
from bot.sandbox.comfyui.submission import is_canonical_id

_ORDERS: Final = ("created_at", "execution_duration")


class WantedJobs(Struct, frozen=True):
    """A page of the jobs."""

    statuses: frozenset[str]
    workflow_id: str | None
    by_duration: bool
    newest_first: bool
    limit: int | None
    offset: int


class BadIds(Exception):
    """A 400, with its body."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.body: JsonObject = {"error": error, **more}


def wanted_jobs(query: Mapping[str, str]) -> WantedJobs:
    """Raises ``ValueError`` with the words of the 400."""
    statuses = _statuses(query.get("status", ""))
    sort_by = query.get("sort_by", "created_at").lower()
    if sort_by not in _ORDERS:
        raise ValueError("sort_by must be 'created_at' or 'execution_duration'")
    sort_order = query.get("sort_order", "desc").lower()
    if sort_order not in {"asc", "desc"}:
        raise ValueError("sort_order must be 'asc' or 'desc'")
    limit = _integer(query, "limit")
    if limit is not None and limit <= 0:
        raise ValueError("limit must be a positive integer")
    return WantedJobs(
        statuses=statuses,
        workflow_id=query.get("workflow_id") or None,
        by_duration=sort_by == "execution_duration",
        newest_first=sort_order == "desc",
        limit=limit,
        offset=max(0, _integer(query, "offset") or 0),
    )


def _statuses(listed: str) -> frozenset[str]:
    """Without any named, all; with nothing but commas, none."""
    if not listed:
        return frozenset(JobStatus)
    names = [name.strip().lower() for name in listed.split(",") if name.strip()]
    unknown = [name for name in names if name not in set(JobStatus)]
    if unknown:
        raise ValueError(
            f"Invalid status value(s): {', '.join(unknown)}. Valid values: {', '.join(JobStatus)}"
        )
    return frozenset(names)


def _integer(query: Mapping[str, str], name: str) -> int | None:
    if name not in query:
        return None
    try:
        return int(query[name])
    except ValueError as error:
        raise ValueError(f"{name} must be an integer") from error


def page_of_jobs(queue: PromptQueue, wanted: WantedJobs) -> JsonObject:
    jobs = [job for job in job_records(queue) if job["status"] in wanted.statuses]
    if wanted.workflow_id is not None:
        jobs = [job for job in jobs if job.get("workflow_id") == wanted.workflow_id]
    jobs.sort(key=_duration if wanted.by_duration else _created, reverse=wanted.newest_first)
    end = None if wanted.limit is None else wanted.offset + wanted.limit
    page = jobs[wanted.offset : end]
    return {
        "jobs": page,
        "pagination": {
            "offset": wanted.offset,
            "limit": wanted.limit,
            "total": len(jobs),
            "has_more": wanted.offset + len(page) < len(jobs),
        },
    }


def _created(job: JsonObject) -> int:
    return cast("int", job.get("create_time", 0))


def _duration(job: JsonObject) -> int:
    start, end = job.get("execution_start_time"), job.get("execution_end_time")
    return end - start if isinstance(start, int) and isinstance(end, int) else 0


def job_ids(text: str) -> list[str]:
    """The ids of a body ``{"job_ids": [...]}``. Raises :class:`BadIds`."""
    try:
        body = cast("object", json.loads(text))
    except ValueError as error:
        raise BadIds("Request body must be valid JSON") from error
    ids = as_list((as_object(body) or {}).get("job_ids"))
    if ids is None:
        raise BadIds("job_ids must be a list")
    wrong = [each if isinstance(each, str) else repr(each) for each in ids if not is_canonical_id(each)]
    if wrong:
        raise BadIds("job_ids contains invalid id(s)", invalid_ids=wrong)
    return cast("list[str]", ids)
