"""What a thread that begins with a message may be called, and how long it stays when nobody writes."""

from bot.sandbox.discord.rules.problems import Problems, Spot
from bot.sandbox.discord.rules.shapes import Rule, integer, one_of, record, text

_THREAD: Rule = record(
    {
        "name": text(1, 100),
        "auto_archive_duration": one_of(60, 1440, 4320, 10080),
        "rate_limit_per_user": integer(0, 21600),
    },
    required=["name"],
)


def check_thread(body: object) -> Problems:
    problems = Problems()
    _THREAD(body, Spot(problems))
    return problems
