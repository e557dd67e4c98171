"""The job records of newer servers, below ``/api/jobs``: queue and history in one shape."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, cast

from bot.sandbox.comfyui.bodies import JsonObject, as_list, as_object
from bot.sandbox.comfyui.prompt_queue import PromptQueue, QueueItem

_ENDS: Final = ("execution_success", "execution_error", "execution_interrupted")
_LONGEST_PREVIEW: Final = 1024
_SHOWABLE: Final = frozenset({"images", "video", "audio", "3d", "text"})
_SHOWABLE_FORMATS: Final = ("video/", "audio/")
_TEXT_FILES: Final = (".txt", ".md", ".json")
_SHOWABLE_FILES: Final = (".obj", ".fbx", ".gltf", ".glb", ".usdz", *_TEXT_FILES)


class JobStatus(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


def job_record(queue: PromptQueue, prompt_id: str) -> JsonObject | None:
    """All that is known about a prompt, wherever it is."""
    if (entry := queue.history.get(prompt_id)) is not None:
        return _finished(prompt_id, entry) | _details(entry)
    return next((record for record in _open(queue) if record["id"] == prompt_id), None)


def job_records(queue: PromptQueue) -> list[JsonObject]:
    """What runs, what waits, and what the history knows; without the outputs."""
    finished = [_finished(prompt_id, entry) for prompt_id, entry in queue.history.items()]
    return [*_open(queue), *finished]


def _open(queue: PromptQueue) -> Iterator[JsonObject]:
    if queue.running is not None:
        yield _queued(queue.running, JobStatus.IN_PROGRESS)
    for item in queue.pending:
        yield _queued(item, JobStatus.PENDING)


def _queued(item: QueueItem, status: JobStatus) -> JsonObject:
    return _pruned(
        id=item.prompt_id,
        status=status.value,
        priority=item.number,
        create_time=item.extra_data.get("create_time"),
        outputs_count=0,
        previewable_outputs_count=0,
        workflow_id=_workflow_id(item.extra_data),
    )


def _finished(prompt_id: str, entry: JsonObject) -> JsonObject:
    number, _, _, extra_data, _ = cast("list[object]", entry["prompt"])
    extra = as_object(extra_data) or {}
    status = cast("JsonObject", entry["status"])
    messages = dict(cast("list[tuple[str, JsonObject]]", status["messages"]))
    end = next((messages[name] for name in _ENDS if name in messages), None)
    outputs = cast("JsonObject", entry["outputs"])
    files = output_files(outputs)
    return _pruned(
        id=prompt_id,
        status=_verdict(status, messages).value,
        priority=number,
        create_time=extra.get("create_time"),
        execution_start_time=messages["execution_start"]["timestamp"],
        execution_end_time=None if end is None else end["timestamp"],
        execution_error=messages.get("execution_error"),
        outputs_count=len(files),
        previewable_outputs_count=sum(map(_is_showable, files)),
        preview_output=_preview(files, outputs),
        workflow_id=_workflow_id(extra),
    )


def _details(entry: JsonObject) -> JsonObject:
    _, _, prompt, extra_data, _ = cast("list[object]", entry["prompt"])
    return {
        "outputs": entry["outputs"],
        "execution_status": entry["status"],
        "workflow": {"prompt": prompt, "extra_data": extra_data},
    }


def _workflow_id(extra_data: JsonObject) -> object:
    info = as_object(extra_data.get("extra_pnginfo")) or {}
    return (as_object(info.get("workflow")) or {}).get("id")


def _verdict(status: JsonObject, messages: dict[str, JsonObject]) -> JobStatus:
    if status["status_str"] == "success":
        return JobStatus.COMPLETED
    return JobStatus.CANCELLED if "execution_interrupted" in messages else JobStatus.FAILED


def output_files(outputs: Mapping[str, object]) -> list[JsonObject]:
    """Every file among a prompt's outputs, with its node and kind."""
    return [
        {**file, "nodeId": node_id, "mediaType": kind}
        for node_id, shown in outputs.items()
        for kind, items in (as_object(shown) or {}).items()
        for item in as_list(items) or ()
        if (file := as_object(item)) is not None
    ]


def _preview(files: list[JsonObject], outputs: Mapping[str, object]) -> JsonObject | None:
    """The first picture that was saved, or else shown; then a text that was saved, or else shown."""
    showable = [file for file in files if _is_showable(file)]
    seen = [file for file in showable if not _is_text(file)]
    saved = [file for file in seen if file.get("type") == "output"]
    return next(iter((*saved, *seen, *showable)), None) or _text_preview(outputs)


def _text_preview(outputs: Mapping[str, object]) -> JsonObject | None:
    for node_id, shown in outputs.items():
        for item in as_list((as_object(shown) or {}).get("text")) or ():
            text = str(item)
            cut: JsonObject = {"truncated": True} if len(text) > _LONGEST_PREVIEW else {}
            return {"content": text[:_LONGEST_PREVIEW], **cut, "nodeId": node_id, "mediaType": "text"}
    return None


def _is_showable(file: JsonObject) -> bool:
    return (
        file["mediaType"] in _SHOWABLE
        or str(file.get("format", "")).startswith(_SHOWABLE_FORMATS)
        or str(file.get("filename", "")).lower().endswith(_SHOWABLE_FILES)
    )


def _is_text(file: JsonObject) -> bool:
    return file["mediaType"] == "text" or str(file.get("filename", "")).lower().endswith(_TEXT_FILES)


def _pruned(**fields: object) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}
