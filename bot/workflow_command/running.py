"""Runs one action of ``python -m bot workflow``."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.comfy import ComfyError
from bot.comfy_words import told
from bot.os_reasons import reason
from bot.settings import PROJECT, SHIPPED_WORKFLOWS, MissingModels, Settings
from bot.spoken import operators_locale
from bot.texts import text
from bot.workflow_command.add import Addition, add
from bot.workflow_command.check import check
from bot.workflow_command.convert import convert_all
from bot.workflow_command.knowledge import Unusable, known_by
from bot.workflow_command.show import classes_in, show
from bot.workflow_command.terminal import Terminal
from bot.workflows import WorkflowError
from bot.workflows.loading import workflow_folders
from bot.workflows.offering import Offering


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do what ``options`` say; returns the exit status: 1 if anything was refused or wrong."""
    terminal = Terminal(operators_locale(settings.language, os.environ, sys.stdout.encoding))
    try:
        named = frozenset[str]().union(*map(classes_in, _read_by(options, settings)))
        known = known_by(options.object_info, settings.servers(), named, terminal)
        may_substitute = settings.missing_models is MissingModels.SUBSTITUTE
        offering = Offering(known, settings.caps, settings.node_policy, allow_stand_ins=may_substitute)
        match options.action:
            case "convert":
                plans = [info.node_plans() for info in known]
                return convert_all(options.files, plans, options.output, terminal)
            case "show":
                return show(options.file, settings.workflows_dir, offering, terminal)
            case "check":
                return check(options.folder or settings.workflows_dir, offering, terminal)
            case _:
                return _add(options, settings, offering, terminal)
    except ComfyError as problem:
        terminal.complain(told(problem.sentence))
    except (Unusable, WorkflowError) as problem:
        terminal.complain(problem.message)
    except OSError as problem:  # of a place where we may not look
        terminal.complain(text("wrong-in", file=str(problem.filename), problem=reason(problem)))
    return 1


def _read_by(options: argparse.Namespace, settings: Settings) -> Iterable[Path]:
    """The files, or folders of workflows, that the action is about."""
    match options.action:
        case "convert":
            return options.files
        case "check":
            return workflow_folders(options.folder or settings.workflows_dir)
        case _:
            return [options.file]


def _add(options: argparse.Namespace, settings: Settings, offering: Offering, terminal: Terminal) -> int:
    """Not among the workflows that came with the bot: the next version would take it away."""
    if options.to is not None or settings.workflows_dir != SHIPPED_WORKFLOWS or Path.cwd() == PROJECT:
        addition = Addition(options.file, options.name, options.to or settings.workflows_dir)
        return add(addition, offering, terminal)
    own = Path("workflows")
    status = add(Addition(options.file, options.name, own), offering, terminal)
    if status == 0:
        shipped = str(SHIPPED_WORKFLOWS)
        terminal.complain(text("workflow-add-own", folder=str(own.absolute()), shipped=shipped))
    return status
