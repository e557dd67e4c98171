"""What a status message says at one moment, its pictures included, and for how long that may stand. Pure."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.messages import Attached
from bot.delivery.status_layout import Fetching, Queued, Running, Starting, Status, Together
from bot.generation import InputsShown, Preview, Progress
from bot.texts import Text

QUIET_SECONDS = 10.0
"""Without a change for so long, the ledger is asked whether the job still is where the board says."""
NEAR_SECONDS = 2.0
"""The same for what will soon be otherwise without a word of it on the board: fetched, or next in line."""
FAR_BACK_SECONDS = 30.0
"""Of a job far back in the queue, to which little happens."""
OVERLAY = "preview.jpg"
"""As :mod:`bot.inputs.overlays` writes it."""


class Version(Struct, frozen=True):
    """A version of a status message."""

    status: Status
    preview: Preview | None
    inputs: InputsShown | None = None
    together: Together | None = None
    """Of a group."""

    def files(self) -> tuple[Attached, ...]:
        match self.status:
            case Running(preview=str(name)) if self.preview is not None:
                return (Attached(name, self.preview.content),)
            case Queued(overlay=str(name)) | Starting(overlay=str(name)) if self.inputs is not None:
                return () if self.inputs.overlay is None else (Attached(name, self.inputs.overlay),)
            case _:
                return ()

    @property
    def notices(self) -> Sequence[Text]:
        return () if self.inputs is None else self.inputs.notices


def version_of(
    status: Status,
    progress: Progress | None,
    inputs: InputsShown | None,
    together: Together | None = None,
) -> Version:
    """``inputs``: of a job that starts from files, once they are there."""
    preview = None if progress is None else progress.preview
    if inputs is not None and inputs.overlay is not None and isinstance(status, Queued | Starting):
        status = replace(status, overlay=OVERLAY)
    return Version(status, preview, inputs, together)


def patience_seconds(status: Status) -> float:
    """How long a status stands before the ledger is asked again. Far back in the queue little changes soon."""
    match status:
        case Fetching():
            return NEAR_SECONDS
        case Queued(ahead):
            return min(FAR_BACK_SECONDS, NEAR_SECONDS + ahead)
        case _:
            return QUIET_SECONDS
