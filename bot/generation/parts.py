"""What everybody who works on jobs shares: the ledger, the servers, what can be offered, and how far each job is.

A role is made of these parts: :class:`bot.generation.service.Generation` answers people,
:class:`bot.generation.execution.Execution` carries jobs out, :class:`bot.generation.housekeeping.Housekeeping` tidies up.
"""

import asyncio
from collections.abc import Collection, Sequence

from bot.comfy import ComfyClient, ObjectInfo
from bot.generation.backend_name import distinct
from bot.generation.backend_orders import BackendOrders
from bot.generation.backends import Backend
from bot.generation.board import ProgressBoard
from bot.generation.catalogue import WorkflowCatalogue
from bot.generation.guild_workflows import GuildWorkflows
from bot.generation.orders import Rules
from bot.generation.output_files import OutputFiles
from bot.generation.quarantine import Quarantine
from bot.generation.remote import RemoteBackends
from bot.generation.servers import Servers
from bot.generation.socket_pictures import SocketPictures
from bot.generation.usual_times import UsualTimes
from bot.generation.workflows import Workflows
from bot.inputs.blobs import Blobs
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.workflows import Draft, Loaded, Template

FIRST_LOOK_SECONDS = 5.0
"""How long the start waits for a backend that does not answer."""


class Parts:
    def __init__(
        self,
        store: JobStore,
        clients: Sequence[ComfyClient],
        templates: Sequence[Template | Draft],
        rules: Rules,
        blobs: Blobs,
        *,
        left_out: Collection[str] = (),
        worker: str | None = None,
    ) -> None:
        """``blobs``: where the files are that jobs start from. ``left_out``: commands of folders whose files are wrong.

        ``worker``: what this process is called among others with the same ledger; None: it is the only one.
        """
        self.store = store
        self.rules = rules
        self.blobs = blobs
        self.board = ProgressBoard()
        self.catalogue = WorkflowCatalogue(
            templates,
            self.knowledge,
            allow_stand_ins=rules.allow_stand_ins,
            prompt_syntax=rules.prompt_syntax,
            caps=rules.caps,
            policy=rules.policy,
            left_out=left_out,
        )
        self.guild_workflows = GuildWorkflows(
            store,
            self.knowledge,
            rules,
            on_shared=self.catalogue.changed.set,
            on_classes=self._ask_for_classes,
        )
        self.workflows = Workflows(self.catalogue, self.guild_workflows, self.knowledge)
        """The operator's and the guilds'."""
        grace_seconds = rules.timeouts.grace_seconds
        self.backends = tuple(
            Backend(
                client,
                grace_seconds=grace_seconds,
                worker=worker,
                class_types=self.catalogue.class_types,
                on_change=self._on_change,
            )
            for client in distinct(clients)
        )
        """Those that this process reaches itself."""
        self.remote = None if worker is None else self._others(grace_seconds)
        """Those of other processes; None: there are no others."""
        self.orders = BackendOrders(store, self.backends)
        self.servers = Servers(self.backends, self.remote, is_paused=self.orders.is_paused)
        self.usual_times = UsualTimes(store)
        self.quarantine = Quarantine(store, self.workflows.options, sets_aside=rules.quarantine)
        pictures = None if rules.pictures_folder is None else SocketPictures(rules.pictures_folder)
        self.files = OutputFiles(self.servers, store, blobs, pictures)

    def _others(self, grace_seconds: float) -> RemoteBackends:
        own = [backend.name for backend in self.backends]
        return RemoteBackends(self.store, own, grace_seconds=grace_seconds, on_change=self._on_change)

    async def prepare(self) -> None:
        """Ask every backend once, so that what is offered is known before the start."""
        await asyncio.gather(*(backend.look_once(FIRST_LOOK_SECONDS) for backend in self.backends))
        if self.remote is not None:
            await self.remote.look()
        await self.quarantine.look()
        await self.orders.look()
        await self.catalogue.refresh()
        await when_available(self.guild_workflows.look)

    async def reload(self, loaded: Loaded) -> None:
        """The folder of workflows changed: offer what there is now. Jobs that are open stay as they are."""
        await self.catalogue.replace(loaded.templates, loaded.left_out)
        self._ask_for_classes()

    def _ask_for_classes(self) -> None:
        """Other workflows are known: what to ask for one by one of a server that cannot tell all it has at once."""
        for backend in self.backends:
            backend.ask_for(self.catalogue.class_types | self.guild_workflows.class_types)

    async def _on_change(self) -> None:
        """A backend told what it has."""
        await self.catalogue.refresh()
        self.guild_workflows.outdate()

    def knowledge(self) -> list[ObjectInfo]:
        """What the backends have that have told."""
        return [each.knowledge for each in self.servers if each.knowledge is not None]
