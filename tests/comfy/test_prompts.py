import json
from collections.abc import Mapping
from uuid import UUID

import pytest
from aiohttp import web

from bot.comfy import (
    GraphRefused,
    HistoryEntry,
    JobRecord,
    JsonValue,
    Node,
    NodeProblem,
    Queue,
    QueueItem,
    Submitted,
    Success,
    UnexpectedAnswer,
    Unfinished,
)
from tests.comfy.recorded import recorded
from tests.comfy.serving import Served, client_and_server, get, post

ID = UUID("8f5e3276-0c46-4912-abf3-b365c57ea2d6")
OTHER = UUID("b18e135f-a862-40bb-b0d2-3c3d45d10390")
GRAPH = {"9": Node("SaveImage", {"images": ["8", 0]}, "Save")}


def bodies(served: Served) -> list[object]:
    return [json.loads(asked.body) if asked.body else None for asked in served.asked]


def item(number: float, prompt_id: str, *, running: bool = False) -> QueueItem:
    return QueueItem(number, prompt_id, running, "dump", {"client_id": "dump"})


async def test_a_graph_is_sent_with_our_ids_and_the_answer_is_a_value() -> None:
    answer: JsonValue = {"prompt_id": str(ID), "number": 7, "node_errors": {}}
    async with client_and_server(post("/prompt", answer)) as (client, served):
        submitted = await client.submit(GRAPH, prompt_id=ID, client_id="me", extra_data={"tag": "job-77"})
    assert submitted == Submitted(str(ID), 7, ())
    assert bodies(served) == [
        {
            "prompt": {
                "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}, "_meta": {"title": "Save"}}
            },
            "prompt_id": str(ID),
            "client_id": "me",
            "extra_data": {"tag": "job-77"},
        }
    ]


async def test_a_graph_that_runs_in_part_says_what_will_be_missing() -> None:
    answer = json.loads(recorded("refusals")["two outputs, one invalid: accepted with node_errors"]["raw"])
    async with client_and_server(post("/prompt", answer)) as (client, _):
        submitted = await client.submit(GRAPH, prompt_id=ID, client_id="me")
    assert submitted.problems == (
        NodeProblem(
            "12", "SaveImage", "required_input_missing", "images", "Required input is missing", "images"
        ),
    )


async def test_a_refused_graph_says_which_node_which_input_and_what_is_allowed() -> None:
    answer = recorded("refusals")["checkpoint not in list"]
    async with client_and_server(post("/prompt", status=400, text=answer["raw"])) as (client, served):
        with pytest.raises(GraphRefused) as refused:
            await client.submit(GRAPH, prompt_id=ID, client_id="me")
    (problem,) = refused.value.problems
    assert refused.value.server == served.url.removeprefix("http://")
    assert refused.value.kind == "prompt_outputs_failed_validation"
    assert (problem.node_id, problem.input_name, problem.allowed) == (
        "4",
        "ckpt_name",
        ("sd15-random-tiny.safetensors", "sd15-random.safetensors"),
    )


async def test_no_graph_at_all_is_a_500_in_plain_text_and_kept() -> None:
    answer = recorded("refusals")["UI"]
    async with client_and_server(post("/prompt", status=500, text=answer["raw"])) as (client, _):
        with pytest.raises(UnexpectedAnswer) as unexpected:
            await client.submit(GRAPH, prompt_id=ID, client_id="me")
    assert (unexpected.value.status, unexpected.value.body) == (
        500,
        "500 Internal Server Error\n\nServer got itself in trouble",
    )


async def test_a_400_of_a_proxy_in_prose_is_unexpected() -> None:
    async with client_and_server(post("/prompt", status=400, text="Bad Request")) as (client, _):
        with pytest.raises(UnexpectedAnswer, match=r"with 400: Bad Request\.$"):
            await client.submit(GRAPH, prompt_id=ID, client_id="me")


async def test_the_length_of_the_queue_is_a_number() -> None:
    async with client_and_server(get("/prompt", {"exec_info": {"queue_remaining": 3}})) as (client, _):
        assert await client.queue_remaining() == 3


async def test_the_queue_is_told_without_graphs() -> None:
    async with client_and_server(get("/queue", recorded("queue"))) as (client, _):
        queue = await client.queue()
    assert queue == Queue(
        running=(item(0, str(ID), running=True),),
        pending=(item(1, str(OTHER)), item(2, "8c43eecd-3786-4c4f-bae3-a1369772739e")),
    )
    assert OTHER in queue
    assert UUID(int=0) not in queue


async def test_what_waits_is_sorted_by_number_and_id_though_the_server_sends_a_heap() -> None:
    heap: JsonValue = [
        [number, prompt_id, {}, {}, []] for number, prompt_id in [(-5, "c"), (3, "b"), (0.5, "d"), (3, "a")]
    ]
    async with client_and_server(get("/queue", {"queue_running": [], "queue_pending": heap})) as (client, _):
        queue = await client.queue()
    assert [(item.number, item.prompt_id) for item in queue.pending] == [
        (-5, "c"),
        (0.5, "d"),
        (3, "a"),
        (3, "b"),
    ]


async def test_waiting_prompts_are_taken_out_by_id_or_all_together() -> None:
    async with client_and_server(post("/queue", text="")) as (client, served):
        await client.delete_pending(ID, OTHER)
        await client.clear_pending()
    assert bodies(served) == [{"delete": [str(ID), str(OTHER)]}, {"clear": True}]


async def test_an_interrupt_always_names_its_prompt() -> None:
    async with client_and_server(post("/interrupt", text="")) as (client, served):
        await client.interrupt(ID)
    assert bodies(served) == [{"prompt_id": str(ID)}]


async def test_a_new_server_cancels_in_one_step() -> None:
    async with client_and_server(post(f"/api/jobs/{ID}/cancel", {"cancelled": True})) as (client, served):
        await client.cancel(ID)
    assert served.lines == [f"POST /api/jobs/{ID}/cancel"]


async def test_a_new_server_that_does_not_know_the_job_has_nothing_to_cancel() -> None:
    unknown = post("/api/jobs/{id}/cancel", {"error": "Job not found"}, status=404)
    async with client_and_server(unknown) as (client, served):
        await client.cancel(ID)
        await client.cancel(OTHER)
    assert served.lines == [f"POST /api/jobs/{ID}/cancel", f"POST /api/jobs/{OTHER}/cancel"]


@pytest.mark.parametrize("status", [404, 405])
async def test_an_old_server_is_asked_once_and_then_told_in_two_steps(status: int) -> None:
    routes = (
        post("/api/jobs/{id}/cancel", status=status, text=f"{status}: Not Found"),
        post("/queue", text=""),
        post("/interrupt", text=""),
    )
    async with client_and_server(*routes) as (client, served):
        await client.cancel(ID)
        await client.cancel(OTHER)
    assert served.lines == [f"POST /api/jobs/{ID}/cancel", *["POST /queue", "POST /interrupt"] * 2]
    assert bodies(served)[3:] == [{"delete": [str(OTHER)]}, {"prompt_id": str(OTHER)}]


async def test_history_is_asked_for_in_pages() -> None:
    entries = recorded("history")
    async with client_and_server(get("/history", entries["text"] | entries["gifs"])) as (client, served):
        everything = await client.history()
        await client.history(max_items=2, offset=0)
    assert [entry.texts for entry in everything] == [("hello 190520",), ()]
    assert [asked.query for asked in served.asked] == [{}, {"max_items": "2", "offset": "0"}]


@pytest.mark.parametrize(("body", "known"), [({}, False), (recorded("history")["success_txt2img"], True)])
async def test_one_prompt_is_found_in_the_history_or_not(body: Mapping[str, object], known: bool) -> None:  # noqa: FBT001 - a table's column
    async with client_and_server(get(f"/history/{OTHER}", body)) as (client, _):
        entry = await client.history_entry(OTHER)
    assert isinstance(entry, HistoryEntry) is known
    assert entry is None or (entry.prompt_id, entry.verdict) == (str(OTHER), Success())


async def test_history_is_forgotten_by_id_or_all_together() -> None:
    async with client_and_server(post("/history", text="")) as (client, served):
        await client.delete_history(ID)
        await client.clear_history()
    assert bodies(served) == [{"delete": [str(ID)]}, {"clear": True}]


async def test_a_job_is_told_where_the_server_can() -> None:
    async with client_and_server(get(f"/api/jobs/{ID}", {"id": str(ID), "status": "pending"})) as (client, _):
        assert await client.job(ID) == JobRecord(str(ID), "pending", Unfinished(), (), (), None, None, None)
        assert await client.job(OTHER) is None


async def test_a_large_answer_is_parsed_beside_the_loop() -> None:
    entry = {"outputs": {"1": {"text": ["x" * 1000]}}}

    async def many(_: web.Request) -> web.Response:
        return web.json_response({str(number): entry for number in range(1000)})

    async with client_and_server(web.get("/history", many)) as (client, _):
        entries = await client.history()
    assert (len(entries), entries[-1].prompt_id) == (1000, "999")
