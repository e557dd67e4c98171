"""Which kind of answer an option takes, and which inputs no person may answer."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from bot.comfy import Graph, InputSpec, JsonValue, is_link
from bot.comfy.input_specs import DYNAMIC_COMBO
from bot.texts import text
from bot.workflows.binding import FILENAME_PREFIX
from bot.workflows.needs import is_list
from bot.workflows.template import OptionKind, OptionSpec, Scalar, Template

WIDGETS = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", DYNAMIC_COMBO})
"""The types that the editor draws a field for. What others take is known by the graph's value alone."""

_HUGE = 1e30
"""Beyond every number that a node takes; also keeps out what is no number, and integers that no float can hold."""
_SEED_NAMES = frozenset({"seed", "noise_seed"})
_PATH = re.compile(r"path|folder|directory|filename", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_PATH_WORDS = frozenset({"file", "files", "dir", "dirs", "url", "urls", "uri", "upload"})
MEDIA_NAMES = frozenset({"image", "images", "mask", "masks", "audio", "video"})

_NARROWER = {
    OptionKind.NUMBER: {OptionKind.INTEGER},
    OptionKind.INTEGER: {OptionKind.SEED},
    OptionKind.SEED: {OptionKind.INTEGER},
}


def settle_kind(
    template: Template,
    option: OptionSpec,
    inputs: Sequence[InputSpec],
    *,
    certain: bool,
    makers: Collection[str] = (),
) -> OptionKind:
    """The kind of answer that all of ``inputs`` take, or the narrower one that the file asks for.

    ``certain`` is false while no server has answered: a 7 in a graph may then stand for 7.5 as well. ``makers`` are the
    nodes of which it is known that they hand on what they made, and never the words that they were told.
    """
    natural = _common({kind_of(spec) for spec in inputs})
    where = template.describe_all(option)
    if natural is None:
        raise template.wrong(option, text("wrong-kinds-differ", input=where))
    if option.choices is not None and natural not in {OptionKind.TEXT, OptionKind.CHOICE}:
        raise template.wrong(option, text("wrong-choices", input=where))
    _refuse_files(template, option, inputs, natural, makers)
    if option.choices is not None:
        natural = OptionKind.CHOICE
    allowed = {natural} | _NARROWER.get(natural, set[OptionKind]())
    if not certain and natural in {OptionKind.INTEGER, OptionKind.SEED}:
        allowed.add(OptionKind.NUMBER)
    if not certain and natural is OptionKind.TEXT and option.kind is OptionKind.CHOICE:
        return OptionKind.TEXT
    if option.kind is not None and option.kind not in allowed:
        raise template.wrong(
            option, text("wrong-takes", type=str(option.kind), input=where, takes=str(natural))
        )
    return option.kind or natural


def kind_of(spec: InputSpec) -> OptionKind:
    if is_list(spec):
        return OptionKind.CHOICE
    match spec.type:
        case "INT":
            return OptionKind.SEED if spec.name in _SEED_NAMES else OptionKind.INTEGER
        case "FLOAT":
            return OptionKind.NUMBER
        case "BOOLEAN":
            return OptionKind.BOOLEAN
        case _:
            return OptionKind.TEXT


def as_kind(kind: OptionKind, value: JsonValue) -> Scalar | None:
    """The value as a default of that kind; None when it is of another."""
    match kind, value:
        case (OptionKind.BOOLEAN, bool()) | ((OptionKind.TEXT | OptionKind.CHOICE), str()):
            return value
        case _, bool():
            return None
        case OptionKind.CHOICE, int() | float():  # lists of numbers are shown as text
            return str(value)
        case OptionKind.NUMBER, int() | float() if -_HUGE < value < _HUGE:
            return float(value)
        case ((OptionKind.INTEGER | OptionKind.SEED), int() | float()) if -_HUGE < value < _HUGE:
            return int(value) if value == int(value) else None
        case _:
            return None


def shown(value: Scalar) -> str:
    """A value as people read and type it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def accepts(spec: InputSpec, value: JsonValue) -> bool:
    """Whether a value of a graph is of the type that the input has on this server."""
    return spec.type not in WIDGETS or as_kind(kind_of(spec), value) is not None


def _common(kinds: set[OptionKind]) -> OptionKind | None:
    """The narrowest of kinds that go together."""
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds == {OptionKind.INTEGER, OptionKind.SEED}:
        return OptionKind.SEED
    if kinds == {OptionKind.TEXT, OptionKind.CHOICE}:
        return OptionKind.CHOICE
    return OptionKind.INTEGER if kinds == {OptionKind.INTEGER, OptionKind.NUMBER} else None


def _refuse_files(
    template: Template,
    option: OptionSpec,
    inputs: Iterable[InputSpec],
    kind: OptionKind,
    makers: Collection[str],
) -> None:
    """ComfyUI opens whatever path it is given, ``/etc/passwd`` included: no words of a person may be one."""
    if any(spec.upload is not None for spec in inputs):
        raise template.wrong(option, text("wrong-file-type", input=template.describe_all(option)))
    if kind is not OptionKind.TEXT:
        return
    if option.choices is None and any(spec.type == "COMBO" for spec in inputs):
        raise template.wrong(option, text("wrong-list-kept", input=template.describe_all(option)))
    for target in option.targets:
        feeds = target.node_id not in makers and _feeds_a_file(template.graph, target.node_id)
        if feeds or names_a_file(target.input_name):
            raise template.wrong(option, text("wrong-names-file", input=template.describe(target)))


def names_a_file(input_name: str) -> bool:
    """Whether a text under this name is likely to be opened, fetched or written as a file."""
    return input_name.lower() in {*MEDIA_NAMES, "prefix"} or names_a_path(input_name)


def _feeds_a_file(graph: Graph, node_id: str) -> bool:
    """Whether the node hands its text on to an input that names a file; prefixes do not count, the bot sets them."""
    return any(
        names_a_path(name) and is_link(value) and _source(value) == node_id
        for node in graph.values()
        for name, value in node.inputs.items()
        if name != FILENAME_PREFIX
    )


def _source(link: JsonValue) -> JsonValue:
    match link:
        case [node_id, _]:
            return node_id
        case _:
            return None


@lru_cache(maxsize=1024)  # asked for every input of a graph, once an option
def names_a_path(name: str) -> bool:
    """Whether an input under this name holds a path or an address, of whatever."""
    words = (word.lower() for word in _WORD.findall(name))
    return _PATH.search(name) is not None or not _PATH_WORDS.isdisjoint(words)
