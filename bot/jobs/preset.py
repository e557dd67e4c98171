"""Values by name. A value."""

from collections.abc import Mapping

from msgspec import Struct

from bot.jobs.workflow_key import spoken

MAX_NAME = 32


class Preset(Struct, frozen=True):
    """A person's own (``user_id``), or a guild's (``guild_id``): one of the two."""

    name: str
    values: Mapping[str, str]
    """Option → value as it is typed. In a text, ``{prompt}`` stands for the words that it is wrapped around."""
    workflow: str | None
    """Its key, in the version for which it was made; None: for each that has the options."""
    made_by: int
    user_id: int | None = None
    guild_id: int | None = None

    @property
    def command(self) -> str | None:
        """What people call the workflow."""
        return None if self.workflow is None else spoken(self.workflow)
