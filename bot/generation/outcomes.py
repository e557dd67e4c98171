"""What a prompt's end means for its job, in words a person can act on. Values in, values out."""

import re
from collections.abc import Callable
from typing import TypeAlias

from bot.comfy import GraphRefused, HistoryEntry, Interrupted, NodeFailed, NodeProblem, OutputFile, Success
from bot.generation.redaction import redacted
from bot.jobs.job import Done, Failed, Job, Outcome, Output
from bot.texts import Text, text
from bot.workflows import nearest

OptionOf: TypeAlias = Callable[[str, str, str | None], str | None]
"""(workflow, node id, input) → the name of the option that sets it, if one does."""

MAX_WORDS = 300
"""Of a server's own message. Some are megabytes long."""
MAX_PROBLEMS = 3
MAX_NAMES = 5

_NODE_ID = re.compile(r"Node ID '#([\w.:-]{1,40})'")
_ADVICE = (
    (re.compile(r"no space left on device|disk (?:is )?full", re.IGNORECASE), text("advice-disk-full")),
    (
        re.compile(r"SafetensorError|deserializing|invalid load key|PytorchStreamReader", re.IGNORECASE),
        text("advice-model-broken"),
    ),
    (
        re.compile(
            r"shapes? cannot be multiplied|sizes? of tensors? must match|size mismatch|expected .{0,40}channels",
            re.IGNORECASE,
        ),
        text("advice-models-differ"),
    ),
    (
        re.compile(r"No such file|does not exist|cannot find the file", re.IGNORECASE),
        text("advice-file-gone"),
    ),
    (re.compile(r"permission denied|access is denied", re.IGNORECASE), text("advice-no-rights")),
    (re.compile(r"please log ?in|unauthorized|api key|credits", re.IGNORECASE), text("advice-login")),
    (
        re.compile(r"timed? ?out|connection (?:error|refused|reset)|max retries", re.IGNORECASE),
        text("advice-network"),
    ),
)
"""What helps, by what nodes and libraries say."""


def outcome_of(entry: HistoryEntry, job: Job) -> Outcome:
    """Judge an entry of the history that nobody of ours interrupted."""
    match entry.verdict:
        case NodeFailed(is_out_of_memory=True) as failure:
            node = title_of(job, failure.node_id, failure.node_type)
            return _failed(entry, text("failed-out-of-memory", node=node))
        case NodeFailed() as failure:
            node = title_of(job, failure.node_id, failure.node_type)
            words = tame(failure.message) or failure.exception_type or "?"
            return _failed(entry, _node_failed(node, words, failure))
        case Interrupted():
            return _failed(entry, text("failed-interrupted"))
        case Success():
            return _success(entry)
        case _:
            return _failed(entry, text("failed-unfinished"))


def _node_failed(node: str | Text, words: str, failure: NodeFailed) -> Text:
    said = f"{failure.exception_type} {failure.message[:10_000]}"
    for pattern, advice in _ADVICE:
        if pattern.search(said):
            return text("failed-node-advised", node=node, message=words, advice=advice)
    return text("failed-node", node=node, message=words)


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
        words = _NODE_ID.sub(lambda found: _named(job, found[1]), error.message)
        return text("refused-whole", message=tame(words) or "?")
    problems = [_problem(problem, job, option_of) for problem in error.problems[:MAX_PROBLEMS]]
    words = problems[0]
    for following in problems[1:]:
        words = text("refused-several", first=words, second=following)
    return text("refused-graph", problems=words)


def _problem(problem: NodeProblem, job: Job, option_of: OptionOf) -> Text:
    if problem.is_missing_class:
        return text("refused-no-class", type=tame(problem.class_type))
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


def title_of(job: Job, node_id: str, class_type: str) -> str | Text:
    """What to call a node: its title, that of the node which made it while running, or its number in words."""
    title = job.titles.get(node_id) or job.titles.get(node_id.split(".", maxsplit=1)[0])
    if title:
        return title
    if class_type:
        return text("node-of-class", id=node_id, type=class_type) if node_id else class_type
    return text("node-by-number", id=node_id or "?")


def _named(job: Job, node_id: str) -> str:
    """For a sentence of ComfyUI's, which is English."""
    return f"node {node_id}" if (title := job.titles.get(node_id)) is None else f"node “{title}”"


def tame(words: str) -> str:
    """A server's words made fit to be shown: one line, no control characters, no paths of its disk, not endless."""
    line = " ".join("".join(char if char.isprintable() else " " for char in words[:20_000]).split())
    line = redacted(line).replace("`", "'")
    return line if len(line) <= MAX_WORDS else line[: MAX_WORDS - 1] + "…"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
