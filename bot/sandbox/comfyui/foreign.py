"""Prompts of other clients on the same ComfyUI: in the queue before, between and behind those of the bot."""

from typing import Final

from msgspec import Struct

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.story import Story

GRAPH: Final[JsonObject] = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}},
    "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
}
"""What they run, unless a test says otherwise."""


class ForeignPrompt(Struct, frozen=True):
    """One of them. It holds, once it runs, until it is released."""

    prompt_id: str
    story: Story

    def release(self) -> None:
        self.story.release()
