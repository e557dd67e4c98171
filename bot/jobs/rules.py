"""All rules of the ledger in one class: what every store is, whichever database it is kept in."""

from typing import NoReturn

from bot.jobs.audit import Audit
from bot.jobs.backends import Backends
from bot.jobs.blocks import Blocks
from bot.jobs.bots import Bots
from bot.jobs.cancelling import Cancelling
from bot.jobs.claims import Claims
from bot.jobs.guild_choices import GuildChoices
from bot.jobs.guild_traces import GuildTraces
from bot.jobs.handover import Handover
from bot.jobs.history import History
from bot.jobs.intake import Intake
from bot.jobs.lookups import Lookups
from bot.jobs.operator_orders import OperatorOrders
from bot.jobs.outbox import Outbox
from bot.jobs.pauses import Pauses
from bot.jobs.pending_orders import PendingOrders
from bot.jobs.people import People
from bot.jobs.preparations import Preparations
from bot.jobs.presets import Presets
from bot.jobs.privacy import Privacy
from bot.jobs.quarantine import Quarantine
from bot.jobs.reports import Reports
from bot.jobs.result_notes import ResultNotes
from bot.jobs.reviews import Reviews
from bot.jobs.shared_workflows import SharedWorkflows
from bot.jobs.told_guilds import ToldGuilds
from bot.jobs.waiting_people import WaitingPeople
from bot.jobs.word_rules import WordRules


class LedgerRules(
    Privacy,
    Intake,
    Preparations,
    Claims,
    Cancelling,
    Outbox,
    Lookups,
    History,
    ResultNotes,
    Reviews,
    People,
    Presets,
    PendingOrders,
    GuildChoices,
    SharedWorkflows,
    GuildTraces,
    ToldGuilds,
    Backends,
    Handover,
    Bots,
    Blocks,
    Pauses,
    Reports,
    Audit,
    Quarantine,
    OperatorOrders,
    WordRules,
    WaitingPeople,
):
    """A :class:`bot.jobs.store.JobStore` but for how it is opened; see there for what each method promises."""

    shared: bool = True

    async def forget(self, older_than_seconds: float) -> int:
        await self.forget_pending(older_than_seconds)
        await self.forget_blocks()
        await self.forget_reports()
        await self.forget_audit()
        await self.forget_told_guilds()  # while it is known which guilds were left
        await self.forget_guild_workflows(older_than_seconds)
        await self.unname_figures(older_than_seconds)
        await self.forget_figures()
        await self.forget_erased_use()
        return await super().forget(older_than_seconds)

    async def let_everything_go(self) -> None:
        """Take every claim, preparation and delivery from whoever held it: for whoever knows that they are gone."""
        await self.make_all_preparations_due()
        await self.void_claims()
        await self.make_all_due()
        await self.forget_bots()

    async def watch(self) -> NoReturn:
        await self._database.watch()
