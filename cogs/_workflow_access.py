"""Where and by whom a guild's own workflow may be used: the setting ``workflow-access``, for those who may change workflows."""

from collections.abc import Mapping

from bot.jobs.guild_workflow import GuildWorkflow, ListedVersion
from bot.moderation.access import ACCESS, Access
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import WORKFLOW_ACCESS, key_named


async def access_of(settings: GuildSettings, guild_id: int, workflow: str) -> Access:
    """Without channels everywhere, without roles by everybody."""
    return (await _all(settings, guild_id)).get(workflow, Access())


async def allow(settings: GuildSettings, version: ListedVersion, access: Access, *, by: int) -> None:
    """From now on; it holds for the name, whichever version is offered under it."""
    found = await _all(settings, version.guild_id)
    others = {name: each for name, each in found.items() if name != version.name}
    await _keep(
        settings, version.guild_id, others if access == Access() else {**others, version.name: access}, by
    )


async def keep_access(
    settings: GuildSettings, workflow: ListedVersion | GuildWorkflow, name: str, *, by: int
) -> None:
    """What holds for its name holds for the new one as well, unless something does already: a new name opens nothing."""
    found = await _all(settings, workflow.guild_id)
    if workflow.name in found and name not in found:
        await _keep(settings, workflow.guild_id, {**found, name: found[workflow.name]}, by)


async def _all(settings: GuildSettings, guild_id: int) -> Mapping[str, Access]:
    return (await settings.of(guild_id)).of(WORKFLOW_ACCESS)


async def _keep(settings: GuildSettings, guild_id: int, access: Mapping[str, Access], by: int) -> None:
    key = key_named(WORKFLOW_ACCESS.name)
    await settings.choose(guild_id, key, ACCESS.write(access) if access else None, by=by)
