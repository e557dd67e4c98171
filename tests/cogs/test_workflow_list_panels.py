"""What is shown of a server's workflows, at its longest and in both languages."""

import pytest
from discord import ui
from msgspec.structs import replace

from bot.jobs.guild_workflow import MOST_VERSIONS, MOST_WORKFLOWS, GuildWorkflow, ListedVersion, WorkflowState
from bot.moderation.access import Access
from bot.texts import text
from bot.workflows import Option, OptionKind
from bot.workflows.preview import Preview
from cogs._workflow_list_layout import Shown, history_panel, list_panel, one_panel, remove_panel

LONGEST = "狐" * 30
WORKFLOW = GuildWorkflow(
    10**18,
    1,
    LONGEST,
    WorkflowState.PUBLISHED,
    29,
    30,
    shared=True,
    taken_away=False,
    created_by=10**18,
    created_at=1e9,
)
VERSIONS = [
    ListedVersion(10**18, 1, number, LONGEST, "", 1, 10**18, 1e9, None if number == MOST_VERSIONS else 1e9)
    for number in range(MOST_VERSIONS, 0, -1)
]
OPTION = Option(LONGEST, "x", OptionKind.CHOICE, (), choices=("a" * 90, "b" * 90), default="a" * 90)
PREVIEW = Preview(
    LONGEST,
    "说" * 100,
    options=(OPTION,) * 60,
    lacks=(text("workflow-lacks-name", node="x" * 300, input="y", name="z"),) * 9,
)


def _menus(view: ui.LayoutView) -> list[list[str]]:
    menus = [each for each in view.walk_children() if isinstance(each, ui.Select)]
    return [[option.value for option in menu.options] for menu in menus]


def _words(view: ui.LayoutView) -> str:
    return "\n".join(each.content for each in view.walk_children() if isinstance(each, ui.TextDisplay))


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_most_that_there_can_be_fits_into_a_message(locale: str) -> None:
    many = [
        replace(WORKFLOW, id=number, name=f"{number}{LONGEST}", taken_away=True)
        for number in range(MOST_WORKFLOWS)
    ]
    listed = list_panel(many, locale)
    access = Access(frozenset(range(10**18, 10**18 + 25)), frozenset(range(10**18, 10**18 + 25)))
    for view in (
        listed,
        history_panel(WORKFLOW, VERSIONS, locale),
        one_panel(Shown(WORKFLOW, VERSIONS, PREVIEW, access, text("guild-commands-full", most=100)), locale),
        remove_panel(WORKFLOW, locale),
    ):
        assert view.content_length() <= 4000
        assert len(list(view.walk_children())) <= 40
    assert [len(menu) for menu in _menus(listed)] == [25, 25]


def test_only_a_version_that_was_published_and_is_not_offered_can_be_offered_again() -> None:
    shown = history_panel(WORKFLOW, VERSIONS[:4], "en")
    assert _menus(shown) == [["28", "27"]]
    assert "**30** · /" in _words(shown)
    assert "**29** · **offered** · /" in _words(shown)
    first = history_panel(replace(WORKFLOW, current=30), VERSIONS[:1], "en")
    assert _menus(first) == []
    assert "no former version" in _words(first)


@pytest.mark.parametrize(
    ("changes", "can", "said"),
    [
        ({}, {"disable"}, "offered, version 29"),
        ({"state": WorkflowState.DISABLED}, {"enable"}, "disabled"),
        ({"state": WorkflowState.DRAFT, "current": None}, set[str](), "draft, not published yet"),
        ({"taken_away": True}, {"disable"}, "taken away by the operator of the bot"),
    ],
)
def test_what_can_be_done_follows_from_its_state(
    changes: dict[str, object], can: set[str], said: str
) -> None:
    workflow = replace(WORKFLOW, **changes)  # pyright: ignore[reportArgumentType]  # names and types of its fields
    view = one_panel(Shown(workflow, VERSIONS, Preview("fox")), "en")
    pressed = {
        (each.custom_id or "").split(":")[0].removeprefix("workflow-own-")
        for each in view.walk_children()
        if isinstance(each, ui.Button)
    }
    assert pressed & {"enable", "disable"} == can
    assert pressed >= {"edit", "history", "export", "remove", "list"}
    assert f"-# {said}" in _words(view)
