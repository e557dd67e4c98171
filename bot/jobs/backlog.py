"""How much is still to be done, for whoever watches the bot."""

from typing import Final

from msgspec import Struct

UNDELIVERED: Final = "undelivered"


class Backlog(Struct, frozen=True):
    """The jobs of one stage and workflow."""

    stage: str
    """A state in which a job is open; :data:`UNDELIVERED`: it ended, and that was not shown yet, though no moderator has to
    decide first."""
    workflow: str
    jobs: int
    since: float
    """When the first of them was asked for; of undelivered ones, when it ended. By the store's clock."""
