"""All workflows: the operator's, by name, and those that guilds added, by key (see :mod:`bot.workflows.key`)."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from bot.comfy import ObjectInfo
from bot.errors import NotThere
from bot.generation.catalogue import WorkflowCatalogue
from bot.generation.guild_workflows import GuildWorkflows
from bot.texts import Text, text
from bot.workflows import Option, Workflow, choices
from bot.workflows.availability import missing_class
from bot.workflows.discord_rules import MAX_WORKFLOWS
from bot.workflows.key import guild_key


class Workflows:
    def __init__(
        self,
        catalogue: WorkflowCatalogue,
        guilds: GuildWorkflows,
        knowledge: Callable[[], list[ObjectInfo]],
    ) -> None:
        self._catalogue = catalogue
        self._guilds = guilds
        self._knowledge = knowledge

    def in_guild(self, guild_id: int | None) -> Mapping[str, Workflow]:
        """What people there can be offered, by key; None: in private messages, and where the bot is a guest.

        The operator's, those that are shared with all, and the guild's own. A shared one is left out where Discord has no room
        for its command, or one of the operator's has its name.
        """
        everywhere = self._everywhere()
        return everywhere if guild_id is None else {**everywhere, **self._guilds.of_guild(guild_id)}

    def _everywhere(self) -> Mapping[str, Workflow]:
        operators = self._catalogue.workflows
        shared = {
            key: workflow
            for key, workflow in self._guilds.shared.items()
            if workflow.command not in operators
        }
        return {**operators, **dict(islice(shared.items(), max(0, MAX_WORKFLOWS - len(operators))))}

    @property
    def by_guild(self) -> Mapping[int, Mapping[str, Workflow]]:
        """Guild → key → workflow, of those that only their own guild is offered."""
        return self._guilds.by_guild

    def waiting_in(self, guild_id: int) -> frozenset[str]:
        """The names of those that only that guild is offered and that no backend can run for the moment."""
        return self._guilds.waiting.get(guild_id, frozenset())

    def get(self, key: str) -> Workflow | None:
        """The workflow, as far as it is known without asking the ledger; None: it cannot be run now, or nobody asked yet."""
        of_guild = guild_key(key)
        return self._catalogue.workflows.get(key) if of_guild is None else self._guilds.get(of_guild)

    async def version(self, key: str) -> Workflow | None:
        """The workflow, in whichever version a job ran with it; None: it cannot be run now.

        May raise ``StoreUnavailable``.
        """
        of_guild = guild_key(key)
        return (
            self._catalogue.workflows.get(key) if of_guild is None else await self._guilds.version(of_guild)
        )

    async def is_for_adults(self, key: str) -> bool:
        """Whether what it makes is for adults, as it is now; not, where nothing is known of it any more.

        May raise ``StoreUnavailable``.
        """
        of_guild = guild_key(key)
        if of_guild is None:
            found = self._catalogue.workflows.get(key)
        else:
            found = await self._guilds.described(of_guild)
        return found is not None and found.nsfw

    async def usable(self, key: str, guild_id: int | None) -> Workflow:
        """The workflow, for somebody who wants to run it in a guild.

        Raises:
            NotThere: it cannot be run now, or not there, in words for them.
            StoreUnavailable
        """
        of_guild, found = guild_key(key), await self.version(key)
        if of_guild is not None and self._guilds.is_closed_to(of_guild, guild_id):
            raise NotThere(text("workflow-not-here", workflow=of_guild.name))
        if found is None:
            raise NotThere(self.why_not(key) or text("workflow-unavailable", workflow=key))
        return found

    def successor(self, key: str) -> Workflow | None:
        """What is offered of this workflow now: of a guild's, its current version."""
        of_guild = guild_key(key)
        if of_guild is None:
            return self._catalogue.workflows.get(key)
        return self._guilds.current(of_guild.workflow_id)

    def why_not(self, key: str) -> Text | None:
        """Why it cannot be run now, for people; None: it can, or there never was one of that name."""
        of_guild = guild_key(key)
        if of_guild is None:
            return self._catalogue.why_not(key)
        return None if self._guilds.get(of_guild) is not None else self._guilds.why_not(of_guild)

    def is_called(self, command: str, guild_id: int | None) -> bool:
        """Whether there is one of that name, which may not be offered for the moment: of the operator's, or of that guild's."""
        if guild_key(command) is not None:
            return False
        is_operators = command in self._catalogue.workflows or self._catalogue.why_not(command) is not None
        return is_operators or (guild_id is not None and command in self._guilds.names_in(guild_id))

    def missing(self, key: str) -> tuple[Text, ...]:
        """What no backend has of what it takes; nothing where it can be run, or nobody knows it."""
        of_guild = guild_key(key)
        return self._catalogue.missing(key) if of_guild is None else self._guilds.missing(of_guild)

    def options(self, key: str) -> tuple[Option, ...]:
        """Those of a workflow that can be run; none of another one."""
        known = self.get(key)
        return () if known is None else known.options

    def choices(self, key: str, option: str) -> tuple[str, ...]:
        """The values that an option with a long list allows now. Empty for an unknown workflow or option."""
        known = self.get(key)
        found = next((each for each in self.options(key) if each.name == option), None)
        return choices(known, found, self._knowledge()) if known and found else ()

    def option_of(self, key: str, node_id: str, input_name: str | None) -> str | None:
        """The name of the option that sets this input of this node."""
        for option in self.options(key):
            if any(
                target.node_id == node_id and target.input_name == input_name for target in option.targets
            ):
                return option.name
        return None

    def missing_classes(
        self, key: str, class_types: Sequence[str], knowledge: Sequence[ObjectInfo]
    ) -> tuple[Text, ...]:
        """What to install for node classes that a server did not have when it was asked to run them."""
        packs = self._catalogue.packs(key)
        info = knowledge[0] if knowledge else ObjectInfo({})
        return tuple(missing_class(each, packs.get(each), info) for each in class_types)
