"""A small part of what a real ComfyUI 0.3.64 said, so that the tests stand alone. Graphs and inputs are emptied."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def recorded(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def recorded_frames() -> list[str]:
    return (FOLDER / "frames.jsonl").read_text(encoding="utf-8").splitlines()


def recorded_bytes(name: str) -> bytes:
    return (FOLDER / f"{name}.bin").read_bytes()
