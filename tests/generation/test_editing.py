"""A command is changed by what the servers have, or not at all."""

import pytest

from bot.comfy import ObjectInfo, graph_to_json
from bot.errors import NotThere, UserError
from bot.generation.editing import Editing
from bot.generation.offerings import Offerings
from bot.texts import DEFAULT_LOCALE, render
from bot.workflows.bringing import with_options
from bot.workflows.brought import Brought, without_options
from bot.workflows.editing import Asked, asked, command_described, narrowed
from tests.generation.test_adding import RULES
from tests.workflows.inference.samples import CLASSIC, server
from tests.workflows.test_bringing import offering


def _editing(*known: ObjectInfo) -> Editing:
    return Editing(Offerings(lambda: known, RULES))


def _brought() -> Brought:
    return with_options(without_options("fox", graph_to_json(CLASSIC).encode(), "Foxes"), offering())


async def test_options_are_looked_for_anew_until_somebody_changes_one() -> None:
    editing = _editing(server())
    named, made = await editing.change(
        _brought(), lambda made: command_described(made.template, "Red foxes"), name="vixen"
    )
    assert (named.name, made.template.description, named.is_as_found) == ("vixen", "Red foxes", True)
    hidden, made = await editing.change(named, lambda made: asked(made.template, "steps", Asked.NEVER))
    assert not hidden.is_as_found
    assert (await editing.look(hidden)).template == made.template


async def test_what_no_server_could_offer_is_refused_and_says_which_option_and_why() -> None:
    with pytest.raises(UserError) as caught:
        await _editing(server()).change(
            _brought(), lambda made: narrowed(made.template, "steps", maximum=20_000)
        )
    told = render(caught.value.message, DEFAULT_LOCALE)
    assert told.startswith("Option `steps` has the max 20000, and 'steps' of node ")


async def test_what_was_wrong_before_keeps_nobody_from_changing_something_else() -> None:
    broken = Brought("fox", _brought().source, _brought().command + "max = 20000\n")
    editing = _editing(server())
    before = await editing.look(broken)
    assert len(before.problems) == 1
    _, after = await editing.change(broken, lambda made: command_described(made.template, "Red foxes"))
    assert after.problems == before.problems


async def test_without_a_server_nothing_is_known() -> None:
    with pytest.raises(NotThere):
        await _editing().look(_brought())
