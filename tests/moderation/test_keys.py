"""Every setting is written as text, and reads as what it was."""

from collections.abc import Mapping

import pytest

from bot.errors import NotThere, Refused
from bot.moderation.access import Access, Adders
from bot.moderation.by_role import ByRole
from bot.moderation.key import Key
from bot.moderation.keys import (
    ADDED_PROMPT,
    ALLOWED_CHANNELS,
    CLASSIFIER,
    COOLDOWN,
    DEFAULTS,
    KEYS,
    LANGUAGE,
    LIMIT_WAITING,
    LOG_CHANNEL,
    MODERATOR_ROLES,
    NEWCOMER_DAYS,
    RETENTION_DAYS,
    WEIGHT,
    WORKFLOW_ACCESS,
    WORKFLOW_ADDERS,
    key_named,
)
from bot.moderation.mentions import with_mentions
from bot.moderation.thresholds import ClassifierAction
from bot.moderation.values import GuildLanguage
from bot.texts import render

ART, FUN, GOLD, SILVER = 10**17, 10**17 + 1, 10**18, 10**18 + 1
CHANNELS: Mapping[str, int] = {"art": ART, "art-and-fun": FUN}
ROLES: Mapping[str, int] = {"Gold": GOLD, "Gold Member": SILVER}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_the_default_of_each_is_written_as_it_reads(key: Key[object]) -> None:
    assert key.kind.read(key.kind.write(key.default)) == key.default
    assert all(render(key.about, locale) for locale in ("en", "zh-CN"))


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_the_example_of_each_is_one(key: Key[object]) -> None:
    if key.kind.example:
        named = {"art": ART, "fun": FUN}, {"Gold": GOLD, "Silver": SILVER}
        value = key.kind.read(with_mentions(key.kind.example, *named))
        assert key.kind.read(key.kind.write(value)) == value


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        (ALLOWED_CHANNELS, f"<#{ART}>, {FUN}", frozenset({ART, FUN})),
        (MODERATOR_ROLES, "OFF", frozenset[int]()),
        (LOG_CHANNEL, f"<#{ART}>", ART),
        (LIMIT_WAITING, f"5, <@&{GOLD}>=20; <@&{SILVER}>=off", ByRole(5, {GOLD: 20, SILVER: 0})),
        (LIMIT_WAITING, f"<@&{GOLD}>=20", ByRole(0, {GOLD: 20})),
        (COOLDOWN, "30", ByRole(30, least_is_best=True)),
        (WEIGHT, f"<@&{GOLD}>=3", ByRole(1, {GOLD: 3})),
        (
            WORKFLOW_ACCESS,
            f"flux: <#{ART}> <@&{GOLD}>; sdxl: off\nanime: <#{FUN}>, <#{ART}>",
            {
                "flux": Access(frozenset({ART}), frozenset({GOLD})),
                "sdxl": Access(is_off=True),
                "anime": Access(frozenset({ART, FUN})),
            },
        ),
        (WORKFLOW_ADDERS, f"Managers <@&{GOLD}>", Adders(managers=True, roles=frozenset({GOLD}))),
        (WORKFLOW_ADDERS, f"<@&{GOLD}>", Adders(managers=True, roles=frozenset({GOLD}))),
        (
            DEFAULTS,
            'txt2img.steps=20; *.sampler=euler ; txt2img.prompt="a; \\"b\\"\\nc"; txt2img.size=a=b',
            {
                ("txt2img", "steps"): "20",
                ("*", "sampler"): "euler",
                ("txt2img", "prompt"): 'a; "b"\nc',
                ("txt2img", "size"): "a=b",
            },
        ),
        (ADDED_PROMPT, " by <@&1>, #art; off the wall ", "by <@&1>, #art; off the wall"),
        (
            CLASSIFIER,
            "nudity: spoiler 0.5, Refuse 0.9; gore: review 1",
            {
                "nudity": {ClassifierAction.SPOILER: 0.5, ClassifierAction.REFUSE: 0.9},
                "gore": {ClassifierAction.REVIEW: 1.0},
            },
        ),
        (LANGUAGE, "ZH-cn", GuildLanguage.CHINESE),
        (RETENTION_DAYS, "off", 0),
    ],
)
def test_a_value_is_read_and_written(key: Key[object], typed: str, value: object) -> None:
    assert key.kind.read(typed) == value
    assert key.kind.read(key.kind.write(value)) == value


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        (ALLOWED_CHANNELS, f"<@&{GOLD}>"),
        (LIMIT_WAITING, "5, 6"),
        (LIMIT_WAITING, "-1"),
        (LIMIT_WAITING, "\uff11\uff12"),
        (LIMIT_WAITING, "1" * 5000),
        (WEIGHT, "0"),
        (NEWCOMER_DAYS, "0"),
        (WORKFLOW_ACCESS, "flux"),
        (WORKFLOW_ACCESS, "flux: everybody"),
        (WORKFLOW_ADDERS, f"managers <#{ART}>"),
        (WORKFLOW_ADDERS, "everybody"),
        (DEFAULTS, "steps=20"),
        (DEFAULTS, 'txt2img.steps="20'),
        (ADDED_PROMPT, "x" * 501),
        (CLASSIFIER, "nudity: hide 0.5"),
        (CLASSIFIER, "nudity: refuse 1.5"),
        (LANGUAGE, "fr"),
    ],
)
def test_what_is_no_value_is_refused(key: Key[object], typed: str) -> None:
    with pytest.raises(Refused) as refused:
        key.kind.read(typed)
    assert all(render(refused.value.message, locale) for locale in ("en", "zh-CN"))


def test_of_several_roles_the_most_generous_number_holds() -> None:
    limit = ByRole(5, {GOLD: 20, SILVER: 2, 3: 0})
    assert [limit.of(roles) for roles in ((), (4,), (SILVER,), (SILVER, GOLD), (GOLD, 3))] == [5, 5, 2, 20, 0]
    pause = ByRole(60, {GOLD: 10, SILVER: 90}, least_is_best=True)
    assert [pause.of(roles) for roles in ((), (SILVER,), (SILVER, GOLD))] == [60, 90, 10]


def test_access_is_by_channel_and_by_role() -> None:
    access = Access(frozenset({ART}), frozenset({GOLD}))
    assert [access.is_open_in(each) for each in ((ART,), (5, ART), (FUN,))] == [True, True, False]
    assert [access.is_open_to(each) for each in ((GOLD, 1), ())] == [True, False]
    assert Access().is_open_in((FUN,))
    assert not Access(is_off=True).is_open_to((GOLD,))


def test_names_become_mentions_and_of_those_that_begin_alike_the_longest() -> None:
    typed = f"5, @gold member=20, @Gold=9 #art-and-fun #art <#{ART}> a #"
    with pytest.raises(Refused):
        with_mentions(typed, CHANNELS, ROLES)
    wanted = f"5, <@&{SILVER}>=20, <@&{GOLD}>=9 <#{FUN}> <#{ART}> <#{ART}> a "
    assert with_mentions(typed[:-1], CHANNELS, ROLES) == wanted
    with pytest.raises(Refused):
        with_mentions("@Bronze=1", CHANNELS, ROLES)


def test_who_misspells_a_name_is_told_the_nearest() -> None:
    assert key_named(" Language ") is KEYS["language"]
    with pytest.raises(NotThere) as unknown:
        key_named("langage")
    assert "language" in render(unknown.value.message, "en")
