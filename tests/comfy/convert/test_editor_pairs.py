"""Made-up graphs and what ComfyUI's own editor sends for them: the same must come of them here.

``editor_pairs.jsonl`` has one graph a line. They were made at random over the classes of :mod:`tests.comfy.convert.classes`,
loaded into the editor (comfyui-frontend-package 1.58.1 in Chromium, that server's ``/object_info``), and saved and
exported by it: ``plain`` as they are; ``sub`` after it put random nodes into a subgraph; ``nest`` after it did so twice;
``edit`` after values, names and modes of the instances were changed and some instances copied; ``wired`` with
instances whose widgets are wired to nodes that run, are muted, or bypassed. Only what a converter reads was kept. Classes
that change make them stale: change copies of those.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.comfy.convert.graphs import converted, written

Json = Any

PAIRS: Mapping[str, Json] = {
    pair["name"]: pair
    for line in (Path(__file__).parent / "editor_pairs.jsonl").read_text(encoding="utf-8").splitlines()
    for pair in [json.loads(line)]
}

_PREFIX = "the editor sends '%Sampler.seed%' as it is where an instance shows the name of the file; nobody fills it in then"
_MUTED = (
    "the editor writes the inside of a muted instance that lies in another one; nothing is wired to it, and were it to "
    "save something, it would although it is muted"
)

BETTER: Mapping[str, str] = {"edit001": _MUTED, "nest009": _PREFIX, "sub007": _PREFIX}
"""The pairs of which something better comes, and why."""


@pytest.mark.parametrize("name", PAIRS)
def test_the_editor_sends_the_same(name: str) -> None:
    pair = PAIRS[name]
    got = {
        node_id: [kind, dict(inputs)] for node_id, (kind, inputs) in written(converted(pair["ui"])).items()
    }
    assert (got == pair["api"]) is (name not in BETTER)


def test_there_are_pairs_of_every_kind() -> None:
    kinds = ("plain", "sub", "nest", "edit", "wired")
    counts = {kind: sum(name.startswith(kind) for name in PAIRS) for kind in kinds}
    assert counts == {"plain": 40, "sub": 47, "nest": 36, "edit": 36, "wired": 24}
