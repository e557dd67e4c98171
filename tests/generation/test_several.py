"""From one command to the orders of a group."""

import dataclasses
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from bot.errors import Refused
from bot.generation import Axis, Order, compared
from bot.generation.board import ProgressBoard
from bot.generation.differences import distinguished
from bot.generation.group_orders import repeated
from bot.generation.group_standing import GroupStanding, group_standing, most_telling, one_a_group
from bot.generation.progress import Progress
from bot.generation.several import several
from bot.jobs.group import GroupKind, Membership
from bot.jobs.job import Job, Place, Position, Reply, Standing, State, job_id_of, member_id_of
from bot.moderation.people import ChannelFacts, Requester
from bot.texts import render
from bot.workflows import Workflow, resolve
from bot.workflows.prompts import Wildcards
from bot.workflows.template import Scalar
from tests.delivery.generation import WORKFLOWS
from tests.delivery.sample import job
from tests.workflows.samples import load_templates


@pytest.fixture(scope="module")
def txt2img() -> Workflow:
    template = next(each for each in load_templates(WORKFLOWS) if each.name == "txt2img")
    found = resolve(template, [])
    assert isinstance(found, Workflow)
    return found


def order(**values: Scalar) -> Order:
    return Order(
        "txt2img", values, 1000, Place(1, 2, 3), Reply(4, "t", 0.0, 10), Requester(3), ChannelFacts(2)
    )


async def no_lists() -> Wildcards:
    raise AssertionError("no wildcard was typed")


async def asked(workflow: Workflow, *, repeat: int = 1, every: bool = True, **values: Scalar) -> list[Order]:
    return list(await several(order(**values), workflow, no_lists, repeat=repeat, every=every))


def told(orders: list[Order], option: str) -> list[Scalar]:
    return [each.values[option] for each in orders]


async def test_every_combination_is_an_order_with_its_label_and_the_words_as_they_were_typed(
    txt2img: Workflow,
) -> None:
    words = "a {red|blue} fox"
    orders = await asked(txt2img, prompt=words, negative="{blurry|dark}")
    assert told(orders, "prompt") == ["a red fox"] * 2 + ["a blue fox"] * 2
    assert told(orders, "negative") == ["blurry", "dark"] * 2
    groups = [each.group for each in orders if each.group]
    assert [each.labels for each in groups] == [
        ("red · blurry",),
        ("red · dark",),
        ("blue · blurry",),
        ("blue · dark",),
    ]
    assert {(each.group_id, each.kind, each.count) for each in groups} == {
        (job_id_of(1000), GroupKind.ALL, 4)
    }
    assert {(each.typed["prompt"], each.seed_round) for each in orders} == {(words, 0)}


async def test_combinations_can_be_repeated_with_one_seed_a_round(txt2img: Workflow) -> None:
    orders = await asked(txt2img, prompt="{red|blue}", repeat=2, seed=7)
    assert [(each.values["prompt"], each.values["seed"]) for each in orders] == [
        ("red", 7),
        ("blue", 7),
        ("red", 8),
        ("blue", 8),
    ]
    assert [each.group.labels for each in orders if each.group] == [
        ("red #1",),
        ("blue #1",),
        ("red #2",),
        ("blue #2",),
    ]


@pytest.mark.parametrize(
    ("words", "repeat", "said"),
    [
        ("{1|2|3|4|5}{1|2|3|4}", 1, "That would be 20 combinations, and 16 are the most at once."),
        ("{1|2|3|4}{1|2}", 3, "That would be 8 combinations, 3 times each, and 16 are the most at once."),
        ("{a|b}" * 99, 1, "That would be > 1000000 combinations"),
    ],
)
async def test_too_many_are_refused_with_their_number(
    txt2img: Workflow, words: str, repeat: int, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        await asked(txt2img, prompt=words, repeat=repeat)
    assert render(refused.value.message, "en").startswith(said)


async def test_words_that_leave_nothing_open_are_one_order_and_no_group(txt2img: Workflow) -> None:
    (only,) = await asked(txt2img, prompt="a fox")
    assert (only.group, only.values["prompt"]) == (None, "a fox")


def test_repetitions_have_random_seeds_of_their_own_or_follow_the_given_one(txt2img: Workflow) -> None:
    free = repeated(order(prompt="fox"), txt2img, 3)
    assert [(each.seed_round, each.values) for each in free] == [(n, {"prompt": "fox"}) for n in range(3)]
    assert told(repeated(order(seed="41"), txt2img, 3), "seed") == ["41", 42, 43]


def test_after_the_largest_seed_comes_the_smallest(txt2img: Workflow) -> None:
    (seed,) = [option for option in txt2img.options if option.name == "seed"]
    narrow = dataclasses.replace(txt2img, options=(replace(seed, minimum=5, maximum=7),))
    assert told(repeated(order(seed=6), narrow, 4), "seed") == [6, 7, 5, 6]


def test_a_comparison_goes_row_by_row() -> None:
    across = Axis("cfg", (4.0, 6.0), ("cfg 4", "cfg 6"))
    down = Axis("sampler", ("euler", "ddim"), ("sampler euler", "sampler ddim"))
    orders = compared(order(prompt="fox"), across, down)
    assert [(each.values, each.group and each.group.labels) for each in orders] == [
        ({"prompt": "fox", "cfg": 4.0, "sampler": "euler"}, ("cfg 4", "sampler euler")),
        ({"prompt": "fox", "cfg": 6.0, "sampler": "euler"}, ("cfg 6", "sampler euler")),
        ({"prompt": "fox", "cfg": 4.0, "sampler": "ddim"}, ("cfg 4", "sampler ddim")),
        ({"prompt": "fox", "cfg": 6.0, "sampler": "ddim"}, ("cfg 6", "sampler ddim")),
    ]
    assert [each.group and each.group.labels for each in compared(order(), across, None)] == [
        ("cfg 4",),
        ("cfg 6",),
    ]


def prompts(*words: str) -> list[Mapping[str, str]]:
    return [{"prompt": each} for each in words]


def test_what_tells_texts_apart_is_what_stands_between_their_common_ends() -> None:
    assert distinguished(prompts("a red fox", "a blue fox")) == ["red", "blue"]
    assert distinguished(prompts("fox", "red fox")) == ["–", "red"]
    assert distinguished(prompts("一只红狐狸", "一只蓝狐狸")) == ["红", "蓝"]
    assert distinguished(prompts("redder", "redness")) == ["redder", "redness"]
    assert distinguished(prompts("same", "same")) == ["–", "–"]


def members(*states: State) -> list[Job]:
    group_id = job().id
    return [
        replace(
            job(),
            id=member_id_of(group_id, number),
            state=state,
            group=Membership(group_id, GroupKind.REPEAT, number, len(states)),
        )
        for number, state in enumerate(states, start=1)
    ]


def test_how_a_group_stands_counts_each_kind_of_end() -> None:
    made = members(State.DONE, State.FAILED, State.CANCELLED, State.RUNNING, State.QUEUED)
    standing = group_standing(made)
    assert standing == GroupStanding(5, done=1, failed=1, cancelled=1, running=(made[3].id,))
    board = ProgressBoard()
    assert standing.fraction(board, made[3].id) == 0.6
    board.publish(Progress(made[3].id, 0.5))
    assert standing.fraction(board, made[3].id) == 0.7


def test_the_member_that_runs_tells_most_then_the_one_that_is_next() -> None:
    board = ProgressBoard()
    made = members(State.DONE, State.PREPARING, State.QUEUED, State.RUNNING, State.RUNNING)
    board.publish(Progress(made[4].id, 0.1, started_at=1.0))
    assert most_telling(made, board) is made[4]
    board.clear(made[4].id)
    assert most_telling(made, board) is made[3]
    assert most_telling(made[:3], board) is made[2]
    assert most_telling(made[:1], board) is None


def test_of_a_group_one_is_listed() -> None:
    made = [Standing(each, Position(number)) for number, each in enumerate(members(*[State.QUEUED] * 3))]
    alone = Standing(replace(job(), id=job_id_of(7)), Position(3))
    assert one_a_group([*made, alone]) == [made[0], alone]
