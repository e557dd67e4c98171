"""The job records of newer servers, ``/api/jobs/{id}``: queue and history in one shape."""

from collections.abc import Mapping
from typing import Final, cast

from bot.sandbox.comfyui.bodies import JsonObject, as_list, as_object
from bot.sandbox.comfyui.prompt_queue import PromptQueue, QueueItem

_ENDS: Final = ("execution_success", "execution_error", "execution_interrupted")


def job_record(queue: PromptQueue, prompt_id: str) -> JsonObject | None:
    """All that is known about a prompt, wherever it is."""
    if (entry := queue.history.get(prompt_id)) is not None:
        return _finished(prompt_id, entry)
    if queue.running is not None and queue.running.prompt_id == prompt_id:
        return _queued(queue.running, "in_progress")
    for item in queue.pending:
        if item.prompt_id == prompt_id:
            return _queued(item, "pending")
    return None


def _queued(item: QueueItem, status: str) -> JsonObject:
    return _pruned(
        id=item.prompt_id,
        status=status,
        priority=item.number,
        create_time=item.extra_data.get("create_time"),
        outputs_count=0,
        workflow={"prompt": item.prompt, "extra_data": item.extra_data},
    )


def _finished(prompt_id: str, entry: JsonObject) -> JsonObject:
    number, _, prompt, extra_data, _ = cast("list[object]", entry["prompt"])
    status = cast("JsonObject", entry["status"])
    messages = dict(cast("list[tuple[str, JsonObject]]", status["messages"]))
    end = next((messages[name] for name in _ENDS if name in messages), None)
    outputs = cast("JsonObject", entry["outputs"])
    files = output_files(outputs)
    return _pruned(
        id=prompt_id,
        status=_verdict(status, messages),
        priority=number,
        create_time=(as_object(extra_data) or {}).get("create_time"),
        execution_start_time=messages["execution_start"]["timestamp"],
        execution_end_time=None if end is None else end["timestamp"],
        execution_error=messages.get("execution_error"),
        outputs_count=len(files),
        preview_output=files[0] if files else None,
        outputs=outputs,
        execution_status=status,
        workflow={"prompt": prompt, "extra_data": extra_data},
    )


def _verdict(status: JsonObject, messages: dict[str, JsonObject]) -> str:
    if status["status_str"] == "success":
        return "completed"
    return "cancelled" if "execution_interrupted" in messages else "failed"


def output_files(outputs: Mapping[str, object]) -> list[JsonObject]:
    """Every file among a prompt's outputs, with its node and kind."""
    return [
        {**file, "nodeId": node_id, "mediaType": kind}
        for node_id, shown in outputs.items()
        for kind, items in (as_object(shown) or {}).items()
        for item in as_list(items) or ()
        if (file := as_object(item)) is not None
    ]


def _pruned(**fields: object) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}
