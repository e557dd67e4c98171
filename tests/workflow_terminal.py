"""A terminal to try ``python -m bot workflow`` in: a made-up ComfyUI, and one small workflow in every form."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.__main__ import main
from bot.comfy import graph_to_json
from tests.comfy.convert.graphs import node, ui, wire
from tests.workflows.inference.samples import CLASSIC, server
from tests.workflows.sources.files import plain, png

Json = Any

_WIRES = [
    [1, 4, 0, 3, 0, "MODEL"],
    [2, 6, 0, 3, 1, "CONDITIONING"],
    [3, 7, 0, 3, 2, "CONDITIONING"],
    [4, 5, 0, 3, 3, "LATENT"],
    [5, 4, 1, 6, 0, "CLIP"],
    [6, 4, 1, 7, 0, "CLIP"],
    [7, 3, 0, 8, 0, "LATENT"],
    [8, 4, 2, 8, 1, "VAE"],
    [9, 8, 0, 9, 0, "IMAGE"],
]
UI: Json = ui(
    node(
        3,
        "KSampler",
        [7, "randomize", 20, 7.5, "euler", "normal", 1],
        inputs=[
            wire("model", "MODEL", 1),
            wire("positive", "CONDITIONING", 2),
            wire("negative", "CONDITIONING", 3),
            wire("latent_image", "LATENT", 4),
        ],
        outputs=["LATENT"],
    ),
    node(4, "CheckpointLoaderSimple", ["sd15.safetensors"], outputs=["MODEL", "CLIP", "VAE"]),
    node(5, "EmptyLatentImage", [512, 768, 1], outputs=["LATENT"]),
    node(6, "CLIPTextEncode", ["a red fox"], inputs=[wire("clip", "CLIP", 5)], outputs=["CONDITIONING"]),
    node(7, "CLIPTextEncode", ["blurry"], inputs=[wire("clip", "CLIP", 6)], outputs=["CONDITIONING"]),
    node(
        8,
        "VAEDecode",
        inputs=[wire("samples", "LATENT", 7), wire("vae", "VAE", 8)],
        outputs=["IMAGE"],
    ),
    node(9, "SaveImage", ["fox"], inputs=[wire("images", "IMAGE", 9)]),
    links=_WIRES,
)
"""The classic graph, as the editor saves it."""
GRAPH: Json = json.loads(graph_to_json(CLASSIC))

FORMS: Mapping[str, bytes] = {
    "fox.api.json": json.dumps(GRAPH).encode(),
    "fox.json": json.dumps({"prompt": GRAPH}).encode(),
    "fox.ui.json": json.dumps(UI).encode(),
    "fox.png": png(plain("prompt", json.dumps(GRAPH)), plain("workflow", json.dumps(UI))),
    "fox.editor.png": png(plain("workflow", json.dumps(UI))),
}


def changed_ui(change: Callable[[Json], None]) -> Json:
    """The UI graph, changed in place by ``change``."""
    document = json.loads(json.dumps(UI))
    change(document)
    return document


class Terminal:
    """Runs the command line in a folder that has an ``object_info.json``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workflows = folder / "workflows"
        self.workflows.mkdir()
        self.serve()
        self.speak("en")

    def serve(self, *, without: Sequence[str] = ()) -> None:
        (self.folder / "object_info.json").write_bytes(zlib.decompress(server(without=without).packed))

    def speak(self, language: str) -> None:
        self.set(LANGUAGE=language)

    def set(self, **settings: object) -> None:
        """These settings and no others."""
        lines = (f"{name}={value}\n" for name, value in {"WORKFLOWS_DIR": self.workflows, **settings}.items())
        (self.folder / "settings.env").write_text("".join(lines), encoding="utf-8")

    def save(self, name: str, content: Json) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    def arguments(self, *words: str | Path) -> list[str]:
        where = ["--env-file", str(self.folder / "settings.env")]
        return [*where, "workflow", *map(str, words), "--object-info", str(self.folder / "object_info.json")]

    def run(self, *words: str | Path) -> int:
        return main(self.arguments(*words))
