"""Workflows by what people type. Pure."""

from collections.abc import Mapping

from bot.workflows.workflow import Workflow


def by_command(workflows: Mapping[str, Workflow]) -> Mapping[str, Workflow]:
    """By the names of their commands; of two of one name the last, which is a guild's own where it has one."""
    return {workflow.command: workflow for workflow in workflows.values()}


def called(typed: str, workflows: Mapping[str, Workflow]) -> Workflow | None:
    """The one that somebody means, who may type its name in any language, as a command too; None: there is none."""
    wanted = typed.strip().removeprefix("/").casefold()
    for workflow in reversed([*by_command(workflows).values()]):
        names = (workflow.command, *workflow.name_localisations.values())
        if wanted in map(str.casefold, names):
            return workflow
    return None
