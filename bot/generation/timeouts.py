"""How long a run waits for what."""

from typing import Final

from msgspec import Struct

from bot.backoff import Backoff

RETRY: Final = Backoff(first_seconds=0.5, longest_seconds=10.0)


class Timeouts(Struct, frozen=True):
    """Seconds, each for one thing that a run waits for."""

    silence_seconds: float = 5.0
    """A prompt of which nothing was heard for so long is looked up by HTTP."""
    absent_seconds: float = 1.5
    """Between the two looks that must both find a prompt nowhere before it counts as lost."""
    retry: Backoff = RETRY
    """Before the next request to a server that did not answer as it should."""
    grace_seconds: float = 60.0
    """Away for longer than this, a backend's jobs move on to others that can run them."""
    stall_seconds: float = 600.0
    """A running prompt that made no step for so long is stopped."""
    place_seconds: float = 1.0
    """Between two looks at the place of a prompt that waits inside ComfyUI, as long as the queue there changes."""
    brief_seconds: float = 1.0
    """The beginning of a prompt that runs longer is written down at once, of a shorter one with its end."""
    last_events_seconds: float = 5.0
    """For pictures that come over the socket only, after the history has told of the end."""
