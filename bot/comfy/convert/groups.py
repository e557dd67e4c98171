"""The editor's older group nodes (``workflow>NAME``), read as subgraphs: their inside lies in ``extra.groupNodes``."""

from collections.abc import Mapping

from ..json_value import JsonValue
from .plans import NodePlans
from .reading import Scope, UiNode

_PREFIXES = ("workflow>", "workflow/")


def grouped(node: UiNode, definitions: Mapping[str, JsonValue], plans: NodePlans) -> Scope | None:
    """The inside of one group node; None: the node is something else."""
    return None
