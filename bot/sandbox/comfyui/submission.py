"""``POST /prompt``: from a body to a queued prompt, or to a refusal."""

import time
import uuid
from collections.abc import Callable
from typing import Final, cast

from bot.sandbox.comfyui.bodies import HandlerError, JsonObject, as_object, field_of
from bot.sandbox.comfyui.literals import CheckContext
from bot.sandbox.comfyui.prompt_queue import QueueItem
from bot.sandbox.comfyui.refusals import RefusedPrompt, refusal
from bot.sandbox.comfyui.release import Release
from bot.sandbox.comfyui.story import Story
from bot.sandbox.comfyui.validation import Accepted, validate

_SECRETS: Final = ("api_key_comfy_org", "auth_token_comfy_org")


def order_number(body: JsonObject, counter: int) -> tuple[float, bool]:
    """The prompt's place in the queue, and whether it used the counter up. Lower numbers run earlier."""
    if "number" in body:
        try:
            return float(cast("str", body["number"])), False
        except (TypeError, ValueError) as error:
            raise HandlerError from error
    return (-counter if body.get("front") else counter), True


def prompt_id_of(body: JsonObject, release: Release) -> str | RefusedPrompt:
    """The id that the client chose, or a new one."""
    given = body.get("prompt_id")
    if "prompt_id" not in body or (given is None and release.strict_prompt_ids):
        return str(uuid.uuid4())
    if release.strict_prompt_ids and not is_canonical_id(given):
        details = (
            "prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to have one made"
        )
        return refusal("invalid_prompt_id", "prompt_id must be a valid UUID", details)
    return str(given)


def is_canonical_id(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def extra_data_of(body: JsonObject, release: Release) -> JsonObject:
    """The client's extra data with its id in it, secrets taken out."""
    extra = as_object(body.get("extra_data", {}))
    takes_text = not release.stamps_create_time and "client_id" not in body
    if extra is None and not (takes_text and isinstance(body["extra_data"], str)):
        raise HandlerError
    extra = {key: value for key, value in (extra or {}).items() if key not in _SECRETS}
    if "client_id" in body:
        extra["client_id"] = body["client_id"]
    if release.stamps_create_time:
        extra["create_time"] = int(time.time() * 1000)
    return extra


def prepare(
    body: object, number: float, next_story: Callable[[], Story], context: CheckContext
) -> tuple[QueueItem, JsonObject] | RefusedPrompt:
    """A queue item for this body and the errors of outputs that will not run; or why there is none.

    A story is taken only for a prompt that is accepted.
    """
    if (prompt := field_of(body, "prompt")) is None and not _has(body, "prompt"):
        return refusal("no_prompt", "No prompt provided", "No prompt provided")
    fields = cast("JsonObject", body)
    prompt_id = prompt_id_of(fields, context.release)
    if isinstance(prompt_id, RefusedPrompt):
        return prompt_id
    verdict = validate(prompt, fields.get("partial_execution_targets"), context)
    match verdict:
        case RefusedPrompt():
            return verdict
        case Accepted(outputs, node_errors):
            extra = extra_data_of(fields, context.release)
            return QueueItem(
                number, prompt_id, cast("JsonObject", prompt), extra, outputs, next_story()
            ), node_errors


def _has(body: object, name: str) -> bool:
    return isinstance(body, dict) and name in body
