"""The options that a workflow should have, found in the workflow itself: for graphs without a ``command.toml``.

Pure: graphs and what the servers know go in, :class:`OptionSpec` come out, for ``resolve`` to settle as if an author had
written them. Inputs that load a file become attachments. Of the rest the first to name an input wins, in this order:
nodes made to declare options, titles and placeholders, App mode, promoted widgets, and then a walk from samplers to
texts, seeds, sizes, lengths and steps.
"""

from bot.workflows.inference.inferring import Inferred, infer
from bot.workflows.inference.media import MediaInput, missing_media
from bot.workflows.inference.ui import UiWidget

__all__ = ["Inferred", "MediaInput", "UiWidget", "infer", "missing_media"]
