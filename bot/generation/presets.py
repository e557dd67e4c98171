"""Presets, as people use them: save, share, delete, and lay one under a command."""

from collections.abc import Mapping, Sequence

from bot.errors import NotAllowed, NotThere, Refused
from bot.generation.orders import Actor
from bot.jobs.job import Job, State
from bot.jobs.preset import MAX_NAME, Preset
from bot.jobs.store import JobStore
from bot.texts import Text, text
from bot.workflows import OptionKind, Workflow
from bot.workflows.applying import PROMPT, WORDS, applied, applies
from bot.workflows.attachment_settling import is_attached
from bot.workflows.spelling import nearest
from bot.workflows.template import Scalar


class PresetBook:
    def __init__(self, store: JobStore) -> None:
        self._store = store

    async def all(self, actor: Actor) -> Sequence[Preset]:
        """Their own and their guild's, by name; of one name their own hides the guild's."""
        found: dict[str, Preset] = {}
        for preset in await self._store.presets(actor.user_id, actor.guild_id):
            found.setdefault(preset.name, preset)
        return list(found.values())

    async def usable(self, actor: Actor, workflow: Workflow) -> Sequence[Preset]:
        return [each for each in await self.all(actor) if applies(each, workflow)]

    async def named(self, actor: Actor, name: str) -> Preset:
        """The one that they mean.

        Raises:
            NotThere: with the nearest names that there are.
        """
        presets = {preset.name: preset for preset in await self.all(actor)}
        found = presets.get(name.strip())
        if found is not None:
            return found
        if not presets:
            raise NotThere(text("preset-none"))
        near = nearest(name.strip(), list(presets)) or list(presets)[:10]
        raise NotThere(text("preset-unknown", name=name.strip(), names=", ".join(near)))

    async def applied(
        self, actor: Actor, name: str, workflow: Workflow, values: Mapping[str, Scalar]
    ) -> tuple[Mapping[str, Scalar], Text]:
        """The values with the preset's laid under them, and what tells of it.

        Raises:
            UserError: there is none of that name, or it is for another workflow.
        """
        preset = await self.named(actor, name)
        if not applies(preset, workflow):
            raise Refused(text("preset-elsewhere", name=preset.name, workflow=preset.command or "?"))
        around = next((words for words in preset.values.values() if WORDS in words), None)
        if around is None:
            return applied(preset, workflow, values), text("preset-used", name=preset.name)
        return applied(preset, workflow, values), text("preset-wrapped", name=preset.name, around=around)

    async def save_words(self, actor: Actor, name: str, words: str) -> Preset:
        """A style: words for any workflow's prompt. Without ``{prompt}`` they come after what the person types.

        Raises:
            Refused: the name cannot be used, or there are too many.
        """
        around = words.strip() if WORDS in words else f"{WORDS}, {words.strip()}"
        return await self._save(Preset(_checked(name), {PROMPT: around}, None, actor.user_id, actor.user_id))

    async def save_values(self, actor: Actor, name: str, job: Job, workflow: Workflow | None) -> Preset:
        """What was chosen for a job, less its seed and its files.

        Raises:
            Refused: see :meth:`save_words`.
        """
        left_out = {
            option.name
            for option in (workflow.options if workflow else ())
            if option.kind is OptionKind.SEED or is_attached(option.kind)
        }
        typed = {**job.values, **job.typed}
        values = {option: words for option, words in typed.items() if option not in {*left_out, "seed"}}
        return await self._save(Preset(_checked(name), values, job.workflow, actor.user_id, actor.user_id))

    async def share(self, actor: Actor, name: str, *, may_share: bool) -> Preset:
        """Give a preset of one's own to the guild.

        Raises:
            UserError: the actor may not, has none of that name, or the guild has too many.
        """
        if actor.guild_id is None:
            raise NotAllowed(text("preset-no-guild"))
        if not may_share:
            raise NotAllowed(text("preset-share-right"))
        preset = await self.named(actor, name)
        return await self._save(
            Preset(preset.name, preset.values, preset.workflow, actor.user_id, guild_id=actor.guild_id)
        )

    async def delete(self, actor: Actor, name: str, *, may_share: bool) -> Preset:
        """Delete one's own; where there is none of that name, the guild's.

        Raises:
            UserError: there is none, or it is the guild's and the actor may not.
        """
        preset = await self.named(actor, name)
        if preset.guild_id is not None and not may_share:
            raise NotAllowed(text("preset-share-right"))
        await self._store.delete_preset(preset)
        return preset

    async def last_job(self, actor: Actor) -> Job:
        """What went well last.

        Raises:
            NotThere: the actor has asked for nothing here that did.
        """
        page = await self._store.history(actor.user_id, actor.guild_id, states=[State.DONE], most=1)
        if not page.jobs:
            raise NotThere(text("preset-no-job"))
        return page.jobs[0]

    async def _save(self, preset: Preset) -> Preset:
        if not await self._store.save_preset(preset):
            raise Refused(text("preset-too-many"))
        return preset


def _checked(name: str) -> str:
    kept = " ".join(name.split())
    if not 1 <= len(kept) <= MAX_NAME:
        raise Refused(text("preset-name", most=MAX_NAME))
    return kept
