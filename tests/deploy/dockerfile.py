"""A Dockerfile as a list of instructions: as much of the language as ours uses."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

PROJECT = Path(__file__).parents[2]
DOCKERFILE = PROJECT / "Dockerfile"


@dataclass(frozen=True, slots=True)
class Instruction:
    name: str
    """In capitals, as ``RUN``."""
    rest: str

    def pairs(self) -> dict[str, str]:
        """What an ``ENV`` or ``ARG`` sets."""
        return dict(word.split("=", 1) for word in shlex.split(self.rest) if "=" in word)

    def words(self) -> list[str]:
        """What an ``ENTRYPOINT``, a ``CMD`` or a ``HEALTHCHECK`` in its JSON form starts."""
        return cast("list[str]", json.loads(self.rest[self.rest.index("[") :]))

    def copied(self) -> tuple[str | None, list[str], str]:
        """The stage that a ``COPY`` takes from (None: the project), what, and whereto."""
        words = shlex.split(self.rest)
        stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
        return stage, words[:-1], words[-1]


def stages(text: str) -> list[list[Instruction]]:
    """The instructions of each stage, the ``FROM`` first."""
    found: list[list[Instruction]] = []
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    whole = ""
    for line in lines:
        whole += line.removesuffix("\\")
        if not line.endswith("\\"):
            name, _, rest = whole.strip().partition(" ")
            yield Instruction(name.upper(), rest.strip())
            whole = ""
