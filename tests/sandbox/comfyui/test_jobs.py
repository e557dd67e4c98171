"""``/api/jobs``: the job records of newer servers, their pages, and cancelling by id."""

import uuid
from typing import Any

import pytest

from bot.sandbox.comfyui import INSTANT, RELEASE_0_3_64, ComfyStandIn, Story
from tests.sandbox.comfyui.client import TRIVIAL, Client, Json, changed, connected

STATES = "pending, in_progress, completed, failed, cancelled"


async def some_jobs(comfy: ComfyStandIn, client: Client) -> dict[str, str]:
    """A job in each state; the ids of their prompts by state."""
    ids: dict[str, str] = {}
    told = {
        "completed": Story(),
        "failed": Story(fail_at="SaveImage"),
        "cancelled": Story(hold=True),
        "in_progress": Story(hold=True),
        "pending": Story(),
    }
    for number, (state, story) in enumerate(told.items()):
        comfy.next_job(story)
        info = {"extra_pnginfo": {"workflow": {"id": f"workflow of {state}"}}}
        ids[state] = await client.submit(changed(TRIVIAL, n1_color=number), extra_data=info)
        if state == "cancelled":
            await comfy.until(lambda: comfy.running_prompt == ids["cancelled"])
            await client.post("/interrupt", {"prompt_id": ids[state]})
        if state in {"completed", "failed", "cancelled"}:
            await comfy.until(lambda state=state: ids[state] in comfy.history)
    await comfy.until(lambda: comfy.running_prompt == ids["in_progress"])
    return ids


async def page(client: Client, query: str = "") -> tuple[list[str], Json]:
    """The states of a page's jobs, and where the page is."""
    answer = (await client.get(f"/api/jobs{query}")).json
    return [job["status"] for job in answer["jobs"]], answer["pagination"]


async def test_all_jobs_are_listed_newest_first(comfy: ComfyStandIn, client: Client) -> None:
    assert await page(client) == ([], {"offset": 0, "limit": None, "total": 0, "has_more": False})
    await some_jobs(comfy, client)
    states, where = await page(client)
    assert (sorted(states), where) == (
        ["cancelled", "completed", "failed", "in_progress", "pending"],
        {"offset": 0, "limit": None, "total": 5, "has_more": False},
    )
    records = (await client.get("/api/jobs")).json["jobs"]
    times = [record["create_time"] for record in records]
    assert times == sorted(times, reverse=True)
    assert {record["status"]: record.get("preview_output", {}).get("filename") for record in records} == {
        "cancelled": None,
        "completed": "triv_00001_.png",
        "failed": None,
        "in_progress": None,
        "pending": None,
    }


async def test_jobs_can_be_filtered_and_paged(comfy: ComfyStandIn, client: Client) -> None:
    await some_jobs(comfy, client)
    assert (await page(client, "?status=FAILED"))[0] == ["failed"]
    assert sorted((await page(client, "?status=failed,%20pending"))[0]) == ["failed", "pending"]
    assert (await page(client, "?status=,"))[0] == []
    assert (await page(client, "?workflow_id=workflow%20of%20failed"))[0] == ["failed"]
    assert (await page(client, "?limit=2&offset=2"))[1] == {
        "offset": 2,
        "limit": 2,
        "total": 5,
        "has_more": True,
    }
    assert (await page(client, "?offset=4&limit=2"))[1]["has_more"] is False
    assert (await page(client, "?offset=-3"))[1]["offset"] == 0
    newest = (await page(client, "?sort_order=desc"))[0]
    assert sorted((await page(client, "?sort_by=execution_duration&sort_order=ASC"))[0]) == sorted(newest)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("status=bogus,pending", f"Invalid status value(s): bogus. Valid values: {STATES}"),
        ("sort_by=name", "sort_by must be 'created_at' or 'execution_duration'"),
        ("sort_order=up", "sort_order must be 'asc' or 'desc'"),
        ("limit=0", "limit must be a positive integer"),
        ("limit=x", "limit must be an integer"),
        ("offset=", "offset must be an integer"),
    ],
)
async def test_a_wrong_question_is_answered_with_what_is_wrong(
    client: Client, query: str, error: str
) -> None:
    answer = await client.get(f"/api/jobs?{query}")
    assert (answer.status, answer.json) == (400, {"error": error})


async def test_several_jobs_are_cancelled_at_once_and_what_has_ended_is_no_error(
    comfy: ComfyStandIn, client: Client
) -> None:
    ids = await some_jobs(comfy, client)
    wanted = {"job_ids": [ids["completed"], ids["pending"], ids["in_progress"], str(uuid.uuid4())]}
    assert (await client.post("/api/jobs/cancel", wanted)).json == {"cancelled": True}
    await comfy.until(lambda: ids["in_progress"] in comfy.history)
    assert comfy.pending == []
    assert (await client.post("/api/jobs/cancel", wanted)).json == {"cancelled": False}


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"{", {"error": "Request body must be valid JSON"}),
        (b"[]", {"error": "job_ids must be a list"}),
        (b'{"job_ids": "x"}', {"error": "job_ids must be a list"}),
        (
            b'{"job_ids": ["X", 5, null]}',
            {"error": "job_ids contains invalid id(s)", "invalid_ids": ["X", "5", "None"]},
        ),
    ],
)
async def test_malformed_cancellations_are_refused(client: Client, body: bytes, answer: Any) -> None:
    refused = await client.ask("POST", "/api/jobs/cancel", data=body)
    assert (refused.status, refused.json) == (400, answer)


async def test_older_servers_have_no_jobs() -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy,
        connected(comfy.url) as client,
    ):
        statuses = [
            (await client.get("/api/jobs")).status,
            (await client.post("/api/jobs/cancel", {"job_ids": []})).status,
        ]
    assert statuses == [404, 405]
