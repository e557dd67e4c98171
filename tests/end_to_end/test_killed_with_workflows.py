"""The bot is killed at each step of a workflow's life in a server, and started again: each step is done once, or not begun.

Whichever it is, Discord is offered what the ledger says, and people go on from there.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.jobs.guild_workflow import GuildWorkflow, WorkflowState
from bot.jobs.sqlite import SqliteStore
from bot.sandbox.discord import Invocation, Message, Person, Upload
from bot.workflows.folder_zip import to_zip
from tests.end_to_end.rig import Rig
from tests.end_to_end.test_added_workflow import allow, graph, press, private
from tests.end_to_end.test_kill import CALLBACK, RESULT, Step, kill_at_discord

COMMANDS: Step = ("PUT", r"/applications/\d+/guilds/\d+/commands")
"""Discord is told which commands a server has."""
Last = Callable[[], Awaitable[Invocation]]
"""The last that somebody does before the bot dies."""
FILE = Upload("fox.json", json.dumps(graph()).encode())
ZIP = Upload("fox.zip", to_zip("fox", FILE.content, 'description = "From elsewhere"\n'))


@dataclass
class Lives:
    """One after the other, on one ledger."""

    rig: Rig
    count: int = 0

    @property
    def ada(self) -> Person:
        return self.rig.discord.administrator

    async def killed(self, step: Step, do: Callable[[], Awaitable[Last]], *, refused: bool = False) -> None:
        """A life that ends at this request, carried out or refused; ``do`` comes as far as the last thing before it."""
        self.count += 1
        async with self.rig.bot() as life:
            await self.rig.ready(self.count)
            last = await do()
            kill_at_discord(self.rig, life, [step], refused=refused)
            await last()
            assert await life.ended() < 0

    async def kept(self) -> GuildWorkflow | None:
        """What the ledger has of the workflow while no bot runs."""
        async with SqliteStore.open(self.rig.database) as store:
            found = await store.guild_workflows(None)
        assert len(found) <= 1
        return found[0] if found else None

    async def shown(self, line: str) -> Message:
        return await private(await self.ada.slash(self.rig.general, f"/workflow {line}"))

    async def panel(self, *labels: str) -> Message:
        """The panel of the draft, once these of its buttons were pressed."""
        panel = await self.shown("edit name:fox")
        for label in labels:
            await press(self.rig, panel, label)
        return panel

    async def offered(self, words: str | None) -> None:
        """Wait until the server's members are offered the command with this description; None: until they are not."""
        wanted = [] if words is None else [words]
        await self.rig.until(lambda: self._descriptions() == wanted)

    def _descriptions(self) -> Sequence[str]:
        commands = self.rig.discord.member.commands(self.rig.general)
        return [each.description for each in commands if each.name == "fox"]


async def test_killed_at_each_step_of_a_workflows_life_it_goes_on_from_there(rig: Rig) -> None:
    lives = Lives(rig)
    ada = lives.ada

    async def add() -> Last:
        await allow(rig)
        return lambda: ada.slash(rig.general, "/workflow add", {"file": FILE})

    async def describe() -> Last:
        form = await press(rig, await lives.panel(), "Name and description")
        return lambda: ada.submit_modal(form, {"about": "The first"})

    async def try_it() -> Last:
        form = await press(rig, await lives.panel("Preview"), "Try it")
        return lambda: ada.submit_modal(form, {"prompt": "a fox"})

    async def publish() -> Last:
        await rig.until(lambda: rig.prompts)  # what was tried before the bot died is run now
        panel = await lives.panel("Preview")
        return lambda: ada.click(panel, "Publish")

    async def run() -> Last:
        await lives.offered("The first")
        return lambda: rig.ask("/fox prompt:a fox")

    async def publish_another() -> Last:
        await rig.until(lambda: [each for each in rig.results() if not each.ephemeral])
        form = await press(rig, await lives.panel(), "Name and description")
        await (await ada.submit_modal(form, {"about": "The second"})).acknowledged()
        return await publish()

    async def roll_back() -> Last:
        await lives.offered("The second")
        return lambda: ada.slash(rig.general, "/workflow rollback name:fox version:1")

    async def remove() -> Last:
        await lives.offered("The first")
        panel = await lives.shown("remove name:fox")
        return lambda: ada.click(panel, "Remove")

    async def bring_back() -> Last:
        await lives.offered(None)
        return lambda: ada.slash(rig.general, "/workflow import", {"file": ZIP})

    await lives.killed(CALLBACK, add)
    draft = await lives.kept()
    assert draft
    assert (draft.state, draft.draft) == (WorkflowState.DRAFT, 1)

    await lives.killed(CALLBACK, describe, refused=True)
    await lives.killed(CALLBACK, try_it)
    await lives.killed(CALLBACK, publish, refused=True)
    first = await lives.kept()
    assert first
    assert (first.state, first.current, first.draft) == (WorkflowState.PUBLISHED, 1, None)
    assert len(rig.prompts) == 1

    await lives.killed(RESULT, run)
    await lives.killed(COMMANDS, publish_another, refused=True)
    await lives.killed(CALLBACK, roll_back, refused=True)
    back = await lives.kept()
    assert back
    assert (back.state, back.current, back.draft) == (WorkflowState.PUBLISHED, 1, None)

    await lives.killed(CALLBACK, remove)
    assert await lives.kept() is None
    await lives.killed(CALLBACK, bring_back)
    again = await lives.kept()
    assert again
    assert (again.name, again.state, again.draft) == ("fox", WorkflowState.DRAFT, 1)
    assert again.id != first.id
    assert (len(rig.prompts), [each.ephemeral for each in rig.results()]) == (2, [True, False])
