"""What a graph needs of a backend, as strings that a ledger can keep.

A need is a node class (``KSampler``) or a name in a node's list (``CheckpointLoaderSimple.ckpt_name=sd15.safetensors``).
Lists that the editor fetches elsewhere are no needs: ComfyUI does not list them truthfully. Of files that people upload
only the workflow's own is one, and only where a job starts from it: an upload adds the others.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.comfy import InputSpec, ObjectInfo

_MODEL_FILE = re.compile(r"\.(safetensors|sft|ckpt|pt|pth|bin|gguf|onnx)$", re.IGNORECASE)

_DISTINCT_NEEDS = 1000
"""As many workflows as people use at a time, with their models."""


def value_need(class_type: str, input_name: str, value: str) -> str:
    return f"{class_type}.{input_name}={value}"


@lru_cache(_DISTINCT_NEEDS)
def models_in(needs: frozenset[str]) -> frozenset[str]:
    """The files of models among them, as servers name them: what has to be loaded before the graph runs.

    LoRAs are none: they change a model that is loaded, within a moment.
    """
    parted = (need.partition("=") for need in needs)
    return frozenset(
        value for place, _, value in parted if _MODEL_FILE.search(value) and "lora" not in place.lower()
    )


def is_list(spec: InputSpec) -> bool:
    """Whether only the names in ``spec.options`` will do."""
    return spec.options is not None and spec.upload is None


class Capabilities:
    """Answers ``need in capabilities`` for one backend."""

    def __init__(self, object_info: ObjectInfo) -> None:
        self._classes = object_info.classes

    def __contains__(self, need: object) -> bool:
        if not isinstance(need, str):
            return False
        if need in self._classes:
            return True
        place, _, value = need.partition("=")
        return any(spec.options is None or value in spec.options for spec in self._inputs_at(place))

    def _inputs_at(self, place: str) -> Iterator[InputSpec]:
        """Classes and inputs may both have dots in their names."""
        parts = place.split(".")
        for end in range(1, len(parts)):
            node_class = self._classes.get(".".join(parts[:end]))
            if node_class is not None:
                yield from node_class.inputs_called(".".join(parts[end:]))

    def cover(self, needs: Iterable[str]) -> bool:
        return all(need in self for need in needs)

    def lacking(self, needs: Iterable[str]) -> tuple[str, ...]:
        """What it does not have, as people call it: node classes, and names of models."""
        return tuple(sorted({need.partition("=")[2] or need for need in needs if need not in self}))
