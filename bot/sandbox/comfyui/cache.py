"""Results of nodes, found again by what they are made of: class, values, and the same of everything linked.

Node ids do not count, so the same graph with other ids is answered from here, old file names included.
"""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec import Struct

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.catalogue import NODE_CLASSES
from bot.sandbox.comfyui.files import FileStore
from bot.sandbox.comfyui.graphs import class_of, inputs_of, link_of
from bot.sandbox.comfyui.references import input_file

_NEVER_KEPT: Final = frozenset({"SaveImageWebsocket"})
"""What they send is kept nowhere, so they run every time."""


class Cached(Struct, frozen=True):
    """What a node gave, and under which id it ran then."""

    outputs: tuple[object, ...]
    shown: JsonObject | None
    node_id: str


class NodeCache:
    """Keeps what the current prompt uses, and ``spare`` results beyond (0 is ComfyUI's classic cache)."""

    def __init__(self, *, spare: int) -> None:
        self._spare = spare
        self._results: dict[str, Cached] = {}

    def find(self, signature: str) -> Cached | None:
        return self._results.get(signature)

    def keep(self, signature: str, result: Cached) -> None:
        self._results[signature] = result

    def keep_only(self, signatures: Collection[str]) -> None:
        """A new prompt begins: forget what it does not use, oldest first."""
        unused = [signature for signature in self._results if signature not in signatures]
        for signature in unused[: max(0, len(unused) - self._spare)]:
            del self._results[signature]

    def clear(self) -> None:
        self._results.clear()


def signatures(graph: JsonObject, outputs: Sequence[str], files: FileStore) -> Mapping[str, str]:
    """What each node that the outputs need is made of, as one short text. Others may be wrong and are not looked at."""
    found: dict[str, str] = {}

    def of(node_id: str) -> str:
        if node_id not in found:
            inputs = inputs_of(graph, node_id)
            made_of: list[object] = [class_of(graph, node_id)]
            for name, value in inputs.items():
                link = link_of(value)
                made_of.append([name, value if link is None else [of(link[0]), link[1]]])
            for name, spec in NODE_CLASSES[class_of(graph, node_id)].inputs.items():
                if spec.takes_upload:
                    file = input_file(files, str(inputs[name]))
                    made_of.append(None if file is None else file.etag)
            if class_of(graph, node_id) in _NEVER_KEPT:
                made_of.append(uuid.uuid4().hex)
            found[node_id] = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
        return found[node_id]

    for node_id in outputs:
        of(node_id)
    return found
