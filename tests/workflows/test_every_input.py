"""Every input that a server declares, as an option of a command that discord.py builds: nothing it says is an error."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast
from uuid import UUID

import discord
import pytest
from discord import app_commands, ui

from bot.client.translator import CommandTranslator
from bot.comfy import InputSpec, JsonValue, Node, ObjectInfo
from bot.comfy.objects import parse_object_info
from bot.generation import Actor, Expected, Order, OwnJobs, PresetBook, ReadRecipe
from bot.generation.remedies import Remedy
from bot.inputs.fetching import Origins
from bot.jobs.inputs import Attachment, KeptInput
from bot.jobs.job import Job, MessageRef, Standing, Ticket
from bot.jobs.pending import Answers, PendingOrder
from bot.jobs.pending_store import PendingStore
from bot.texts import Text
from bot.workflows import InputRef, OptionKind, OptionSpec, Template, Workflow, WorkflowError, resolve
from bot.workflows.kinds import WIDGETS
from cogs import Cogs

PAIRS = Path(__file__).parents[3] / "shared" / "pairs"
LARGEST = 2**53 - 1
NAN, INFINITY = float("nan"), float("inf")

HOSTILE_BOUNDS: Mapping[str, Mapping[str, JsonValue]] = {
    "mixed": {"min": 0, "max": 1.0},
    "mixed the other way": {"min": 0.0, "max": 1},
    "fractions": {"min": 0.5, "max": 9.5},
    "swapped": {"min": 10, "max": 1},
    "nothing whole": {"min": 0.2, "max": 0.8},
    "not numbers": {"min": NAN, "max": NAN},
    "endless": {"min": -INFINITY, "max": INFINITY},
    "texts": {"min": "0", "max": "1", "step": "1"},
    "flags": {"min": False, "max": True, "step": True},
    "huge": {"min": -(2**64), "max": 2**64, "step": 2**64},
    "beyond floats": {"min": -(2**5000), "max": 2**5000, "step": 2**5000},
    "all beyond Discord": {"min": 2**64, "max": 2**65},
    "all beyond Discord, open": {"min": 2**64},
    "all below Discord": {"max": -(2**64)},
    "negative steps": {"min": 0, "max": 10, "step": -3},
    "no steps": {"min": 0, "max": 10, "step": 0},
    "missing": {},
    "no max": {"min": 0},
    "no min": {"max": 1.0},
    "lists": {"min": [], "max": {}, "step": [1]},
}


class Offered:
    """A service that offers what the test says."""

    def __init__(self, workflows: Mapping[str, Workflow]) -> None:
        self.changed = asyncio.Event()
        self.workflows = workflows

    @property
    def pending(self) -> PendingStore:
        raise NotImplementedError

    @property
    def own_jobs(self) -> OwnJobs:
        return cast("OwnJobs", self)

    async def kept_files(self, job: Job) -> Mapping[str, KeptInput]:
        raise NotImplementedError

    async def ways_out(self, job: Job, reason: Text) -> tuple[Remedy, ...]:
        raise NotImplementedError

    def ways_out_of_refusal(self, reason: Text, workflow: str, answers: Answers) -> tuple[Remedy, ...]:
        raise NotImplementedError

    def ways_out_of_order(self, order: PendingOrder) -> tuple[Remedy, ...]:
        raise NotImplementedError

    def missing(self, workflow: str, failed: Job | None = None) -> tuple[Text, ...]:
        raise NotImplementedError

    def can_run(self, needs: frozenset[str]) -> bool:
        raise NotImplementedError

    def needs_of(self, workflow: str) -> frozenset[str]:
        raise NotImplementedError

    async def submit(self, order: Order) -> Ticket:
        raise NotImplementedError

    async def cancel(self, job_id: UUID, actor: Actor) -> Text:
        raise NotImplementedError

    async def told_by(self, message_id: int, actor: Actor) -> Job | None:
        raise NotImplementedError

    async def seen(self, job_id: UUID, actor: Actor) -> Job:
        raise NotImplementedError

    async def read(self, files: Sequence[Attachment]) -> ReadRecipe:
        raise NotImplementedError

    async def open_jobs(self, guild_id: int | None, user_id: int, most: int) -> tuple[list[Expected], int]:
        raise NotImplementedError

    async def cancellable(self, actor: Actor) -> list[Standing]:
        raise NotImplementedError

    def choices(self, workflow: str, option: str) -> tuple[str, ...]:
        raise NotImplementedError

    async def opening(self, ticket: Ticket) -> ui.LayoutView | None:
        raise NotImplementedError

    def follow(self, job_id: UUID, message: MessageRef | None) -> None:
        raise NotImplementedError

    def leave_to_another(self, job_id: UUID) -> None:
        raise NotImplementedError


async def _payloads(workflows: Mapping[str, Workflow]) -> dict[str, dict[str, JsonValue]]:
    """Command name → what Discord is sent for its only option."""
    service = Offered(workflows)
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    payloads = [
        await command.get_translated_payload(tree, CommandTranslator())
        for command in Cogs(
            generation=service,
            statuses=service,
            recipes=service,
            presets=cast("PresetBook", service),
            origins=Origins(),
        ).commands()
    ]
    return {each["name"]: each["options"][0] for each in payloads if each["name"] in workflows}


def _resolved(name: str, info: ObjectInfo, class_type: str, spec: InputSpec) -> Workflow | str:
    graph = {"1": Node(class_type, {spec.name: _value(spec)})}
    kind = None if spec.upload is None else OptionKind(spec.upload)
    option = OptionSpec("x", "An x", (InputRef("1", spec.name),), required=True, kind=kind)
    try:
        made = resolve(Template(name, "A command", graph, (option,), Path()), [info])
    except WorkflowError as error:
        return str(error)
    return made if isinstance(made, Workflow) else str(made.reasons)


def _value(spec: InputSpec) -> JsonValue:
    match spec.type:
        case "INT":
            return 1
        case "FLOAT":
            return 1.5
        case "BOOLEAN":
            return True
        case "COMBO":
            return (spec.options or ("?",))[0]
        case _:
            return "words"


def _check_option(option: Mapping[str, JsonValue], of: str) -> None:
    is_whole = option["type"] == discord.AppCommandOptionType.integer.value
    bounds = [
        bound for key in ("min_value", "max_value") if isinstance(bound := option.get(key), int | float)
    ]
    assert all(isinstance(bound, int if is_whole else float) for bound in bounds), of
    assert all(-LARGEST <= bound <= LARGEST for bound in bounds), of
    assert bounds == sorted(bounds), of
    json.dumps(option, ensure_ascii=False).encode()


async def _check(info: ObjectInfo) -> int:
    """Returns how many number inputs became options: all of them."""
    specs = [
        (class_type, spec)
        for class_type, node_class in info.classes.items()
        for spec in node_class.inputs.values()
        if spec.type in WIDGETS
    ]
    made = {f"w{at}": _resolved(f"w{at}", info, *each) for at, each in enumerate(specs)}
    payloads = await _payloads({name: each for name, each in made.items() if isinstance(each, Workflow)})
    numbers = 0
    for at, (class_type, spec) in enumerate(specs):
        of, option = f"{class_type}.{spec.name}", payloads.get(f"w{at}")
        if option is not None:
            _check_option(option, of)
        if spec.type in {"INT", "FLOAT"}:
            numbers += 1
            assert option is not None, f"{of}: {made[f'w{at}']}"
        if spec.upload is not None:
            assert option is not None, f"{of}: {made[f'w{at}']}"
            assert option["type"] == discord.AppCommandOptionType.attachment.value, of
    return numbers


def _hostile() -> ObjectInfo:
    inputs: dict[str, JsonValue] = {
        f"{kind} {name}": [kind, config]
        for kind in ("INT", "FLOAT")
        for name, config in HOSTILE_BOUNDS.items()
    }
    inputs |= {
        "blank choice": [["a", " ", "", " b"]],
        "half a character": [["a", "\ud800"], {"tooltip": "\ud800"}],
        "odd choices": [[1, 2.5, None, True, ["nested"], {"a": 1}]],
        "many choices": [[f"model-{number}" for number in range(300)]],
        "long choice": [["x" * 101]],
        "picture": [[], {"image_upload": True}],
        "film": ["COMBO", {"video_upload": True, "remote": {"route": "/elsewhere"}}],
        "painting": ["STRING", {"image_upload": True}],
        "switch": ["BOOLEAN", {"default": "no"}],
        "words": ["STRING", {"default": 5, "multiline": "yes"}],
    }
    return parse_object_info({"Hostile": {"input": {"required": inputs}, "output": []}})


async def test_whatever_bounds_a_node_declares_become_an_option_that_discord_takes() -> None:
    assert await _check(_hostile()) == 2 * len(HOSTILE_BOUNDS)


def _object_infos() -> Iterator[Path]:
    yield from sorted(PAIRS.glob("object_info-*.json"))


@pytest.mark.skipif(not PAIRS.is_dir(), reason="needs ../shared/pairs")
async def test_every_input_of_the_real_servers_becomes_an_option_that_discord_takes() -> None:
    counts = [
        await _check(parse_object_info(json.loads(path.read_text(encoding="utf-8"))))
        for path in _object_infos()
    ]
    assert all(count > 500 for count in counts)
