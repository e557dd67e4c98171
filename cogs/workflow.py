"""``/workflow``, and all that belongs to it: what people who may add workflows do with those of their server."""

import re
from collections.abc import Mapping, Sequence

from discord import app_commands

from bot.client import InMenu, localised
from bot.delivery.acknowledging import Acknowledger
from bot.generation.adding import Adding
from bot.generation.editing import Editing
from bot.inputs.fetching import Origins
from bot.texts import text
from cogs._buttons import AnyItem
from cogs._errors import Errors
from cogs._forms import Submit
from cogs._moderators import BY_GUILDS, IN_GUILDS
from cogs._own_workflows import OwnWorkflows
from cogs._service import AnyCommand, Service
from cogs._submitting import Submissions
from cogs._workflow_add import WorkflowAdd
from cogs._workflow_changes import WorkflowChanges
from cogs._workflow_draft_actions import WorkflowDraftActions
from cogs._workflow_drafts import WorkflowDrafts
from cogs._workflow_edit import WorkflowEdit
from cogs._workflow_files import WorkflowFiles
from cogs._workflow_list import WorkflowList
from cogs.edit import Edit


class WorkflowCommands:
    def __init__(
        self,
        service: Service,
        submissions: Submissions,
        drafts: WorkflowDrafts,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        edit: Edit,
        own: OwnWorkflows,
        adding: Adding,
        origins: Origins,
    ) -> None:
        """``origins``: where files may come from."""
        editing = Editing(adding.offerings)
        self._add = WorkflowAdd(service, drafts, acknowledger, errors, origins=origins)
        self._edit = WorkflowEdit(own, editing, drafts, acknowledger, errors)
        self._list = WorkflowList(own, adding, self._edit, acknowledger, errors)
        self._changes = WorkflowChanges(own, self._list, acknowledger, errors)
        self._files = WorkflowFiles(own, drafts, acknowledger, errors, adding=adding, editing=editing)
        self._actions = WorkflowDraftActions(service, submissions, drafts, acknowledger, errors, edit=edit)

    def command(self) -> AnyCommand:
        """Everybody sees it: which roles may use it, the server's settings say, and Discord knows nothing of them."""
        group = app_commands.Group(
            name=localised(text("command-workflow-name")),
            description=localised(text("command-workflow-description")),
            allowed_contexts=IN_GUILDS,
            allowed_installs=BY_GUILDS,
        )
        for part in (self._add, self._list, self._changes, self._files):
            for each in part.commands():
                group.add_command(each)
        return group

    def menu(self) -> InMenu:
        return self._add.menu()

    def controls(self) -> Sequence[AnyItem]:
        parts = (self._actions, self._edit, self._list, self._changes, self._files)
        return [control for part in parts for control in part.controls()]

    def forms(self) -> Mapping[re.Pattern[str], Submit]:
        """By the custom ids of those that come back."""
        return {**self._actions.forms(), **self._edit.forms()}
