"""The score of the options that are found: on real workflows where they lie beside the repository, and how it judges."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.workflows import Workflow, resolve
from tests.workflows.inference.judging import Expected, Judged, Verdict, expectations, judge
from tests.workflows.inference.real import PAIRS, offered, server_of
from tests.workflows.inference.samples import CLASSIC, inferred, server
from tests.workflows.samples import NO_CAPS

GOOD_ENOUGH = 0.95
CLASSIC_NEEDS = Expected(
    "6.text", frozenset({"negative", "seed", "size", "width", "height"}), frozenset({"steps"})
)


def _classic() -> Workflow:
    template = inferred(CLASSIC).template("fox", "A fox", Path("fox"))
    workflow = resolve(template, [server()], caps=NO_CAPS)
    assert isinstance(workflow, Workflow)
    return workflow


def _without(workflow: Workflow, name: str) -> Workflow:
    return dataclasses.replace(
        workflow, options=tuple(each for each in workflow.options if each.name != name)
    )


def _changed(workflow: Workflow, which: str, **changes: Any) -> Workflow:
    options = tuple(replace(each, **changes) if each.name == which else each for each in workflow.options)
    return dataclasses.replace(workflow, options=options)


def test_what_has_all_that_people_look_for_is_good() -> None:
    assert judge(_classic(), CLASSIC_NEEDS) == Judged(Verdict.GOOD, ())


def test_what_lacks_something_that_would_be_nice_is_usable() -> None:
    found = _changed(_without(_classic(), "steps"), "cfg", name="cfg-2")

    assert judge(found, CLASSIC_NEEDS) == Judged(
        Verdict.USABLE, ("would better have steps", "has cfg-2, one too many")
    )


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (_without(_classic(), "prompt"), "the prompt is not 6.text but missing"),
        (_changed(_classic(), "negative", name="prompt-2"), "asks for the words prompt-2"),
        (_without(_classic(), "seed"), "lacks seed"),
        (_changed(_classic(), "width", minimum=-(2**53), maximum=2**53), "width goes from"),
        (_changed(_classic(), "steps", description="value of Int (Steps)"), "steps is described as"),
    ],
    ids=["no prompt", "too many prompts", "no seed", "no bounds", "no description"],
)
def test_what_misleads_is_bad(found: Workflow, reason: str) -> None:
    judged = judge(found, CLASSIC_NEEDS)

    assert judged.verdict is Verdict.BAD
    assert any(each.startswith(reason) for each in judged.reasons), judged.reasons


@pytest.mark.skipif(not PAIRS.is_dir(), reason="the pairs lie beside the repository on some machines only")
def test_real_workflows_get_the_options_that_people_would_look_for() -> None:
    servers = server_of(PAIRS)
    judged: dict[str, Judged] = {}
    for name, expected in expectations("pairs").items():
        workflow = offered(PAIRS / f"{name}.ui.json", servers[name])
        assert isinstance(workflow, Workflow), (name, workflow)
        judged[name] = judge(workflow, expected)

    assert len(judged) >= 60
    assert {name: each.reasons for name, each in judged.items() if each.verdict is Verdict.BAD} == {}
    good = sum(each.verdict is not Verdict.BAD for each in judged.values())
    assert good >= GOOD_ENOUGH * len(judged)
