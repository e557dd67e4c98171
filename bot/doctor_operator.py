"""What the doctor has to say of what the operator decided, and of what is set aside: as the ledger keeps it."""

from collections.abc import Mapping, Sequence

from bot.finding import Finding
from bot.jobs.store import JobStore, StoreUnavailable
from bot.texts import text
from bot.workflows import Draft, Template


async def told_of_operator(store: JobStore, templates: Sequence[Template | Draft]) -> list[Finding]:
    """Nothing, where nothing is held up."""
    try:
        paused = None in await store.pauses()
        orders, quarantined = await store.backend_orders(), await store.quarantined()
    except StoreUnavailable:
        return []  # that is another finding
    files: Mapping[str, str] = {each.name: each.fingerprint for each in templates}
    held_up = [text("doctor-everything-paused")] if paused else []
    held_up += [text("doctor-backend-paused", backend=each.backend) for each in orders if each.paused]
    held_up += [
        text("doctor-quarantined", reason=each.reason)
        for each in quarantined
        if files.get(each.workflow) == each.fingerprint
    ]
    return [Finding(good=None, words=words) for words in held_up]
