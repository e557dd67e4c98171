"""The part of the ledger that keeps the workflows of guilds: see :mod:`bot.jobs.store`, whose rules hold here too.

Every change wakes ``Topic.WORKFLOWS``; whoever changes what others can run has a line in the audit of its guild, in the same
transaction. A workflow of another guild is none: all that takes a ``guild_id`` raises :class:`bot.errors.NotThere` for it, as for
one that was removed.
"""

from collections.abc import Sequence, Set
from typing import Protocol

from bot.jobs.guild_workflow import CommandCreates, GuildWorkflow, ListedVersion, WorkflowVersion

DAY_SECONDS = 86_400.0
DRAFT_SECONDS = 30 * DAY_SECONDS
"""A workflow that was never published goes when nobody changed it for so long."""
LEFT_SECONDS = 30 * DAY_SECONDS
"""The workflows of a guild that took the bot out go after so long, but for those that the operator shares."""


class GuildWorkflowStore(Protocol):
    async def add_guild_workflow(
        self, guild_id: int, actor_id: int, interaction_id: int, *, name: str, source: bytes, command: str
    ) -> WorkflowVersion:
        """Keep a new one as a draft, version 1. The same interaction again: what there is of it by now.

        Raises:
            TooManyWorkflows, NameTaken
            Refused: it is larger than :mod:`bot.jobs.guild_workflow` allows.
        """
        ...

    async def begin_edit(self, guild_id: int, workflow_id: int, actor_id: int) -> WorkflowVersion:
        """The draft that there is, or a new one with the files of the current version.

        Raises:
            NotThere, TooManyWorkflows
        """
        ...

    async def change_draft(
        self,
        guild_id: int,
        workflow_id: int,
        number: int,
        revision: int,
        *,
        name: str,
        source: bytes,
        command: str,
    ) -> WorkflowVersion:
        """Put these in the place of what the draft was at that ``revision``. The same again changes nothing.

        Raises:
            Refused: somebody else changed it meanwhile, it is no draft any more, or it is too large.
            NotThere, NameTaken, TooManyWorkflows
        """
        ...

    async def discard_draft(self, guild_id: int, workflow_id: int) -> None:
        """Whatever draft there is, it is gone, and with it a workflow that was never published.

        Raises:
            NotThere
        """
        ...

    async def publish(self, guild_id: int, workflow_id: int, number: int, actor_id: int) -> GuildWorkflow:
        """Make the draft the current version, and enable the workflow. The current one again changes nothing.

        Raises:
            Refused: it is no draft, or the operator took the workflow away.
            NotThere, NameTaken
        """
        ...

    async def roll_back(self, guild_id: int, workflow_id: int, number: int, actor_id: int) -> GuildWorkflow:
        """Make a version current that was published before. Neither its state nor its draft changes.

        Raises:
            NotThere: neither the workflow nor that version, or it was never published.
            NameTaken
        """
        ...

    async def set_enabled(
        self, guild_id: int, workflow_id: int, actor_id: int, *, enabled: bool
    ) -> GuildWorkflow:
        """Offer its current version, or no longer.

        Raises:
            NotThere
            Refused: it was never published, or the operator took it away.
        """
        ...

    async def remove_guild_workflow(self, guild_id: int, workflow_id: int, actor_id: int) -> None:
        """With all its versions. Jobs that wait or run go on: each has its own graph.

        Raises:
            NotThere
        """
        ...

    async def guild_workflows(self, guild_id: int | None) -> Sequence[GuildWorkflow]:
        """Those of a guild by name; None: of all guilds. Drafts and disabled ones are among them, removed ones are not."""
        ...

    async def guild_workflow(self, guild_id: int, workflow_id: int) -> GuildWorkflow | None: ...

    async def workflow_versions(self, guild_id: int, workflow_id: int) -> Sequence[ListedVersion]:
        """Those that are kept, newest first; none of another guild's."""
        ...

    async def workflow_version(self, workflow_id: int, number: int) -> WorkflowVersion | None:
        """With its files, of any guild: whoever shows or runs it looks at its ``guild_id``."""
        ...

    async def share_workflow(self, workflow_id: int, *, shared: bool, by: int) -> GuildWorkflow:
        """Offer one in all guilds, or no longer. For the operator.

        Raises:
            NotThere
            NameTaken: another one that is shared has its name.
            Refused: it was never published, or was taken away.
        """
        ...

    async def take_away(self, workflow_id: int, *, taken_away: bool, by: int) -> GuildWorkflow:
        """Let nobody run one, and share it no longer, until it is given back. For the operator.

        Raises:
            NotThere
        """
        ...

    async def note_command_creates(self, guild_id: int, count: int) -> None:
        """So many commands were made in the guild just now."""
        ...

    async def command_creates(self, guild_id: int) -> CommandCreates: ...

    async def note_guild_left(self, guild_id: int) -> None:
        """The guild took the bot out: what was added there goes after :data:`LEFT_SECONDS`, unless it comes back."""
        ...

    async def note_guild_joined(self, guild_id: int) -> None: ...

    async def guilds_left(self) -> Set[int]:
        """Those of which that was noted last."""
        ...
