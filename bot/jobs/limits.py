"""How much one person may ask for in one guild: values only."""

from msgspec import Struct

DAY_SECONDS = 86_400
"""What is limited by the day is limited within any so many seconds, not between two midnights."""


class MemberLimits(Struct, frozen=True):
    """Whatever else they do elsewhere. 0 means no limit."""

    waiting: int = 0
    """Jobs that have not begun."""
    at_once: int = 0
    """Jobs that run at the same time; others of theirs wait, whoever they pass."""
    a_day: int = 0
    """Jobs; not those that ended before they began."""
    gpu_seconds_a_day: int = 0
    """Of the jobs that were asked for in that time, as far as they ran. The job that goes beyond it still runs."""
    cooldown_seconds: int = 0
    """From one command to the next, whatever becomes of the job."""


NO_MEMBER_LIMITS = MemberLimits()
