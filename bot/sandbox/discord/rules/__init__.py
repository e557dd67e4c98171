"""The rules by which the stand-in refuses wrong requests as Discord would, written by hand from its documentation.

Discord's API document (``tests/sandbox/openapi.py``) says which fields there are; these rules say also what no schema
can: sums, uniqueness, order, what excludes what. Pure functions from a request to its :class:`Problems`; they know
nothing of the stand-in, its state or HTTP.
"""

from bot.sandbox.discord.rules.callbacks import check_callback
from bot.sandbox.discord.rules.commands import MAX_COMMANDS, check_command, check_commands
from bot.sandbox.discord.rules.files import Before, check_upload_sizes, stored_name
from bot.sandbox.discord.rules.messages import check_message
from bot.sandbox.discord.rules.problems import TOO_MANY_COMMANDS, Problem, Problems, Refusal
from bot.sandbox.discord.rules.threads import check_thread

__all__ = [
    "MAX_COMMANDS",
    "TOO_MANY_COMMANDS",
    "Before",
    "Problem",
    "Problems",
    "Refusal",
    "check_callback",
    "check_command",
    "check_commands",
    "check_message",
    "check_thread",
    "check_upload_sizes",
    "stored_name",
]
