"""What somebody is about to run: a workflow, with what is chosen for its options so far. Pure."""

import hashlib

from msgspec import Struct

from bot.jobs.job import job_id_of
from bot.jobs.origin import Origin
from bot.jobs.pending import Answers, PendingOrder
from bot.workflows import Workflow
from cogs._forms import Submitted
from cogs._service import AnyInteraction, guild_of


class Start(Struct, frozen=True):
    """What is to be run, with what is chosen so far."""

    workflow: Workflow
    answers: Answers
    origin: Origin | None = None
    private: bool = False
    """What came of a private job stays private."""


def pending_order(interaction: AnyInteraction, start: Start) -> PendingOrder:
    """To be chosen further, page by page."""
    return PendingOrder(
        id=job_id_of(interaction.id),
        user_id=interaction.user.id,
        guild_id=guild_of(interaction),
        workflow=start.workflow.name,
        chosen=start.answers,
        first=start.answers,
        origin=start.origin,
        private=start.private,
    )


def form_key(interaction: AnyInteraction, form: Submitted) -> str:
    """The same form with the same answers, sent twice, is meant once."""
    files = {name: (file.filename, file.size_bytes) for name, file in form.files.items()}
    said = repr((sorted(form.words.items()), sorted(files.items())))
    digest = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]
    return f"{form.custom_id}:{interaction.user.id}:{digest}"
