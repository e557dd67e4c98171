"""How results look in a guild, as its moderators chose. Values only."""

from msgspec import Struct

from bot.delivery.message_files import FILES_A_MESSAGE
from bot.moderation.chosen import Chosen
from bot.moderation.keys import KEEP_STATUS, MENTION, RESULT, THREADS
from bot.moderation.values import ResultStyle, Switch


class Style(Struct, frozen=True):
    mentions: bool = True
    """Whether the requester is notified, if they want that too."""
    files_a_message: int = FILES_A_MESSAGE
    """At most. Where nothing but one message can be shown, as in place of a status, it has them all."""
    keeps_status: bool = True
    """Whether the status message stays when the result is there."""
    threads: bool = False
    """Whether each job has a thread of its own for its result."""


USUAL = Style()


def style_of(chosen: Chosen) -> Style:
    return Style(
        mentions=chosen.of(MENTION) is Switch.ON,
        files_a_message=1 if chosen.of(RESULT) is ResultStyle.SINGLE else FILES_A_MESSAGE,
        keeps_status=chosen.of(KEEP_STATUS) is Switch.ON,
        threads=chosen.of(THREADS) is Switch.ON,
    )
