"""Whether one server can run a workflow: all that it takes is there, and something would come of it."""

from bot.comfy import ObjectInfo
from bot.workflows import Draft, Template, Unavailable, Workflow, resolve
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
