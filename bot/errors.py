"""What went wrong, for whom: a :class:`UserError` for the person who asked, others for the operator."""

from bot.texts import Text


class UserError(Exception):
    """A clear sentence for a person: what happened, why, and what to do.

    Anything that is not a ``UserError`` is a bug: it is logged once with a short id, and the person sees the id.
    """

    def __init__(self, message: Text) -> None:
        super().__init__(message.id)
        self.message = message


class Unusable(Exception):
    """The bot cannot do its duty: its settings, its database or Discord's refusal end the process.

    The message is a sentence for the operator that says what to mend.
    """


class SettingsUnusable(Exception):
    """The settings cannot be used; the message has one line a problem, for the operator."""


class NotAllowed(UserError):
    """The person has no right to do this."""


class NotThere(UserError):
    """What the person named does not exist (any more)."""


class Refused(UserError):
    """What the person asked for cannot be done as asked; the message says what can."""
