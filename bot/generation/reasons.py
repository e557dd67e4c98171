"""Why a workflow is not offered, as people may read it who do not run the bot. Pure."""

from collections.abc import Sequence
from functools import reduce

from bot.texts import Text, text

_MOST = 3
_FOR_THE_OPERATOR = frozenset({"workflow-wrong", "workflow-broken-node"})
"""They tell paths of the bot's or of the server's disk."""


def told_to_people(reasons: Sequence[Text]) -> Text:
    """One text of the first reasons, and how many there are more. ``reasons``: at least one."""
    if any(reason.id in _FOR_THE_OPERATOR for reason in reasons):
        return text("workflow-files-wrong")
    first, more = reasons[:_MOST], len(reasons) - _MOST
    joined = reduce(lambda before, reason: text("workflow-reasons", first=before, second=reason), first)
    return joined if more <= 0 else text("workflow-reasons-more", first=joined, count=more)
