"""The ``command.toml`` to begin with: every option that was found, and what an author would like to know beside it."""

from bot.comfy import ObjectInfo
from bot.texts import Text, text
from bot.workflow_command.facts import left_out, option_on, takes
from bot.workflow_command.terminal import Terminal
from bot.workflows import OptionSpec
from bot.workflows.command_writing import command_text
from bot.workflows.drafting import Drafted


def first_command(made: Drafted, info: ObjectInfo, terminal: Terminal) -> str:
    """What ``parse_command`` reads back to the template; advanced options are there behind a ``#``."""
    template, inferred = made.template, made.inferred
    advanced = () if inferred is None else inferred.advanced
    return command_text(
        template,
        heading=[terminal.words(text("workflow-add-heading"))],
        remarks={spec.name: _remark(made, spec, info, terminal) for spec in (*template.options, *advanced)},
        spare_heading=[terminal.words(text("workflow-add-spare"))],
        spare=advanced,
    )


def _remark(made: Drafted, spec: OptionSpec, info: ObjectInfo, terminal: Terminal) -> str:
    option = option_on(made.template, spec, info)
    otherwise = left_out(option)
    if otherwise and not option.required:
        otherwise = text("workflow-add-left-out", default=otherwise)
    facts = (option.kind.value, takes(option), otherwise)
    return " · ".join(terminal.words(fact) if isinstance(fact, Text) else fact for fact in facts if fact)
