"""The README for authors of workflows says what is so."""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from bot.comfy import JsonValue
from bot.workflows import load_template, resolve
from bot.workflows.command_file import OPTION_KEYS
from bot.workflows.discord_rules import LOCALES
from tests.workflows.samples import TXT2IMG, write

README = (TXT2IMG.parent / "README.md").read_text(encoding="utf-8")
EXAMPLES: list[str] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
OF_THE_PROJECT: list[str] = re.findall(
    r"```toml\n(.*?)```", (TXT2IMG.parents[1] / "README.md").read_text(encoding="utf-8"), re.DOTALL
)
GRAPH: Mapping[str, JsonValue] = {
    "1": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox"}, "_meta": {"title": "Prompt"}},
    "2": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 8, "height": 8, "batch_size": 1},
        "_meta": {"title": "Size"},
    },
    "3": {
        "class_type": "Loader",
        "inputs": {"ckpt_name": "sdxl.safetensors"},
        "_meta": {"title": "Checkpoint"},
    },
    "4": {"class_type": "LoadImage", "inputs": {"image": "fox.png"}, "_meta": {"title": "Picture"}},
    "5": {"class_type": "LoadImage", "inputs": {"image": "face.png"}, "_meta": {"title": "Face"}},
}


@pytest.mark.parametrize("example", EXAMPLES + list(map(dedent, OF_THE_PROJECT)))
def test_its_examples_work(tmp_path: Path, example: str) -> None:
    resolve(load_template(write(tmp_path, example, GRAPH)), [])


def test_it_shows_every_key() -> None:
    shown = {key for key in OPTION_KEYS if re.search(rf"\b{key} =", "".join(EXAMPLES))}
    assert shown == set(OPTION_KEYS) - (LOCALES - {"zh-CN"})
