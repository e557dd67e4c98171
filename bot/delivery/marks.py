"""What makes a result message recognisable: the nonce that keeps Discord from posting it twice, and its mark.

Discord forgets a nonce after a few minutes. The mark stands in the message's last line and lets us find
the message hours later, without keeping anything but the job's id.
"""

import base64
import hashlib
import re
from uuid import UUID

_MARK = re.compile(r"(?<!\w)([0-9a-f]{8})(?:/(\d+))?$")


def nonce(job_id: UUID, part: str) -> str:
    """At most 25 characters are allowed; 24 of base32 are 120 bits."""
    digest = hashlib.sha256(f"{job_id}|{part}".encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:24]


def short_id(job_id: UUID) -> str:
    """What a person sees of a job's id."""
    return job_id.hex[:8]


def mark(job_id: UUID, part: int | None) -> str:
    """``1a2b3c4d`` for a result that is one message, ``1a2b3c4d/2`` for the second message of several."""
    return short_id(job_id) if part is None else f"{short_id(job_id)}/{part}"


def part_marked(line: str, job_id: UUID) -> int | None:
    """Which part of ``job_id``'s result ends with ``line``: 0 for the whole, None for none of it."""
    found = _MARK.search(line.strip())
    if found is None or found[1] != short_id(job_id):
        return None
    return int(found[2] or 0)
