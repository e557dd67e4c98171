"""Looks at every file of a folder in a process of its own, and tells what that cost.

Its command line: the folder, and another one to work in. It prints by how many MiB the process grew at most, and the id
of the sentence that each file got.
"""

import json
import sys
import warnings
from pathlib import Path

from PIL import Image

from bot.inputs.errors import InputRefused
from tests.inputs.rig import Looker, saved

TAKEN = "taken"


def main(given: Path, work: Path) -> None:
    warnings.simplefilter("error")
    looker = Looker(work)
    for form in ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"):  # from here on everything is loaded
        looker.look(saved(Image.new("RGB", (256, 256)), form))
    before = peak_mib()
    answers = {file.name: answer(looker, file) for file in sorted(given.iterdir())}
    print(json.dumps([peak_mib() - before, answers]))  # noqa: T201


def answer(looker: Looker, file: Path) -> str:
    try:
        looker.look(file.read_bytes())
    except InputRefused as refused:
        return refused.message.id
    return TAKEN


def peak_mib() -> float:
    """The most memory that this process ever had (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
