"""``/queue``: what runs and what waits here, for the eyes of whoever asks."""

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.marks import short_id
from bot.delivery.words import moment
from bot.generation import Expected, spoken_for
from bot.jobs.job import Job, State
from bot.texts import Text, render, text
from cogs._errors import Errors
from cogs._notices import notice, words_in_frame
from cogs._service import AnyCommand, AnyInteraction, Service, guild_of

MOST_LINES = 15


class Queue:
    def __init__(self, service: Service, acknowledger: Acknowledger, errors: Errors) -> None:
        self._service = service
        self._acknowledger = acknowledger
        self._errors = errors

    def command(self) -> AnyCommand:
        async def queue(interaction: AnyInteraction) -> None:
            await self._show(interaction)

        return app_commands.Command(
            name=localised(text("command-queue-name")),
            description=localised(text("command-queue-description")),
            callback=queue,
        )

    async def _show(self, interaction: AnyInteraction) -> None:
        async with self._errors.answered(interaction):
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                jobs, more = await self._service.open_jobs(
                    guild_of(interaction), interaction.user.id, MOST_LINES
                )
            locale = interaction.locale
            empty = notice(text("queue-empty"), locale)
            view = words_in_frame(queue_list(jobs, locale.value, more=more)) if jobs else empty
            await self._acknowledger.answer(interaction, view)


def queue_list(jobs: Sequence[Expected], locale: str, *, more: int = 0) -> str:
    """The queue as a list, the running ones first, where there are ``more`` than these. Pure."""
    head = render(text("queue-title", count=len(jobs) + more), locale)
    lines = [f"**{head}**", *(_line(job, locale) for job in jobs)]
    if more:
        lines.append("-# " + render(text("queue-more", count=more), locale))
    if any(job.servers_away for job in jobs):
        lines.append("-# " + render(text("status-servers-away"), locale))
    return "\n".join(lines)


def _line(expected: Expected, locale: str) -> str:
    job, position = expected.standing.job, expected.standing.position
    name = discord.utils.escape_markdown(job.command)
    line = f"**{name}** · <@{job.place.user_id}> · `{short_id(spoken_for(job))}`"
    if expected.group is not None:
        done, count = expected.group.done, expected.group.count
        line += " · " + render(text("status-together", done=done, count=count), locale)
    if job.state is State.PREPARING:
        return f"⏳ {line} · {render(_preparing(job), locale)}"
    if position is None:
        mark, told = _at_comfyui(expected, locale)
        return f"{mark} {line} · {told}"
    if position.paused:
        return f"⏸ {line} · {render(text('status-paused'), locale)}"
    told = [f"`{position.ahead + 1}` {line}"]
    if position.people_ahead:
        behind = text("status-behind-people", ahead=position.people_ahead, people=position.people)
        told.append(render(behind, locale))
    if expected.starts_at is not None:
        told.append(render(text("status-starts", when=moment(expected.starts_at)), locale))
    return " · ".join(told)


def _preparing(job: Job) -> Text:
    return text("queue-preparing-words") if job.rewordings else text("queue-preparing")


def _at_comfyui(expected: Expected, locale: str) -> tuple[str, str]:
    """A job that a ComfyUI has: it runs, or waits there for what stands before it."""
    started_at, waiting = expected.standing.job.started_at, expected.waiting
    if waiting is None and started_at is not None:
        return "▶", render(text("queue-runs", when=moment(started_at)), locale)
    behind: list[Text] = []
    if waiting is not None and waiting.ahead_ours:
        behind.append(text("queue-behind-ours", count=waiting.ahead_ours))
    if waiting is not None and waiting.ahead_others:
        behind.append(text("status-behind-others", count=waiting.ahead_others))
    told = [text("queue-at-comfyui"), *behind]
    return "⏳", " · ".join(render(each, locale) for each in told)
