"""What an order becomes: alike in every process that hears it."""

from uuid import UUID

from msgspec.structs import replace

from bot.comfy import Node
from bot.generation.new_jobs import new_job, picks, seeds
from bot.generation.orders import Order
from bot.jobs.group import GroupKind, Membership
from bot.moderation.people import ChannelFacts, Requester
from bot.texts import text
from bot.workflows import Filled, Workflow
from bot.workflows.template import InputRef
from bot.workflows.workflow import Amounts
from tests.generation.sample import REPLY, place

ORDER = Order(
    "draw", {}, interaction_id=42, place=place(), reply=REPLY, requester=Requester(3), channel=ChannelFacts(2)
)


def picked(order: Order) -> list[int]:
    pick = picks(order)
    return [pick(1000) for _ in range(5)]


def member(kind: GroupKind, number: int) -> Order:
    return replace(ORDER, group=Membership(UUID(int=1), kind, number, count=4))


def test_two_processes_pick_alike_for_one_interaction_and_otherwise_for_another() -> None:
    assert picked(ORDER) == picked(ORDER) == [30, 259, 639, 753, 765]
    assert picked(ORDER) != picked(replace(ORDER, interaction_id=43))


def test_picks_in_words_change_no_seed() -> None:
    alone, beside, pick = seeds(42), seeds(42), picks(ORDER)
    expected = [alone(), alone()]
    first = beside()
    pick(9)
    assert [first, beside()] == expected


def test_what_is_repeated_has_its_own_words_and_what_is_compared_the_same() -> None:
    repeated = [picked(member(GroupKind.REPEAT, number)) for number in range(1, 5)]
    assert all(repeated.count(each) == 1 for each in repeated)
    compared = [picked(member(GroupKind.COMPARE, number)) for number in range(1, 5)]
    assert compared == [compared[0]] * 4


def test_what_was_typed_and_what_is_to_be_told_is_written_down() -> None:
    typed = {"prompt": "{a|b}"}
    workflow = Workflow("draw", "Draws", {}, (), {}, frozenset())
    notices = (text("prompt-lora-none", name="ink"),)
    before = text("prompt-lora-unknown", name="pastel")
    order = replace(ORDER, notices=(before,))
    made = new_job(order, workflow, Filled({}, {"prompt": "a"}, frozenset(), typed=typed, notices=notices))
    assert (made.values, made.typed, made.notices) == ({"prompt": "a"}, typed, (before, *notices))


def test_what_a_job_costs_goes_by_its_models_and_how_much_there_is_to_do() -> None:
    steps = Amounts(steps=(InputRef("3", "steps"),))
    workflow = Workflow("draw", "Draws", {}, (), {}, frozenset(), amounts=steps)
    needs = frozenset({"KSampler", "CheckpointLoaderSimple.ckpt_name=a.safetensors"})
    made = new_job(ORDER, workflow, Filled({"3": Node("KSampler", {"steps": 20})}, {}, needs))
    assert (made.models, made.work) == ({"a.safetensors"}, 20.0)
