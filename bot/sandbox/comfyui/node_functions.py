"""What every node of the catalogue does, by class, the sampler aside (see ``sampling``)."""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.comfyui.node_context import NodeFunction
from bot.sandbox.comfyui.pack_classes import VIDEO_COMBINE
from bot.sandbox.comfyui.pack_nodes import PACK_FUNCTIONS
from bot.sandbox.comfyui.stock_nodes import PIXEL_WORK, STOCK_FUNCTIONS

NODE_FUNCTIONS: Final[Mapping[str, NodeFunction]] = {**STOCK_FUNCTIONS, **PACK_FUNCTIONS}
SLOW_CLASSES: Final = PIXEL_WORK | {VIDEO_COMBINE}
"""Those that take their time, so that they must run off the event loop."""
