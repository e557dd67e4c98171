"""What every node of the catalogue does, by class, the sampler aside (see ``sampling``)."""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.comfyui.image_nodes import IMAGE_FUNCTIONS
from bot.sandbox.comfyui.media_nodes import MEDIA_FUNCTIONS, MEDIA_PIXEL_WORK
from bot.sandbox.comfyui.node_context import NodeFunction
from bot.sandbox.comfyui.pack_nodes import PACK_FUNCTIONS, PACK_PIXEL_WORK
from bot.sandbox.comfyui.reference_nodes import REFERENCE_FUNCTIONS, REFERENCE_PIXEL_WORK
from bot.sandbox.comfyui.stock_nodes import STOCK_FUNCTIONS, STOCK_PIXEL_WORK

NODE_FUNCTIONS: Final[Mapping[str, NodeFunction]] = {
    **STOCK_FUNCTIONS,
    **REFERENCE_FUNCTIONS,
    **IMAGE_FUNCTIONS,
    **MEDIA_FUNCTIONS,
    **PACK_FUNCTIONS,
}
SLOW_CLASSES: Final = frozenset(
    {*STOCK_PIXEL_WORK, *REFERENCE_PIXEL_WORK, *IMAGE_FUNCTIONS, *MEDIA_PIXEL_WORK, *PACK_PIXEL_WORK}
)
"""Those that take their time, so that they must run off the event loop."""
