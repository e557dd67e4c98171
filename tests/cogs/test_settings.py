"""What a server chooses: for all of it, for a channel, for its threads; and what comes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from discord.ui import TextDisplay

from bot.moderation.chosen import Chosen, Layer, Source
from bot.moderation.key import Theme
from bot.moderation.keys import KEYS
from bot.sandbox.discord import Channel, Invocation, Message
from bot.texts import text
from cogs._settings_panel import WHOLE_SERVER, Page, panel
from tests.delivery.rig import Rig


async def choose(
    rig: Rig, key: str, value: str | None, *, channel: Channel | None = None, who: str = "administrator"
) -> str:
    options: dict[str, object] = {"key": key}
    options |= {} if value is None else {"value": value}
    options |= {} if channel is None else {"channel": channel}
    chosen: Invocation = await rig.discord.persons[who].slash(rig.general, "/settings set", options)
    answer = await chosen.answered()
    assert chosen.ephemeral
    return answer.text


async def test_jobs_follow_the_nearest_of_server_channel_and_thread(rig: Rig) -> None:
    late, foxes = rig.discord.channels["late-night"], rig.discord.channels["foxes"]
    async with rig.bot():
        await choose(rig, "language", "zh-CN")
        await choose(rig, "language", "en", channel=late)
        await choose(rig, "defaults", "txt2img.steps=7; *.cfg=4")
        await choose(rig, "defaults", "*.steps=9", channel=rig.general)
        await choose(rig, "added-prompt", "ink", channel=rig.general)
        for place in (rig.general, foxes, late):
            await rig.paint(channel=place)
        await rig.paint("/txt2img prompt:a red fox steps:30", rig.general)
        jobs = await rig.open_jobs()
    found = [(job.place.locale, job.values["steps"], job.values["cfg"], job.values["prompt"]) for job in jobs]
    assert found == [
        ("zh-CN", "9", "4", "a red fox, ink"),
        ("zh-CN", "9", "4", "a red fox, ink"),
        ("en", "7", "4", "a red fox"),
        ("zh-CN", "30", "4", "a red fox, ink"),
    ]
    assert jobs[0].typed == {"prompt": "a red fox"}
    assert jobs[0].notices == (text("words-added", option="prompt", words="ink"),)


@dataclass
class Shown:
    """The panel as an administrator sees it."""

    rig: Rig
    message: Message

    @staticmethod
    async def opened(rig: Rig) -> "Shown":
        opened = await rig.discord.administrator.slash(rig.general, "/settings panel")
        shown = Shown(rig, await opened.answered())
        assert opened.ephemeral
        return shown

    @property
    def text(self) -> str:
        return self.message.text

    async def choose(self, menu: str, *values: object) -> Invocation:
        (custom_id,) = [each for each in self.message.now.custom_ids if each.startswith(menu)]
        pressed = await self.rig.discord.administrator.select(self.message, custom_id, *values)
        await pressed.acknowledged()
        return pressed

    async def fill(self, key: str, fields: Mapping[str, object]) -> Invocation:
        """Choose a setting of the page, fill in its form, and wait for what comes of it."""
        sent = await self.rig.discord.administrator.submit_modal(await self.change(key), fields)
        await sent.acknowledged()
        return sent

    async def change(self, key: str) -> Invocation:
        ids = [each for each in self.message.now.custom_ids if each.startswith(f"settings-change:{key}:")]
        pressed = await self.rig.discord.administrator.click(self.message, ids[0])
        await pressed.acknowledged()
        return pressed


async def test_the_panel_leads_through_all_settings_and_outlives_the_process(rig: Rig) -> None:
    general = rig.general
    keepers = next(each for each in rig.discord.guilds[0].roles.values() if each.name == "Keepers")
    async with rig.bot():
        shown = await Shown.opened(rig)
        assert shown.text.startswith("**Settings of this server · Who and where**")
    async with rig.bot():
        await shown.fill("allowed-channels", {"channels": [general]})
        await shown.choose("settings-page", "limits")
        await shown.fill("limit-waiting", {"value": "5", "roles": [keepers], "number": "20"})
        assert f"**Waiting jobs** 5, <@&{keepers.id}>=20\n-# chosen for this server" in shown.text
        form = (await shown.change("limit-waiting")).modal
        assert form is not None
        assert form["components"][0]["component"]["value"] == "5, @Keepers=20"
        await shown.fill("limit-waiting", {"value": "5, @Keepers=20", "roles": [keepers]})
        assert "**Waiting jobs** 5\n" in shown.text
        await shown.choose("settings-channel", general)
        assert shown.text.startswith(f"**Settings of <#{general.id}> · Values and words**")
        await shown.fill("language", {"value": "zh-CN"})
        assert "**Language** 简体中文\n-# chosen for this channel" in shown.text
        await shown.choose("settings-reset", "language")
        assert "**Language** this server’s\n-# default" in shown.text
        await shown.choose("settings-channel")
        await shown.choose("settings-page", "places")
        assert f"**Channels** <#{general.id}>" in shown.text
        await shown.fill("allowed-channels", {"channels": []})
        assert "**Channels** everywhere\n-# default" in shown.text


async def test_every_setting_has_a_form_that_can_be_sent_as_it_is(rig: Rig) -> None:
    """Discord's rules for forms hold for all of them, with a value of their own and without."""
    typed = {
        key.name: key.kind.example.replace("Gold", "Keepers").replace("Silver", "painter")
        for key in KEYS.values()
    }
    typed |= {name: key.kind.names[-1] for name, key in KEYS.items() if key.kind.names}
    typed |= {
        "defaults": "txt2img.steps=20; *.sampler=euler",
        "workflow-access": "txt2img: #general @Keepers",
    }
    async with rig.bot():
        shown = await Shown.opened(rig)
        for page in Theme:
            await shown.choose("settings-page", page.value)
            for key in (each for each in KEYS.values() if each.theme is page):
                value = typed[key.name].replace("#art", "#general").replace("#fun", "#late-night")
                assert "now" in await choose(rig, key.name, value), key.name
                before = await told(rig, key.name)
                await shown.fill(key.name, {})
                assert await told(rig, key.name) == before, key.name
                await shown.choose("settings-reset", key.name)
                await shown.fill(key.name, {})
                assert "-# default" in await told(rig, key.name), key.name


async def told(rig: Rig, key: str) -> str:
    shown = await rig.discord.administrator.slash(rig.general, "/settings show", {"key": key})
    return (await shown.answered()).text


def test_the_longest_values_fit_a_panel_and_no_mention_is_cut() -> None:
    channels = " ".join(f"<#{10**17 + number}>" for number in range(300))
    access = "\n".join(f"workflow-{number}: <#{10**17 + number}>" for number in range(200))
    stored = {
        "allowed-channels": channels,
        "allowed-roles": channels.replace("#", "@&"),
        "moderator-roles": channels.replace("#", "@&"),
        "workflow-access": access,
        "added-prompt": "*" * 500,
        "added-negative": "_" * 500,
        "defaults": ";".join(f"w{number}.o=*" for number in range(500)),
    }
    layer = Layer({key: json.dumps(value) for key, value in stored.items()})
    chosen = Chosen([(Source.GUILD, layer)])
    for theme in Theme:
        for locale in ("en", "zh-CN"):
            view = panel(Page(theme, WHOLE_SERVER), chosen, locale)
            assert view.content_length() <= 4000
            assert view.total_children_count <= 40
            words = "\n".join(each.content for each in view.walk_children() if isinstance(each, TextDisplay))
            assert words.count("<#") + words.count("<@") == words.count(">")
