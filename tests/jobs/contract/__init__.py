"""What every store must do. A store's tests subclass :class:`StoreContract` and give it two fixtures:
``store``, empty, and ``clock``, by which it measures.
"""

from tests.jobs.contract.afterwards import AfterwardsContract
from tests.jobs.contract.backends import BackendsContract
from tests.jobs.contract.bots import BotsContract
from tests.jobs.contract.cancelling import CancellingContract
from tests.jobs.contract.claims import ClaimsContract
from tests.jobs.contract.costs import CostsContract
from tests.jobs.contract.fair_order import FairOrderContract
from tests.jobs.contract.figures import FiguresContract
from tests.jobs.contract.groups import GroupsContract
from tests.jobs.contract.guild_traces import GuildTracesContract
from tests.jobs.contract.guild_workflows import GuildWorkflowsContract
from tests.jobs.contract.intake import IntakeContract
from tests.jobs.contract.limits import LimitsContract
from tests.jobs.contract.lookups import LookupsContract
from tests.jobs.contract.moderation import ModerationContract
from tests.jobs.contract.operator import OperatorContract
from tests.jobs.contract.outbox import OutboxContract
from tests.jobs.contract.pending import PendingContract
from tests.jobs.contract.people import PeopleContract
from tests.jobs.contract.preparations import PreparationsContract
from tests.jobs.contract.privacy import PrivacyContract
from tests.jobs.contract.quarantine import QuarantineContract
from tests.jobs.contract.reviews import ReviewsContract
from tests.jobs.contract.rewordings import RewordingsContract
from tests.jobs.contract.told_guilds import ToldGuildsContract
from tests.jobs.contract.waiting import WaitingContract
from tests.jobs.contract.word_rules import WordRulesContract


class StoreContract(
    IntakeContract,
    FairOrderContract,
    CostsContract,
    LimitsContract,
    PreparationsContract,
    RewordingsContract,
    ClaimsContract,
    CancellingContract,
    OutboxContract,
    ReviewsContract,
    LookupsContract,
    GroupsContract,
    PeopleContract,
    AfterwardsContract,
    BotsContract,
    PendingContract,
    WaitingContract,
    BackendsContract,
    ModerationContract,
    QuarantineContract,
    OperatorContract,
    WordRulesContract,
    GuildWorkflowsContract,
    GuildTracesContract,
    ToldGuildsContract,
    FiguresContract,
    PrivacyContract,
):
    pass
