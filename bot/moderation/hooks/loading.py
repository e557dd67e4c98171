"""Finds the hooks of installed packages: entry points of the group ``comfycord``, by name."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from bot.bugs import Bug, contained_call
from bot.errors import Unusable
from bot.moderation.hooks.values import AfterRun, BeforePosting, BeforeSubmission
from bot.texts import text

log = logging.getLogger(__name__)

GROUP = "comfycord"

MOMENTS: dict[str, type] = {
    "before a submission": BeforeSubmission,
    "after a run": AfterRun,
    "before posting": BeforePosting,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A hook of a package."""

    name: str
    """Of the entry point."""
    hook: object


def loaded_hooks() -> Sequence[Loaded]:
    """All that are installed, in the order of their names.

    Raises:
        Unusable: one cannot be loaded. Without it the bot would let through what it is to stop.
    """
    return [_loaded(each) for each in sorted(entry_points(group=GROUP), key=lambda each: each.name)]


def _loaded(entry: EntryPoint) -> Loaded:
    def made() -> object:
        return entry.load()()

    hook = contained_call(f"the hook {entry.name} ({entry.value})", made)
    if isinstance(hook, Bug):
        raise Unusable(text("hook-not-loaded", hook=entry.name, where=entry.value, id=hook.id))
    moments = [moment for moment, protocol in MOMENTS.items() if isinstance(hook, protocol)]
    if not moments:
        raise Unusable(text("hook-without-moment", hook=entry.name, where=entry.value))
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value
    log.info("hook %s of %s: %s", entry.name, package, ", ".join(moments))
    return Loaded(entry.name, hook)
