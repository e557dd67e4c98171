"""What one ComfyUI lacks for all workflows together, gathered by what there is to install. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from bot.texts import Text, text

Lack: TypeAlias = tuple[str, Text]
"""The name of a workflow, and one thing that it lacks."""

_OF_A_PACK = "workflow-lacks-node-pack"
_OWN = "workflow-lacks-own-node"
_UNKNOWN = "workflow-lacks-node"


class _Wanted(Struct):
    """Insertion-ordered: as the workflows come."""

    nodes: dict[str, None] = {}
    workflows: dict[str, None] = {}

    def add(self, workflow: str, reason: Text) -> None:
        self.nodes[str(reason.arguments["node"])] = None
        self.workflows[workflow] = None

    def words(self) -> dict[str, str]:
        return {"nodes": ", ".join(self.nodes), "workflows": ", ".join(f"/{name}" for name in self.workflows)}


def gathered(backend: str, lacks: Sequence[Lack]) -> Iterator[Text]:
    """One line a pack, one for what an update brings, one for nodes of unknown packs, and one for everything else."""
    packs: dict[str, _Wanted] = {}
    own, unknown = _Wanted(), _Wanted()
    for workflow, reason in lacks:
        if reason.id == _OF_A_PACK:
            packs.setdefault(str(reason.arguments["pack"]), _Wanted()).add(workflow, reason)
        elif reason.id == _OWN:
            own.add(workflow, reason)
        elif reason.id == _UNKNOWN:
            unknown.add(workflow, reason)
    for pack, wanted in packs.items():
        yield text("doctor-lacks-pack", backend=backend, pack=pack, **wanted.words())
    if own.nodes:
        yield text("doctor-lacks-update", backend=backend, **own.words())
    if unknown.nodes:
        yield text("doctor-lacks-nodes", backend=backend, **unknown.words())
    for workflow, reason in lacks:
        if reason.id not in {_OF_A_PACK, _OWN, _UNKNOWN}:
            yield text("doctor-lacks", backend=backend, workflow=workflow, reason=reason)
