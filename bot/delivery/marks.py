"""What makes a message recognisable: the nonce that keeps Discord from posting it twice, and its mark.

Discord forgets a nonce after a few minutes. The mark stands in the message's last line and lets us find
the message hours later. A part is named by the outputs that it covers, so that what is still missing is known even
where the next try would cut the result into other parts.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct

_MARK = re.compile(r"(?<!\w)([0-9a-f]{8})(?:/(\d+)(?:-(\d+))?)?$")

_REVIEWED = "/review"


class Part(Struct, frozen=True):
    """One message of what a job's end takes to tell: the whole, or the outputs ``first`` to ``last``, from 1."""

    first: int = 0
    last: int = 0

    @property
    def is_whole(self) -> bool:
        return self.first == 0

    @property
    def label(self) -> str:
        if self.is_whole:
            return "whole"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def begins(self) -> bool:
        """Whether it is the part that the reader sees first."""
        return self.first <= 1

    @staticmethod
    def labelled(label: str) -> "Part":
        if label == WHOLE.label:
            return WHOLE
        first, _, last = label.partition("-")
        return Part(int(first), int(last or first))


WHOLE = Part()


def covered(parts: Iterable[Part], number: int) -> bool:
    """Whether one of the parts shows the output ``number``."""
    return any(part.is_whole or part.first <= number <= part.last for part in parts)


def nonce(job_id: UUID, part: str) -> str:
    """At most 25 characters are allowed; 24 of base32 are 120 bits."""
    digest = hashlib.sha256(f"{job_id}|{part}".encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:24]


def short_id(job_id: UUID) -> str:
    """What a person sees of a job's id."""
    return job_id.hex[:8]


def mark(job_id: UUID, part: Part) -> str:
    """``1a2b3c4d`` for a result that is one message, ``1a2b3c4d/11-14`` for one of several."""
    return short_id(job_id) if part.is_whole else f"{short_id(job_id)}/{part.label}"


def review_mark(job_id: UUID, part: Part) -> str:
    """The same of what moderators see of it before anybody else: it is no mark of a result."""
    return f"{mark(job_id, part)}{_REVIEWED}"


def review_part_marked(line: str, job_id: UUID) -> Part | None:
    shown = line.strip()
    return part_marked(shown.removesuffix(_REVIEWED), job_id) if shown.endswith(_REVIEWED) else None


def part_marked(line: str, job_id: UUID) -> Part | None:
    """Which part of what tells of ``job_id`` ends with ``line``; None: no part of it."""
    found = _MARK.search(line.strip())
    if found is None or found[1] != short_id(job_id):
        return None
    return WHOLE if found[2] is None else Part(int(found[2]), int(found[3] or found[2]))
