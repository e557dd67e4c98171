"""What a node gets besides its inputs, and what it gives."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.files import FileStore
from bot.sandbox.comfyui.saving import Saver
from bot.sandbox.comfyui.values import Inputs


class NodeContext(Struct, frozen=True):
    """What nodes may use besides their inputs."""

    files: FileStore
    saver: Saver


class NodeResult(Struct, frozen=True):
    """Values for the node's slots, and what an output node shows."""

    outputs: tuple[object, ...] = ()
    shown: JsonObject | None = None
    frames: tuple[bytes, ...] = ()
    """PNGs that go out on the owner's websocket, and nowhere else."""


NodeFunction: TypeAlias = Callable[[Inputs, NodeContext], NodeResult]
