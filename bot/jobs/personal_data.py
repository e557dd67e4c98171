"""What each table of the ledger holds of people, and what becomes of it: told to whom it is about, erased, or kept and why.

Every table and every column that there is stands here once; ``tests/jobs/test_personal_data.py`` fails where one does not.
"""

from collections.abc import Mapping
from typing import LiteralString

from msgspec import Struct


class Table(Struct, frozen=True):
    """Literals of ours, in SQL that both databases read; ``:user_id`` is the person."""

    whose: LiteralString = "FALSE"
    """Which rows are about a person."""
    here: LiteralString = ""
    """Which of them are of one place: the guild ``:guild_id``, NULL for direct messages; empty: they belong to none."""
    told: tuple[LiteralString, ...] = ()
    """Columns that the person is given."""
    untold: tuple[LiteralString, ...] = ()
    """Columns that say nothing of a person, or only to the machinery: see ``why``."""
    erase: tuple[LiteralString, ...] = ()
    """Statements that leave nothing of the person in it."""
    order: LiteralString = "1"
    why: str = ""
    """Why the rest is not told, or why something is kept."""


_IN_PLACE: LiteralString = "coalesce(guild_id, 0) = coalesce(CAST(:guild_id AS BIGINT), 0)"
_OF_JOB: LiteralString = "sequence IN (SELECT sequence FROM jobs WHERE user_id = :user_id)"
_OF_JOB_HERE: LiteralString = (
    f"sequence IN (SELECT sequence FROM jobs WHERE user_id = :user_id AND {_IN_PLACE})"  # noqa: S608  # literals only
)

JOBS = Table(
    whose="user_id = :user_id",
    here=_IN_PLACE,
    order="sequence DESC",
    told=(
        "id", "state", "workflow", "option_values", "prompt_option", "typed", "stand_ins", "notices", "outcome", "failure",
        "created_at", "started_at", "finished_at", "guild_id", "guest_of", "channel_id", "parent_channel_id", "user_id",
        "user_locale", "guild_locale", "spoiler", "review", "nsfw", "status_channel_id", "status_message_id", "result_message_id", "result_thread_id", "showcase_channel_id", "showcase_message_id",
        "delivery", "delivery_parts", "backend", "private", "input_kinds", "rewording", "origin_id", "origin_action",
        "origin_picture", "group_id", "group_kind", "group_number", "group_count", "group_labels", "cancel_requested_by",
        "interaction_id", "interaction_created_at",
    ),
    untold=(
        "sequence", "turn", "needs", "kind", "attempt", "prompt_id", "preparer", "preparations", "preparation_due_at", "owner",
        "claims", "lease_until", "worker_backend", "poster", "delivery_tries", "delivery_first_tried_at", "delivery_due_at",
        "application_id", "interaction_token", "attachment_limit_bytes", "titles", "node_seconds", "action_key", "at_once", "status_keeper",
        "place", "weight", "work", "models", "cost", "cost_known", "charged", "charged_to", "passed",
    ),
    why="The machinery of a run; the token would let others answer in the person's name. All goes with the row.",
)  # fmt: skip
"""Its rows go in portions, once each has ended and was shown: see :mod:`bot.jobs.privacy`."""

TABLES: Mapping[LiteralString, Table] = {
    "jobs": JOBS,
    "graphs": Table(
        untold=("sequence", "graph", "ui_graph", "fingerprint", "trusted"),
        why="The workflow with the values of its job in it. It goes with the job's row.",
    ),
    "inputs": Table(
        whose=_OF_JOB,
        here=_OF_JOB_HERE,
        order="number DESC",
        told=("number", "sequence", "option", "asked", "blob", "suffix", "mask", "overlay", "notices"),
        untold=("targets",),
        why="Where in the graph a file goes. It goes with the job's row; the file, when no other job needs it.",
    ),
    "handed_over": Table(
        untold=("sequence", "number", "blob"),
        why="Files on their way from a worker to the bot. They go with the job's row.",
    ),
    "presets": Table(
        whose="user_id = :user_id OR made_by = :user_id",
        order="number",
        told=("guild_id", "user_id", "name", "workflow", "option_values", "made_by", "made_at"),
        untold=("number",),
        erase=(
            "DELETE FROM presets WHERE user_id = :user_id",
            "UPDATE presets SET made_by = 0 WHERE made_by = :user_id",
        ),
        why="A guild's preset stays the guild's, without the name of who made it.",
    ),
    "pending_orders": Table(
        whose="user_id = :user_id",
        here=_IN_PLACE,
        order="created_at DESC",
        told=("id", "user_id", "guild_id", "workflow", "option_values", "files", "origin", "created_at"),
        untold=("rowid",),
        erase=("DELETE FROM pending_orders WHERE user_id = :user_id",),
    ),
    "reminders": Table(
        whose="user_id = :user_id",
        order="number",
        told=("job_id", "user_id", "needs", "channel_id", "created_at"),
        untold=("number",),
        erase=("DELETE FROM reminders WHERE user_id = :user_id",),
    ),
    "people": Table(
        whose="user_id = :user_id",
        order="user_id",
        told=("user_id", "mentions"),
        erase=("DELETE FROM people WHERE user_id = :user_id",),
    ),
    "guild_settings": Table(
        whose="set_by = :user_id",
        here=_IN_PLACE,
        order="key",
        told=("guild_id", "key", "value", "set_by", "set_at"),
        erase=("UPDATE guild_settings SET set_by = 0 WHERE set_by = :user_id",),
        why="A guild's setting stays the guild's, without the name of who chose it.",
    ),
    "channel_settings": Table(
        whose="set_by = :user_id",
        here=_IN_PLACE,
        order="channel_id, key",
        told=("guild_id", "channel_id", "key", "value", "set_by", "set_at"),
        erase=("UPDATE channel_settings SET set_by = 0 WHERE set_by = :user_id",),
        why="As of the guild's settings.",
    ),
    "settings_changes": Table(untold=("guild_id", "number"), why="Of guilds."),
    "word_rules": Table(
        whose="made_by = :user_id",
        here=_IN_PLACE,
        order="guild_id, name",
        told=("guild_id", "name", "action", "words", "loose", "spares_negative", "pattern", "made_by", "made_at"),
        erase=("UPDATE word_rules SET made_by = 0 WHERE made_by = :user_id",),
        why="A guild's rule stays the guild's, without the name of who made it.",
    ),
    "guild_workflows": Table(
        whose="created_by = :user_id",
        here=_IN_PLACE,
        order="id",
        told=("id", "guild_id", "name", "state", "created_by", "created_at"),
        untold=(
            "interaction_id", "current_number", "draft_number", "last_number", "shared", "taken_away", "removed_at",
        ),
        erase=("UPDATE guild_workflows SET created_by = 0 WHERE created_by = :user_id",),
        why="A guild's workflow stays the guild's, without the name of who added it.",
    ),
    "workflow_versions": Table(
        whose="created_by = :user_id",
        order="workflow_id, number",
        told=("workflow_id", "number", "name", "created_by", "created_at", "published_at"),
        untold=("source", "command", "fingerprint", "revision", "changed_at"),
        erase=("UPDATE workflow_versions SET created_by = 0 WHERE created_by = :user_id",),
        why="The files are the guild's, which can export them.",
    ),
    "command_creates": Table(untold=("number", "guild_id", "commands", "at"), why="Of guilds."),
    "guilds_left": Table(untold=("guild_id", "left_at"), why="Of guilds."),
    "told_guilds": Table(untold=("guild_id",), why="Of guilds."),
    "blocks": Table(
        whose="user_id = :user_id",
        here=_IN_PLACE,
        order="guild_id",
        told=("guild_id", "user_id", "until", "reason", "blocked_at"),
        untold=("blocked_by",),
        why="For the safety of others nobody is let in again by being forgotten; who decided it is the guild's to tell.",
    ),
    "pauses": Table(
        untold=("guild_id", "kind", "paused_by", "paused_at"),
        why="What a moderator does for a guild is the guild's to know, as long as it lasts.",
    ),
    "reports": Table(
        whose="reported_by = :user_id",
        here=_IN_PLACE,
        order="number",
        told=("guild_id", "channel_id", "message_id", "job_id", "reported_by", "reason", "reported_at"),
        untold=("number", "about_id", "due_at"),
        erase=("DELETE FROM reports WHERE reported_by = :user_id",),
        why="For the safety of who reports, nobody is told of reports about themselves; those go after a month.",
    ),
    "audit": Table(
        whose="user_id = :user_id",
        here=_IN_PLACE,
        order="number DESC",
        told=("guild_id", "at", "action", "user_id", "job_id"),
        untold=("number", "actor_id", "details", "once"),
        erase=(
            "UPDATE audit SET actor_id = 0, details = '{}' WHERE actor_id = :user_id AND action = 'report'",
        ),
        why="What moderators did is told to moderators, and stays for the safety of all, until it is 400 days old.",
    ),
    "judgements": Table(
        whose=_OF_JOB,
        here=_OF_JOB_HERE,
        order="sequence DESC",
        told=("sequence", "refusal", "judged_at"),
        why="It goes with the job's row.",
    ),
    "reviews": Table(
        whose=_OF_JOB,
        here=_OF_JOB_HERE,
        order="sequence DESC",
        told=("sequence", "state", "begun_at", "ends_at", "reason", "decided_at"),
        untold=("channel_id", "message_id", "decided_by"),
        why="Who decided is the guild's to tell. It goes with the job's row.",
    ),
    "day_figures": Table(
        whose="user_id = :user_id",
        here=_IN_PLACE,
        order="day DESC, guild_id, workflow, state, failure",
        told=("day", "guild_id", "user_id", "workflow", "state", "failure", "jobs", "gpu_seconds"),
        why="The numbers stay, as nobody's: see DayFigures.unname_figures_of.",
    ),
    "day_waits": Table(untold=("day", "guild_id", "seconds", "jobs"), why="Numbers of nobody."),
    "erasures": Table(
        whose="user_id = :user_id",
        order="user_id",
        told=("user_id", "asked_at"),
        why="That somebody wants to be forgotten, until they are.",
    ),
    "erased_use": Table(
        whose="user_id = :user_id",
        here=_IN_PLACE,
        order="number",
        told=("user_id", "guild_id", "created_at", "gpu_seconds"),
        untold=("number",),
        why="Two numbers a job, for a day: nobody escapes a limit by being forgotten.",
    ),
    "shares": Table(
        whose="user_id = :user_id",
        here="place = coalesce(CAST(:guild_id AS BIGINT), 0)",
        order="backend, place",
        told=("backend", "place", "user_id", "used", "changed_at"),
        untold=("reached",),
        why="Nobody comes before the others by being forgotten: it is gone when they asked for nothing for a day.",
    ),
    "virtual_time": Table(untold=("only_row", "turn"), why="One number for all."),
    "backends": Table(
        untold=("name", "label", "nodes", "vram_total", "vram_free", "online", "heard_at", "online_at"),
        why="Of servers.",
    ),
    "node_lists": Table(untold=("digest", "packed", "failed", "kept_at"), why="Of servers."),
    "incidents": Table(
        untold=("prompt_id", "happened_at", "harm", "backend", "workflow", "fingerprint", "choices"),
        why="What harmed a server: a workflow and names of models, of nobody; gone after an hour.",
    ),
    "quarantine": Table(
        untold=("workflow", "fingerprint", "option_name", "option_value", "harm", "backend", "since"),
        why="Of workflows.",
    ),
    "backend_orders": Table(untold=("backend", "paused", "free_asked_at"), why="Of servers."),
    "guild_rulings": Table(untold=("guild_id", "allowed"), why="Of guilds."),
    "bots": Table(untold=("name", "first_shard", "last_shard", "shards", "alive_until"), why="Of processes."),
    "turns": Table(untold=("name", "holder", "until"), why="Of processes."),
    # What only PostgreSQL has.
    "blobs": Table(
        untold=("hash", "size", "protected_until", "spare_rank"),
        why="Files by their content, of nobody: each goes when no job needs it any more.",
    ),
    "blob_chunks": Table(untold=("hash", "number", "content"), why="The content of the blobs."),
    "previews": Table(
        untold=("job_id", "content", "content_type", "kept_at"),
        why="What a job that runs looks like at the moment; gone when it ends.",
    ),
    "comfycord_format": Table(untold=("only_row", "number", "usable_from"), why="Of the tables."),
    "last_writes": Table(untold=("session", "number", "at"), why="Of processes."),
}  # fmt: skip

ERASE: tuple[LiteralString, ...] = tuple(statement for table in TABLES.values() for statement in table.erase)
"""What is erased at once."""

JSON_COLUMNS = frozenset(
    {
        "option_values", "typed", "stand_ins", "notices", "outcome", "delivery_parts", "input_kinds", "rewording",
        "group_labels", "review", "refusal", "asked", "files", "origin", "needs", "value", "words",
    }
)  # fmt: skip
"""Columns that are told whose text is JSON."""
