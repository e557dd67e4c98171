"""Everybody who may meet the bot, each with a place to do so: what the matrix of permissions is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.moderation.keys import MODERATOR_ROLES, WORKFLOW_ADDERS
from bot.sandbox.discord import Channel, Permission, Person
from tests.delivery.rig import Rig


class Who(StrEnum):
    REQUESTER = "who asked for the job"
    MEMBER = "another member"
    TIMED_OUT = "a member who is timed out"
    BY_PERMISSION = "a moderator by permission"
    BY_ROLE = "a moderator by role"
    ADMINISTRATOR = "an administrator"
    OWNER = "the owner of the guild and of the application"
    ELSEWHERE = "another guild's administrator, there"
    STRANGER = "somebody who brought the bot to a guild where it is no member"


@dataclass(frozen=True)
class Everybody:
    persons: Mapping[Who, Person]
    places: Mapping[Who, Channel]


async def everybody(rig: Rig) -> Everybody:
    """Before the bot starts. To the moderators by role an administrator shows what is for moderators; they add workflows."""
    discord = rig.discord
    discord.world.open_to_guests()
    bay, mill, harbour = discord.guilds
    persons = {
        Who.REQUESTER: discord.member,
        Who.MEMBER: discord.second,
        Who.TIMED_OUT: discord.add_person("late"),
        Who.BY_PERMISSION: discord.moderator,
        Who.BY_ROLE: discord.add_person("watch"),
        Who.ADMINISTRATOR: discord.add_person("boss"),
        Who.OWNER: discord.administrator,
        Who.ELSEWHERE: discord.add_person("miller"),
        Who.STRANGER: discord.add_person("wanderer"),
    }
    discord.world.time_out(bay, persons[Who.TIMED_OUT].user, seconds=86_400)
    watch = discord.world.add_role(bay, "Night watch", Permission(0))
    discord.world.join(bay, persons[Who.BY_ROLE].user, watch)
    await rig.choose(MODERATOR_ROLES, f"<@&{watch.id}>")
    await rig.choose(WORKFLOW_ADDERS, f"managers <@&{watch.id}>")
    for name in ("mod", "stats", "words", "Who made this"):
        bay.shown_commands[name] = frozenset({watch.id})
    for guild, who in ((bay, Who.ADMINISTRATOR), (mill, Who.ELSEWHERE)):
        role = discord.world.add_role(guild, "Administrators", Permission.ADMINISTRATOR)
        discord.world.join(guild, persons[who].user, role)
    discord.world.leave(bay, persons[Who.ELSEWHERE].user)
    for guild in (bay, mill):
        discord.world.leave(guild, persons[Who.STRANGER].user)
    persons[Who.STRANGER].has_installed = True
    places = dict.fromkeys(Who, rig.general)
    places[Who.ELSEWHERE] = mill.channels["general"]
    places[Who.STRANGER] = harbour.channels["general"]
    return Everybody(persons, places)
