"""Nothing that somebody hands in costs the bot more than a sentence."""

import asyncio
import json
import random
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from bot.inputs.errors import InputRefused
from bot.jobs.inputs import InputKind
from tests.inputs.hostile import pictures
from tests.inputs.looked_at import TAKEN
from tests.inputs.rig import Looker, corners, saved

ROOT = Path(__file__).parents[2]
MOST_MIB = 50
NAMES = (
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "fox.png\0.sh",
    "/dev/null",
    "CON",
    "a" * 5000,
    "",
    "💥",
    "fox.exe",
)


async def test_each_has_its_sentence_and_all_of_them_cost_little_memory(tmp_path: Path) -> None:
    given, work = tmp_path / "given", tmp_path / "work"
    await asyncio.to_thread(_written, given, work)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.inputs.looked_at", str(given), str(work)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    output, _ = await process.communicate()
    grown_mib, answers = json.loads(output)
    assert answers == {name: expected for name, (_content, expected) in pictures().items()}
    assert grown_mib < MOST_MIB


def _written(given: Path, work: Path) -> None:
    given.mkdir()
    work.mkdir()
    for name, (content, _expected) in pictures().items():
        (given / name).write_bytes(content)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # of Pillow, over what it passes over
def test_however_a_picture_is_bent_there_is_an_answer(tmp_path: Path, form: str) -> None:
    looker, chance = Looker(tmp_path), random.Random(form)
    whole = saved(Image.effect_noise((24, 20), 90).convert("RGB"), form)
    taken = 0
    for _ in range(150):
        bent = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            bent[chance.randrange(min(len(bent), 400))] = chance.choice((0, 127, 255, chance.randrange(256)))
        with suppress(InputRefused):
            looker.look(bytes(bent))
            taken += 1
    assert taken < 150


@pytest.mark.parametrize("name", NAMES)
def test_no_name_becomes_a_path(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    for kind in (InputKind.IMAGE, InputKind.FILE):
        with suppress(InputRefused):  # of scripts, by their names
            Looker(folder).look(saved(corners()), kind, filename=name)
    assert {each.name for each in tmp_path.rglob("*")} == {"a", "b", "fetched", "picture.png"}


def test_of_what_is_taken_only_pixels_are_left(tmp_path: Path) -> None:
    taken = {name: content for name, (content, expected) in pictures().items() if expected == TAKEN}
    assert len(taken) == 5
    for name, content in taken.items():
        kept = Looker(tmp_path).look(content).file.read_bytes()
        assert len(kept) < 1000, name
        assert b"alert" not in kept, name
        assert b"PK\x03\x04" not in kept, name
