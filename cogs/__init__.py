"""What people can do in Discord, one command family a file. Thin: check, one service call, render."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import discord
from discord import app_commands

from bot.client import InMenu
from bot.delivery import actions, guild_log_layout
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.copies import Copies
from bot.delivery.deleting import Deletion
from bot.delivery.messages import Messages
from bot.delivery.moderation import Moderation
from bot.delivery.originals import Showing
from bot.delivery.review_layout import REVIEW_ID
from bot.delivery.showcase import Showcase
from bot.errors import NotAllowed, NotThere
from bot.generation import PresetBook
from bot.generation.adding import Adding
from bot.inputs.fetching import Origins
from bot.jobs.store import JobStore
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.words.book import WordBook
from bot.texts import text
from bot.workflows.own_options import OwnOption
from cogs import edit, use_as_input
from cogs import words as word_rules
from cogs._buttons import AnyItem, chosen_in_menu, pressed_button
from cogs._edit_form import Recipes
from cogs._edit_views import edit_controls
from cogs._errors import Errors
from cogs._forms import Submit, submitted
from cogs._guild_commands import GuildCommands, is_of_guild
from cogs._mend_views import mend_controls
from cogs._mod_audit import ModAudit
from cogs._mod_jobs import ModJobs
from cogs._mod_people import ModPeople
from cogs._names import Names
from cogs._own_workflows import OwnWorkflows
from cogs._service import AnyCommand, AnyInteraction, Service
from cogs._settings_panel import FORM_ID as SETTINGS_FORM
from cogs._submitting import Statuses, Submissions
from cogs._views import cancel_button
from cogs._workflow_drafts import WorkflowDrafts
from cogs.again import Again
from cogs.cancel import Cancel
from cogs.compare import Compare
from cogs.delete import Delete
from cogs.generate import Generate, Suggest
from cogs.jobs import Jobs
from cogs.mend import Mend
from cogs.mod import Mod
from cogs.originals import Originals, Packer, zip_button
from cogs.owner import Owner, OwnerTools, is_owners
from cogs.picture_actions import PictureActions
from cogs.presets import Presets
from cogs.privacy import Privacy
from cogs.queue import Queue
from cogs.read_workflow import ReadWorkflow
from cogs.recipe import RecipeOfJob
from cogs.report import FORM_ID as REPORT_FORM
from cogs.report import Report
from cogs.reviews import Reviews
from cogs.run import FORM as RUN_FORM
from cogs.run import Run
from cogs.settings import Settings
from cogs.showcase import Show
from cogs.stats import Stats
from cogs.take import Take, take_select
from cogs.who_made import WhoMade
from cogs.words import Words
from cogs.workflow import WorkflowCommands


class Cogs:
    """All of them; what ``bot.client.CommandSync`` offers to Discord."""

    def __init__(
        self,
        *,
        generation: Service,
        statuses: Statuses,
        recipes: Recipes,
        origins: Origins,
        store: JobStore,
        settings: GuildSettings,
        words: WordBook,
        messages: Messages,
        showing: Showing,
        deletion: Deletion,
        moderation: Moderation,
        zips: Packer,
        owner: OwnerTools,
        adding: Adding,
        keep_jobs_days: float = 30,
    ) -> None:
        """``origins``: where files may come from. ``keep_jobs_days``: how long the operator keeps ended jobs."""
        acknowledger = Acknowledger()
        self._errors = errors = Errors(acknowledger, settings)
        self._service = generation
        names, presets = Names(), PresetBook(store)
        submissions = Submissions(generation, statuses, acknowledger, presets, settings, names=names)
        self._presets = Presets(generation, submissions, presets, acknowledger, errors)
        self._jobs = Jobs(generation, acknowledger, errors)
        own: dict[OwnOption, Suggest | None] = {
            OwnOption.PRESET: self._presets.suggested,
            OwnOption.PRIVATE: None,
            OwnOption.REPEAT: None,
            OwnOption.ALL: None,
        }
        if generation.helps_with_words:
            own |= {OwnOption.IMPROVE: None, OwnOption.TRANSLATE: None}
        self._generate = Generate(generation, submissions, errors, own)
        self._queue = Queue(generation, acknowledger, errors)
        self._cancel = Cancel(generation, acknowledger, errors, names)
        self._use_as_input = use_as_input.UseAsInput(
            generation, submissions, acknowledger, errors, origins=origins
        )
        self._edit = edit.Edit(generation, submissions, recipes, acknowledger, errors, origins=origins)
        self._compare = Compare(generation, submissions, errors)
        self._run = Run(generation, submissions, self._edit, errors)
        read_workflow = ReadWorkflow(generation, recipes, acknowledger, errors, origins=origins)
        report = Report(generation, store, acknowledger, errors)
        mod_jobs = ModJobs(generation, moderation, self._cancel, acknowledger, errors)
        mod_people = ModPeople(moderation, acknowledger, errors)
        mod_audit = ModAudit(store, acknowledger, errors)
        self._mod = Mod(mod_jobs, mod_people, mod_audit)
        copies = Copies(generation, showing, settings)
        self._settings = Settings(generation, settings, acknowledger, errors)
        self._allowed, self._owner_guild = owner.allowed, owner.guild_id
        self._owner = Owner(generation, store, owner, acknowledger, errors)
        of_operator = {} if owner.guild_id is None else {owner.guild_id: [self._owner.command()]}
        self.in_guilds = GuildCommands(generation, store, settings, self._generate.command, of_operator)
        self._stats = Stats(store, owner.owners, acknowledger, errors)
        self._privacy = Privacy(store, settings, acknowledger, errors, keep_jobs_days=keep_jobs_days)
        self._words = Words(words, acknowledger, errors)
        pictures = PictureActions(generation, submissions, acknowledger, errors, origins=origins)
        again = Again(generation, submissions)
        recipe = RecipeOfJob(generation, store, copies, acknowledger)
        show = Show(generation, settings, Showcase(store, messages, copies), acknowledger)
        drafts = WorkflowDrafts(store, settings, adding, self.in_guilds)
        self._workflow = WorkflowCommands(
            generation,
            submissions,
            drafts,
            acknowledger,
            errors,
            edit=self._edit,
            own=OwnWorkflows(generation, store, settings, self.in_guilds),
            adding=adding,
            origins=origins,
        )
        reviews = Reviews(store, acknowledger)
        delete = Delete(generation, deletion, messages, acknowledger)
        self.menu: Sequence[InMenu] = (
            self._use_as_input.command(),
            read_workflow.command(),
            self._workflow.menu(),
            self._cancel.menu(),
            report.command(),
            WhoMade(generation, acknowledger, errors).command(),
        )
        self.buttons: Sequence[AnyItem] = (
            cancel_button(generation, acknowledger, errors),
            take_select(Take(generation, submissions, errors), errors),
            zip_button(Originals(generation, zips, acknowledger, errors), errors),
            *self._jobs.buttons(),
            self._privacy.button(),
            pressed_button(actions.AGAIN_ID, again.press, errors),
            pressed_button(actions.START_ID, pictures.start, errors),
            pressed_button(actions.INPAINT_ID, pictures.open_inpaint, errors),
            chosen_in_menu(actions.PICK_ID, pictures.pick, errors),
            pressed_button(actions.RECIPE_ID, recipe.press, errors),
            pressed_button(actions.SHOW_ID, show.press, errors),
            pressed_button(actions.DELETE_ID, delete.press, errors),
            pressed_button(REVIEW_ID, reviews.press, errors),
            pressed_button(guild_log_layout.DELETE_ID, mod_jobs.delete_by_button, errors),
            pressed_button(guild_log_layout.BLOCK_ID, mod_people.press, errors),
            *mod_audit.buttons(),
            *edit_controls(self._edit, errors),
            *self._settings.controls(),
            *self._workflow.controls(),
            *mend_controls(Mend(generation, submissions, acknowledger, errors), errors),
        )
        self.forms: Mapping[re.Pattern[str], Submit] = {
            use_as_input.FORM: self._use_as_input.submit,
            actions.INPAINT_ID: pictures.submit_inpaint,
            edit.FORM: self._edit.submit,
            edit.PAGE_FORM: self._edit.submit_page,
            RUN_FORM: self._run.submit,
            REVIEW_ID: reviews.submit,
            SETTINGS_FORM: self._settings.submit,
            REPORT_FORM: report.submit,
            guild_log_layout.BLOCK_ID: mod_people.submit,
            word_rules.FORM: self._words.submit,
            **self._workflow.forms(),
        }
        """By the custom ids of those that come back."""

    @property
    def changed(self) -> asyncio.Event:
        return self._service.changed

    def commands(self) -> Sequence[AnyCommand]:
        """The bot's own first: where Discord takes no more, workflows are what is left out."""
        return [*self._own_commands, *self._generate.commands()]

    @cached_property
    def _own_commands(self) -> Sequence[AnyCommand]:
        """Those that never change."""
        return [
            self._queue.command(),
            self._cancel.command(),
            self._compare.command(),
            self._run.command(),
            *self._jobs.commands(),
            self._presets.command(),
            self._settings.command(),
            *([self._owner.command()] if self._owner_guild is None else []),
            self._mod.command(),
            self._workflow.command(),
            self._stats.command(),
            self._words.command(),
            self._privacy.command(),
        ]

    async def admits(self, interaction: AnyInteraction) -> bool:
        """Whether a command is to be served; whoever gives one in a guild that may not have the bot is told so.

        The operator's own is served everywhere: else nobody could let a guild have it again.
        """
        if self._allowed.allows(interaction.guild_id) or is_owners(interaction):
            return True
        if interaction.type is discord.InteractionType.application_command:
            async with self._errors.answered(interaction):
                raise NotAllowed(text("guild-not-allowed"))
        return False

    async def all_answered(self) -> None:
        await self._errors.all_answered()

    async def answer_form(self, interaction: AnyInteraction) -> None:
        """Whichever form it is: its custom id tells."""
        async with self._errors.answered(interaction):
            form = submitted(interaction)
            for template, submit in self.forms.items():
                if match := template.fullmatch(form.custom_id):
                    await submit(interaction, match, form)
                    return
            raise NotThere(text("form-unknown"))

    async def answer_unknown(self, interaction: AnyInteraction) -> None:
        """What another version of the bot posted, or somebody made up."""
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        if any(each.__discord_ui_compiled_template__.fullmatch(custom_id) for each in self.buttons):
            return
        async with self._errors.answered(interaction):
            raise NotThere(text("button-unknown"))

    async def answer_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError
    ) -> None:
        await self._errors.answer(interaction, await self._not_offered(interaction, error) or error)

    async def _not_offered(
        self, interaction: AnyInteraction, error: app_commands.AppCommandError
    ) -> NotThere | None:
        """Somebody's Discord still shows a command that is not offered any more."""
        if not isinstance(error, app_commands.CommandNotFound):
            return None
        if interaction.guild_id is not None and is_of_guild(interaction):
            reason = await self.in_guilds.why_not_served(interaction.guild_id, error.name)
        else:
            reason = self._service.why_not(error.name)
        return None if reason is None else NotThere(reason)
