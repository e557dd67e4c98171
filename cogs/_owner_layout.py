"""What ``/owner`` shows, as words. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.delivery.words import escaped, moment
from bot.generation.operating import BackendView
from bot.jobs.guild_workflow import GuildWorkflow
from bot.jobs.operator_store import GuildUse
from bot.jobs.quarantine_store import Quarantined
from bot.texts import render, rendered, text

MOST_CHARACTERS = 3800
"""Of the 4,000 that a message has."""
MOST_NODES = 5
MOST_MODELS = 4


def backend_list(views: Sequence[BackendView], waiting: int, locale: str) -> str:
    """Each server with what is known of it, and how many jobs wait for one."""
    if not views:
        return render(text("owner-no-backends"), locale)
    head = render(text("owner-backends-title", waiting=waiting), locale)
    return bounded([f"**{head}**", *(_backend(each, locale) for each in views)], locale)


def _backend(view: BackendView, locale: str) -> str:
    state = text("owner-backend-online") if view.online else text("owner-backend-away")
    mark = "⏸" if view.paused else "🟢" if view.online else "🔴"
    told = [state, *([text("owner-backend-paused")] if view.paused else [])]
    told.append(text("owner-backend-jobs", count=len(view.jobs)))
    if view.vram_total_bytes:
        free, total = _gigabytes(view.vram_free_bytes or 0), _gigabytes(view.vram_total_bytes)
        told.append(text("owner-backend-memory", free=free, total=total))
    lines = [f"{mark} **`{view.label}`** · " + " · ".join(render(each, locale) for each in told)]
    if view.models:
        models = ", ".join(f"`{each}`" for each in view.models[:MOST_MODELS])
        lines.append("-# " + render(text("owner-backend-models", models=models), locale))
    if view.failures:
        shown = view.failures[:MOST_NODES]
        nodes = ", ".join(f"{escaped(rendered(each.node, locale))} ×{each.count}" for each in shown)
        lines.append("-# " + render(text("owner-backend-failures", nodes=nodes), locale))
    return "\n".join(lines)


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f}"


def quarantine_list(all_of_it: Sequence[tuple[Quarantined, bool]], locale: str) -> str:
    """What is set aside, each with whether its files are still the same."""
    if not all_of_it:
        return render(text("owner-quarantine-none"), locale)
    return bounded([_quarantined(each, locale, same=same) for each, same in all_of_it], locale)


def _quarantined(each: Quarantined, locale: str, *, same: bool) -> str:
    since = text(
        "owner-quarantine-since",
        when=moment(each.since),
        backend=f"`{each.backend}`",
        harm=each.harm,
    )
    line = f"**{escaped(label_of(each))}** · {render(since, locale)}"
    return line if same else f"{line}\n-# {render(text('owner-quarantine-other-files'), locale)}"


class GuildView(Struct, frozen=True):
    use: GuildUse
    name: str | None
    """None: this process is not connected for it, or the bot is no member."""
    allowed: bool


def guild_list(views: Sequence[GuildView], days: int, locale: str) -> str:
    """Each guild with what it used lately."""
    head = render(text("owner-guilds-title", days=days), locale)
    return bounded([f"**{head}**", *(_guild(each, locale) for each in views)], locale)


def _guild(view: GuildView, locale: str) -> str:
    use = view.use
    outside = render(text("owner-no-guild"), locale)
    name = escaped(view.name) if view.name else f"`{use.guild_id}`" if use.guild_id else outside
    told = text(
        "owner-guild-use",
        jobs=use.jobs,
        minutes=round(use.gpu_seconds / 60),
        failed=use.failed,
    )
    mark = "" if view.allowed else " · " + render(text("owner-guild-not-allowed"), locale)
    return f"**{name}** · {render(told, locale)}{mark}"


def workflow_list(workflows: Sequence[GuildWorkflow], guilds: Mapping[int, str], locale: str) -> str:
    """What each guild added; ``guilds``: names of those that are known here."""
    if not workflows:
        return render(text("owner-workflow-nothing"), locale)
    head = render(text("owner-workflow-title", count=len(workflows)), locale)
    in_order = sorted(workflows, key=lambda each: (guild_name(each.guild_id, guilds), each.name, each.id))
    return bounded([f"**{head}**", *(_workflow(each, guilds, locale) for each in in_order)], locale)


def _workflow(workflow: GuildWorkflow, guilds: Mapping[int, str], locale: str) -> str:
    told = [render(text("owner-workflow-state", state=workflow.state), locale)]
    if workflow.current is not None:
        told.append(render(text("owner-workflow-version", number=workflow.current), locale))
    told += [
        render(words, locale)
        for words, holds in (
            (text("owner-workflow-is-shared"), workflow.shared),
            (text("owner-workflow-is-removed"), workflow.taken_away),
        )
        if holds
    ]
    told.append(moment(workflow.created_at))
    told += [f"<@{workflow.created_by}>"] if workflow.created_by else []
    guild = escaped(guild_name(workflow.guild_id, guilds))
    return f"**/{escaped(workflow.name)}** · {guild} · " + " · ".join(told)


def guild_name(guild_id: int, guilds: Mapping[int, str]) -> str:
    return guilds.get(guild_id, str(guild_id))


def label_of(each: Quarantined) -> str:
    """What is set aside, in a few words."""
    return f"/{each.command}" + ("" if each.option is None else f" {each.option}: {each.value}")


def bounded(blocks: Sequence[str], locale: str) -> str:
    """As many as a message takes, and how many more there are."""
    shown, size = list[str](), 0
    for block in blocks:
        size += len(block) + 1
        if size > MOST_CHARACTERS:
            more = len(blocks) - len(shown)
            shown.append("-# " + render(text("owner-more", count=more), locale))
            break
        shown.append(block)
    return "\n".join(shown)
