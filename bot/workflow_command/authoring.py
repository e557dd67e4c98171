"""The ``command.toml`` to begin with: every option that was found, and what an author would like to know beside it."""

from collections.abc import Mapping

from bot.texts import Text, text
from bot.workflow_command.table import shortened
from bot.workflow_command.terminal import Terminal
from bot.workflows import Option
from bot.workflows.command_writing import command_text
from bot.workflows.drafting import Drafted
from bot.workflows.option_facts import left_out, takes


def first_command(made: Drafted, options: Mapping[str, Option], terminal: Terminal) -> str:
    """What ``parse_command`` reads back to the template; options beyond what a workflow can have are there behind a ``#``.

    ``options``: what those of the workflow, and the ones beyond, take.
    """
    return command_text(
        made.template,
        heading=[terminal.words(text("workflow-add-heading"))],
        remarks={name: _remark(option, terminal) for name, option in options.items()},
        spare_heading=[terminal.words(text("workflow-add-spare"))],
        spare=made.spare,
    )


def _remark(option: Option, terminal: Terminal) -> str:
    otherwise = left_out(option, shortened)
    if otherwise and not option.required:
        otherwise = text("workflow-add-left-out", default=otherwise)
    facts = (option.kind.value, takes(option, shortened), otherwise)
    return " · ".join(terminal.words(fact) if isinstance(fact, Text) else fact for fact in facts if fact)
