"""Every input that a server declares, as an option of a command that discord.py builds: nothing it says is an error."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import discord
import pytest
from discord import app_commands

from bot.client.translator import CommandTranslator
from bot.comfy import InputSpec, JsonValue, Node, ObjectInfo
from bot.comfy.objects import parse_object_info
from bot.delivery.acknowledging import Acknowledger
from bot.jobs.inputs import Source
from bot.moderation.chosen import Chosen as ChosenInGuild
from bot.workflows import InputRef, OptionKind, OptionSpec, Template, Workflow, WorkflowError, resolve
from bot.workflows.kinds import WIDGETS
from cogs._command_line import Value
from cogs._errors import Errors
from cogs._own_options import Chosen
from cogs._service import AnyInteraction
from cogs.generate import Generate

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
    """Offers what the test says, and is asked for nothing."""

    def __init__(self, workflows: Mapping[str, Workflow]) -> None:
        self._workflows = workflows
        self.guild_workflows: Mapping[int, Mapping[str, Workflow]] = {}

    def workflows_in(self, guild_id: int | None) -> Mapping[str, Workflow]:
        assert guild_id is None
        return self._workflows

    def choices(self, workflow: str, option: str) -> tuple[str, ...]:
        raise NotImplementedError

    async def submit(
        self,
        interaction: AnyInteraction,
        workflow: str,
        values: Mapping[str, Value],
        attachments: Mapping[str, Source],
        chosen: Chosen,
    ) -> None:
        raise NotImplementedError

    async def of(self, guild_id: int | None) -> ChosenInGuild:
        raise NotImplementedError


async def _payloads(workflows: Mapping[str, Workflow]) -> dict[str, dict[str, JsonValue]]:
    """Command name → what Discord is sent for its only option."""
    service = Offered(workflows)
    errors = Errors(Acknowledger(), service)
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    payloads = [
        await command.get_translated_payload(tree, CommandTranslator())
        for command in Generate(service, service, errors, {}).commands()
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
