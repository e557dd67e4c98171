"""Whether one server can run a workflow: all that it takes is there, and something would come of it."""

from collections.abc import Sequence

from bot.comfy import ObjectInfo
from bot.workflows import Draft, Template, Unavailable, Workflow, WorkflowError, resolve
from bot.workflows.availability import puts_nothing_out


def verdict(source: Template | Draft, info: ObjectInfo) -> Workflow | Unavailable:
    """The workflow as the server can run it, or why it cannot.

    Raises:
        WorkflowError: the files are wrong, whatever the server has.
    """
    resolved = resolve(source, [info])
    if isinstance(resolved, Unavailable):
        return resolved
    nothing = puts_nothing_out(resolved.graph, info)
    return resolved if nothing is None else Unavailable(resolved.name, (nothing,))


def nearest_server(source: Template | Draft, known: Sequence[ObjectInfo]) -> ObjectInfo:
    """The first server that can run it, else the one that lacks least. ``known``: at least one."""
    return known[0] if len(known) == 1 else min(known, key=lambda info: _gaps(source, info))


def _gaps(source: Template | Draft, info: ObjectInfo) -> int:
    try:
        resolved = verdict(source, info)
    except WorkflowError:  # which the caller meets again, and tells
        return 0
    return len(resolved.reasons) if isinstance(resolved, Unavailable) else 0
