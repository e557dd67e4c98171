"""A workflow of the first guild, in tests."""

import json
import re
from typing import cast

from bot.jobs.guild_workflow import WorkflowVersion
from tests.delivery.generation import WORKFLOWS
from tests.delivery.rig import Rig

MODERATOR = 9


def files_of(shipped: str, name: str) -> tuple[bytes, str]:
    """The document and the command of a workflow that comes with the bot, under another name."""
    folder = WORKFLOWS / shipped
    command = (folder / "command.toml").read_text(encoding="utf-8")
    command = command.replace(f'name = "{shipped}"', f'name = "{name}"')
    return (folder / "workflow.json").read_bytes(), re.sub(
        r"^zh-CN = .*$", "", command, count=1, flags=re.MULTILINE
    )


async def published(
    rig: Rig, name: str, source: bytes, command: str, *, again_of: WorkflowVersion | None = None
) -> WorkflowVersion:
    """A first version, or another one of a workflow; it is offered when this returns."""
    guild_id = rig.general.guild_id
    assert guild_id is not None
    if again_of is None:
        number = len(await rig.store.guild_workflows(None)) + 1
        draft = await rig.store.add_guild_workflow(
            guild_id, MODERATOR, number, name=name, source=source, command=command
        )
    else:
        draft = await rig.store.begin_edit(guild_id, again_of.workflow_id, MODERATOR)
        draft = await rig.store.change_draft(
            guild_id,
            draft.workflow_id,
            draft.number,
            draft.revision,
            name=name,
            source=source,
            command=command,
        )
    await rig.store.publish(guild_id, draft.workflow_id, draft.number, MODERATOR)
    await rig.discord.until(lambda: draft.key in rig.generation.workflows_in(guild_id))
    return draft


def said(rig: Rig) -> str:
    """Every word that the bot sent to Discord: messages, answers, suggestions, forms, lists of commands."""
    sent = [_words(exchange.request_json) for exchange in rig.discord.requests]
    return json.dumps(sent, ensure_ascii=False)


def _words(body: object) -> object:
    """Without what nobody reads: ids of controls, and what stands behind the labels of choices."""
    if isinstance(body, dict):
        known = cast("dict[str, object]", body)
        unseen = {"custom_id", "value"} if "label" in known else {"custom_id"}
        return {name: _words(each) for name, each in known.items() if name not in unseen}
    if isinstance(body, list):
        return [_words(each) for each in cast("list[object]", body)]
    return body
