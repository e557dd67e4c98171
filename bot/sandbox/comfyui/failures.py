"""Nodes that fail, by themselves or because the story says so, and what that looks like to a client."""

from typing import Final

from bot.sandbox.comfyui.story import Story

MOST_PIXELS: Final = 64 * 2**20
"""What the pretended graphics card holds; it also keeps the sandbox from eating its host's memory."""

_OUT_OF_MEMORY: Final = (
    "Allocation on device 0 would exceed allowed memory. (out of memory)\n"
    "Currently allocated     : 7.31 GiB\n"
    "Requested               : 2.25 GiB\n"
    "This error means you ran out of memory on your GPU.\n\n"
    "TIPS: If the workflow worked before you might have accidentally set the batch_size to a large number."
)


class NodeFailure(Exception):
    """A node raised: ends the prompt with ``execution_error``."""

    def __init__(self, exception_type: str, message: str) -> None:
        super().__init__(message)
        self.exception_type = exception_type
        self.message = message


def out_of_memory() -> NodeFailure:
    """What a node raises whose tensors do not fit the card."""
    return NodeFailure("torch.OutOfMemoryError", _OUT_OF_MEMORY)


def outside_of_folder() -> NodeFailure:
    """What a node raises whose prefix leads out of the folder it saves to."""
    return NodeFailure("Exception", "**** ERROR: Saving image outside the output folder is not allowed.\n")


def check_memory(width: int, height: int, batch_size: int) -> None:
    """Raises if so many pixels are too many."""
    if width * height * batch_size > MOST_PIXELS:
        raise out_of_memory()


def failure_in_story(story: Story, node_id: str, kind: str) -> NodeFailure | None:
    """The failure that the story has for this node, if any."""
    fails_at = story.fail_at or ("KSampler" if story.out_of_memory else None)
    if fails_at not in (node_id, kind):
        return None
    if story.out_of_memory:
        return out_of_memory()
    return NodeFailure("RuntimeError", f"the sandbox was told to let {kind} fail\n")


def traceback_of(failure: NodeFailure) -> list[str]:
    """Lines as a server sends them, its own paths included."""
    return [
        '  File "/opt/comfyui/execution.py", line 496, in execute\n    output_data = await get_output_data(obj)\n',
        f'  File "/opt/comfyui/nodes.py", line 1, in run\n    raise {failure.exception_type}\n',
    ]
