"""Walks up from where conditioning or words are used to the texts that they come from."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from enum import Enum, auto

from bot.comfy import InputSpec
from bot.workflows.inference.anatomy import Anatomy, Link
from bot.workflows.inference.pipes import is_along_a_pipe, is_pipe, takes_a_pipe
from bot.workflows.kinds import names_a_file
from bot.workflows.template import InputRef

CONDITIONING, STRING = "CONDITIONING", "STRING"

_STOP = frozenset({"ConditioningZeroOut"})
"""Whatever goes in, nothing of the words comes out."""
_ANY = re.compile(r"\*|COMFY_MATCHTYPE.*|COMFY_AUTOGROW.*")
_CARRIES_WORDS = re.compile(r"cond|positive|negative|text|prompt|string|value|any|input", re.IGNORECASE)
_NOT_WORDS = re.compile(
    r"system|instruction|shader|delimiter|separator|expression|regex|find|replace|json|key|code|sigmas|indices|layers",
    re.IGNORECASE,
)
_PUT_IN = "replace"
"""What takes a placeholder's place in a text: there the person's words enter."""
_NAMED_WORDS = re.compile(
    r"positive|negative|(value|text|string|words|tags|lyrics)([_-]?[a-z0-9])?|.*prompt.*|high_level_description|t5xxl|clip_[lg]|bert|mt5xl",
    re.IGNORECASE,
)


class Side(Enum):
    """What conditioning is for."""

    POSITIVE = auto()
    NEGATIVE = auto()

    @staticmethod
    def of(input_name: str) -> "Side":
        return Side.NEGATIVE if "negative" in input_name else Side.POSITIVE


class Climb:
    """The way up from samplers: every node at most once for either side, however often it is linked."""

    def __init__(self, anatomy: Anatomy) -> None:
        self._anatomy = anatomy
        self._seen: set[tuple[str, Side]] = set()
        self._two_sided = frozenset(
            node_id
            for node_id in anatomy.useful
            if any(Side.of(name) is Side.NEGATIVE for name in anatomy.graph[node_id].inputs)
        )

        self._along_a_pipe = frozenset(
            node_id for node_id in anatomy.useful if is_along_a_pipe(anatomy, node_id)
        )

    def texts(self, start: InputRef) -> Mapping[Side, list[InputRef]]:
        """By what they are for: a guider may take the negative of a node that handles both under another name."""
        found: dict[Side, list[InputRef]] = {side: [] for side in Side}
        first = self._anatomy.link(start)
        sides = [*Side] if takes_a_pipe(self._anatomy, start) else [Side.of(start.input_name)]
        if self._anatomy.literal(start) is not None:
            found[sides[0]].append(start)
        open_links = deque((first, side) for side in sides if first)
        while open_links:
            link, wanted = open_links.popleft()
            of_node = self._side_of(link, wanted)
            side = of_node or wanted
            if (link.source, side) in self._seen or self._anatomy.graph[link.source].class_type in _STOP:
                continue
            self._seen.add((link.source, side))
            found[side] += _words_of(self._anatomy, link.source, of_node)
            open_links += [(onward, side) for onward in _onward(self._anatomy, link.source, of_node)]
        return found

    def _side_of(self, link: Link, wanted: Side) -> Side | None:
        """Of a node that handles both: which side this output carries. None for a node that knows no sides."""
        if link.source not in self._two_sided:
            return wanted if link.source in self._along_a_pipe else None
        outputs = self._anatomy.outputs(link.source)
        if outputs is None:
            return Side.NEGATIVE if link.slot else Side.POSITIVE
        if outputs.count(CONDITIONING) < 2 or any(map(is_pipe, outputs[link.slot : link.slot + 1])):
            return wanted
        return Side.NEGATIVE if CONDITIONING in outputs[: link.slot] else Side.POSITIVE


def _words_of(anatomy: Anatomy, node_id: str, side: Side | None) -> Iterator[InputRef]:
    encodes = CONDITIONING in (anatomy.outputs(node_id) or ())
    for target, value in anatomy.literals(node_id):
        if isinstance(value, str) and _fits(target.own_name, side):
            spec = anatomy.spec(target)
            if _is_words(target.own_name, spec, encodes=encodes):
                yield target


def _is_words(name: str, spec: InputSpec | None, *, encodes: bool) -> bool:
    if _NOT_WORDS.search(name) or names_a_file(name) or (spec is not None and spec.type != STRING):
        return False
    return names_words(name) or (encodes and spec is not None and spec.multiline)


def names_words(name: str) -> bool:
    return _NAMED_WORDS.fullmatch(name) is not None and not _NOT_WORDS.search(name)


def _onward(anatomy: Anatomy, node_id: str, side: Side | None) -> Iterator[Link]:
    for name, link in anatomy.links(node_id):
        spec = anatomy.spec(InputRef(node_id, name))
        carries = (
            spec.type in {CONDITIONING, STRING} or _ANY.fullmatch(spec.type)
            if spec
            else _CARRIES_WORDS.search(name)
        )
        own = InputRef(node_id, name).own_name
        if takes_a_pipe(anatomy, InputRef(node_id, name)):
            if not _has_its_own(anatomy, node_id, side):
                yield link
            continue
        if carries and _fits(own, side) and (own == _PUT_IN or not _NOT_WORDS.search(own)):
            yield link


def _has_its_own(anatomy: Anatomy, node_id: str, side: Side | None) -> bool:
    """Whether conditioning for that side comes to the node by a link of its own, in place of what a pipe carries."""
    specs = {name: anatomy.spec(InputRef(node_id, name)) for name, _ in anatomy.links(node_id)}
    return any(spec and spec.type == CONDITIONING and _fits(name, side) for name, spec in specs.items())


def _fits(name: str, side: Side | None) -> bool:
    """On a node with two sides, an input belongs to one of them; those for both (``vae``) carry no words anyway."""
    return side is None or Side.of(name) is side
