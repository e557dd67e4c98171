"""What went wrong, for whom: a :class:`UserError` for the person who asked, others for the operator."""

from bot.texts import DEFAULT_LOCALE, Argument, Text, rendered


class UserError(Exception):
    """A clear sentence for a person: what happened, why, and what to do.

    Anything that is not a ``UserError`` is a bug: it is logged once with a short id, and the person sees the id.
    """

    def __init__(self, message: Text) -> None:
        super().__init__(message.id)
        self.message = message


class ForOperator(Exception):
    """What the operator has to mend: one sentence a problem. ``str()``: in English, one line each."""

    def __init__(self, *problems: Argument) -> None:
        super().__init__(*(each.id if isinstance(each, Text) else each for each in problems))
        self.problems = problems

    def __str__(self) -> str:
        return self.told(DEFAULT_LOCALE)

    def told(self, locale: str) -> str:
        return "\n".join(rendered(each, locale) for each in self.problems)


class Unusable(ForOperator):
    """The bot cannot do its duty: its settings, its database or Discord's refusal end the process."""


class SettingsUnusable(ForOperator):
    """The settings cannot be used."""


class NotAllowed(UserError):
    """The person has no right to do this."""


class NotThere(UserError):
    """What the person named does not exist (any more)."""


class Refused(UserError):
    """What the person asked for cannot be done as asked; the message says what can."""
