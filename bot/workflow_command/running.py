"""Runs one action of ``python -m bot workflow``."""

import argparse

from bot.comfy import ComfyError
from bot.settings import Language, Settings
from bot.texts import DEFAULT_LOCALE
from bot.workflow_command.add import Addition, add
from bot.workflow_command.check import check
from bot.workflow_command.convert import convert_all
from bot.workflow_command.knowledge import Unusable, known_by
from bot.workflow_command.show import show
from bot.workflow_command.terminal import Terminal
from bot.workflows import WorkflowError


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do what ``options`` say; returns the exit status: 1 if anything was refused or wrong."""
    terminal = Terminal(DEFAULT_LOCALE if settings.language is Language.AUTO else settings.language.value)
    try:
        info = known_by(options.object_info, settings.servers())
        match options.action:
            case "convert":
                return convert_all(options.files, info.node_plans(), options.output, terminal)
            case "show":
                return show(options.file, info, terminal)
            case "check":
                return check(options.folder or settings.workflows_dir, info, terminal)
            case _:
                addition = Addition(options.file, options.name, options.to or settings.workflows_dir)
                return add(addition, info, terminal)
    except (ComfyError, Unusable, WorkflowError) as problem:
        terminal.complain(str(problem))
        return 1
