"""Between the end of a job and its JSON in the ledger."""

import json
from collections.abc import Sequence
from typing import TypedDict, cast

from bot.jobs.job import Cancelled, Done, Failed, Outcome, Output, State
from bot.texts import Text


class _DoneJson(TypedDict):
    outputs: list[tuple[str, str, str, str]]
    texts: list[str]


class _FailedJson(TypedDict):
    reason: str
    outputs: list[tuple[str, str, str, str]]
    texts: list[str]


class _CancelledJson(TypedDict):
    by_user_id: int | None


def state_after(outcome: Outcome) -> State:
    match outcome:
        case Done():
            return State.DONE
        case Failed():
            return State.FAILED
        case Cancelled():
            return State.CANCELLED


def outcome_to_json(outcome: Outcome) -> str:
    """The state beside it says which kind it is."""
    match outcome:
        case Done(outputs, texts):
            return json.dumps(_DoneJson(outputs=_fields(outputs), texts=list(texts)), ensure_ascii=False)
        case Failed(reason, outputs, texts):
            failed = _FailedJson(reason=reason.to_json(), outputs=_fields(outputs), texts=list(texts))
            return json.dumps(failed, ensure_ascii=False)
        case Cancelled(by_user_id):
            return json.dumps(_CancelledJson(by_user_id=by_user_id))


def outcome_of(state: State, source: str) -> Outcome:
    match state:
        case State.DONE:
            done = cast("_DoneJson", json.loads(source))
            return Done(_outputs(done["outputs"]), tuple(done["texts"]))
        case State.FAILED:
            failed = cast("_FailedJson", json.loads(source))
            if "outputs" not in failed:  # written before a failed job kept what it had made
                return Failed(Text.from_json(source))
            return Failed(
                Text.from_json(failed["reason"]), _outputs(failed["outputs"]), tuple(failed["texts"])
            )
        case State.CANCELLED:
            return Cancelled(cast("_CancelledJson", json.loads(source))["by_user_id"])
        case State.PREPARING | State.QUEUED | State.RUNNING:
            raise ValueError(f"a {state} job has no outcome")


def _fields(outputs: Sequence[Output]) -> list[tuple[str, str, str, str]]:
    return [(output.node_id, output.filename, output.subfolder, output.type) for output in outputs]


def _outputs(files: Sequence[tuple[str, str, str, str]]) -> tuple[Output, ...]:
    return tuple(Output(*fields) for fields in files)
