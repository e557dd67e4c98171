"""What a prompt's end means for its job, in words a person can act on. Values in, values out."""

import re
from collections.abc import Callable
from typing import TypeAlias

from bot.comfy import GraphRefused, HistoryEntry, Interrupted, NodeFailed, NodeProblem, OutputFile, Success
from bot.jobs.job import Done, Failed, Job, Outcome, Output
from bot.texts import Text, text
from bot.workflows import nearest

OptionOf: TypeAlias = Callable[[str, str, str | None], str | None]
"""(workflow, node id, input) → the name of the option that sets it, if one does."""

MAX_WORDS = 300
"""Of a server's own message. Some are megabytes long (recording T 66)."""
MAX_PROBLEMS = 3
MAX_NAMES = 5

_PATH = re.compile(r"(?:[A-Za-z]:)?[\\/](?:[^\s'\"\\/:]+[\\/])+")


def outcome_of(entry: HistoryEntry, job: Job) -> Outcome:
    """Judge an entry of the history that nobody of ours interrupted."""
    match entry.verdict:
        case NodeFailed(is_out_of_memory=True) as failure:
            node = title_of(job, failure.node_id, failure.node_type)
            return _failed(entry, text("failed-out-of-memory", node=node))
        case NodeFailed() as failure:
            node = title_of(job, failure.node_id, failure.node_type)
            words = tame(failure.message) or failure.exception_type
            return _failed(entry, text("failed-node", node=node, message=words))
        case Interrupted():
            return _failed(entry, text("failed-interrupted"))
        case Success():
            return _success(entry)
        case _:
            return _failed(entry, text("failed-unfinished"))


def _failed(entry: HistoryEntry, reason: Text) -> Failed:
    """With what other nodes had finished before: an hour of work need not be lost with the last node."""
    return Failed(reason, tuple(map(_output, entry.results)), entry.texts)


def _success(entry: HistoryEntry) -> Outcome:
    if not entry.outputs and not entry.texts:
        return Failed(text("failed-no-output"))
    return Done(tuple(map(_output, entry.results)), entry.texts)


def _output(file: OutputFile) -> Output:
    return Output(file.node_id, file.file.filename, file.file.subfolder, file.file.type)


def refusal(error: GraphRefused, job: Job, option_of: OptionOf) -> Text:
    """Why ComfyUI would not take the graph: which option, and what is allowed."""
    if not error.problems:
        return text("refused-whole", message=tame(error.message) or "?")
    problems = [_problem(problem, job, option_of) for problem in error.problems[:MAX_PROBLEMS]]
    words = problems[0]
    for following in problems[1:]:
        words = text("refused-several", first=words, second=following)
    return text("refused-graph", problems=words)


def _problem(problem: NodeProblem, job: Job, option_of: OptionOf) -> Text:
    option = option_of(job.workflow, problem.node_id, problem.input_name)
    node = title_of(job, problem.node_id, problem.class_type)
    place = (
        text("refused-option", option=option)
        if option
        else text("refused-input", node=node, input=problem.input_name or "?")
    )
    received = tame(str(problem.received)) if problem.received is not None else "?"
    if problem.allowed:
        near = nearest(received, problem.allowed) or problem.allowed[:MAX_NAMES]
        return text("refused-not-in-list", place=place, value=received, names=", ".join(map(tame, near)))
    if problem.minimum is not None and problem.kind == "value_smaller_than_min":
        return text("refused-too-small", place=place, value=received, minimum=_number(problem.minimum))
    if problem.maximum is not None and problem.kind == "value_bigger_than_max":
        return text("refused-too-big", place=place, value=received, maximum=_number(problem.maximum))
    words = " – ".join(filter(None, (tame(problem.message), tame(problem.details))))
    return text("refused-other", place=place, message=words)


def title_of(job: Job, node_id: str, class_type: str) -> str:
    return job.titles.get(node_id) or job.titles.get(node_id.split(".", maxsplit=1)[0]) or class_type


def tame(words: str) -> str:
    """A server's words made fit to be shown: one line, no control characters, no paths of its disk, not endless."""
    line = " ".join("".join(char if char.isprintable() else " " for char in words[:20_000]).split())
    line = _PATH.sub("", line).replace("`", "'")
    return line if len(line) <= MAX_WORDS else line[: MAX_WORDS - 1] + "…"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
