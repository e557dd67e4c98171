"""What is known of a command while it is changed: what servers would allow, and what is wrong with single options."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from bot.comfy import Graph, Node, graph_to_json
from bot.texts import DEFAULT_LOCALE, render
from bot.workflows import Unavailable, WorkflowError
from bot.workflows.brought import Brought
from bot.workflows.editable import editable
from bot.workflows.edited import Edited
from bot.workflows.template import OptionKind
from tests.workflow_terminal import changed_ui
from tests.workflows.inference.samples import CLASSIC, server
from tests.workflows.test_bringing import offering

Json = Any
HEAD = 'description = "Foxes"\n'
STEPS = '[options.steps]\ndescription = "Steps"\nnode = "3"\ninput = "steps"\n'
SAMPLER = '[options.sampler]\ndescription = "How"\nnode = "3"\ninput = "sampler_name"\n'


def _edited(command: str, graph: Graph = CLASSIC) -> Edited:
    draft = Brought("fox", graph_to_json(graph).encode(), HEAD + command).draft()
    made = editable(draft, offering())
    assert isinstance(made, Edited)
    return made


def test_an_option_is_known_as_it_is_offered_and_as_it_would_be_if_nothing_was_narrowed() -> None:
    made = _edited(
        STEPS + "default = 7\nmin = 5\nmax = 9\n" + SAMPLER + 'choices = ["heun"]\ntype = "choice"\n'
    )

    steps, whole = made.options["steps"], made.whole["steps"]
    assert (steps.minimum, steps.maximum, steps.default) == (5, 9, 7)
    assert (whole.minimum, whole.maximum, whole.default) == (1, 100, 20)
    assert made.options["sampler"].choices == ("heun",)
    assert made.whole["sampler"].choices == ("euler", "heun")
    assert made.problems == {}
    words = _edited(
        '[options.mood]\ndescription = "Mood"\nnode = "6"\ninput = "text"\ntype = "choice"\nchoices = ["red"]\n'
    )
    assert (words.options["mood"].kind, words.whole["mood"].kind) == (OptionKind.CHOICE, OptionKind.TEXT)


def test_one_option_that_cannot_be_offered_so_keeps_no_other_from_being_changed() -> None:
    made = _edited(STEPS + "min = 0\n" + SAMPLER)

    assert list(made.problems) == ["steps"]
    told = render(made.problems["steps"], DEFAULT_LOCALE)
    assert told.startswith("has the min 0, and 'steps' of node ")
    assert made.options["steps"] == made.whole["steps"]
    assert made.options["sampler"].kind is OptionKind.CHOICE


def test_what_may_name_a_place_is_marked_for_nobody_is_asked_for_it() -> None:
    graph = {**CLASSIC, "10": Node("SaveText", {"script": "notes"})}
    made = _edited('[options.script]\ndescription = "What"\nnode = "10"\ninput = "script"\n', graph)

    assert "script" in made.problems


def test_what_no_server_can_read_can_be_named_and_described_but_not_its_options() -> None:
    def fancy(document: Json) -> None:
        document["nodes"][0].update(type="LoadFancy")

    bare = Brought("fox", json.dumps(changed_ui(fancy)).encode(), HEAD)

    made = editable(bare.draft(), offering())
    assert isinstance(made, Edited)
    assert (made.template.description, made.options) == ("Foxes", {})
    assert isinstance(editable(replace(bare, command=HEAD + STEPS).draft(), offering()), Unavailable)


def test_a_command_that_contradicts_its_workflow_cannot_be_changed() -> None:
    with pytest.raises(WorkflowError):
        _edited('[options.x]\ndescription = "X"\nnode = "99"\ninput = "x"\n')


def test_it_is_judged_by_the_server_that_comes_closest() -> None:
    draft = Brought("fox", graph_to_json(CLASSIC).encode(), HEAD + STEPS).draft()

    made = editable(draft, offering(server(without=["KSampler"]), server()))
    assert isinstance(made, Edited)
    assert made.options["steps"].maximum == 100
