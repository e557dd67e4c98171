"""The texts that a graph draws, sings or films from: found by walking up from where they are used."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto

from bot.comfy import InputSpec
from bot.workflows.inference.anatomy import Anatomy, Link
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.role import Role
from bot.workflows.kinds import names_a_file
from bot.workflows.template import Target

_CONDITIONING, _STRING = "CONDITIONING", "STRING"
_STOP = frozenset({"ConditioningZeroOut"})
"""Whatever goes in, nothing of the words comes out."""
_ANY = re.compile(r"\*|COMFY_MATCHTYPE.*|COMFY_AUTOGROW.*")
_CARRIES_WORDS = re.compile(r"cond|positive|negative|text|prompt|string|value|any|input", re.IGNORECASE)
_NOT_WORDS = re.compile(
    r"system|instruction|shader|delimiter|separator|expression|regex|find|replace|json|key|code|sigmas|indices|layers",
    re.IGNORECASE,
)
_NAMED_WORDS = re.compile(
    r"(value|text|string|words|tags|lyrics)([_-]?[a-z0-9])?|.*prompt.*|t5xxl|clip_[lg]|bert|mt5xl",
    re.IGNORECASE,
)
_PART = re.compile(r"(text|string)[_-]?[a-z0-9]", re.IGNORECASE)
_OWN_NAMES = frozenset({"tags", "lyrics"})
"""Texts that are no prompts, and better called what they are."""
_ENCODERS = frozenset({"t5xxl", "clip_l", "clip_g", "text_g", "text_l", "bert", "mt5xl"})
"""One prompt, told to each of a model's text encoders; people type it once."""
_MAX_STARTS = 64


class Side(Enum):
    """What conditioning is for."""

    POSITIVE = auto()
    NEGATIVE = auto()

    @staticmethod
    def of(input_name: str) -> "Side":
        return Side.NEGATIVE if "negative" in input_name else Side.POSITIVE


def prompts(anatomy: Anatomy) -> list[Candidate]:
    """Prompts first, the one nearest the last sampler before all; then what is to be kept out."""
    starts = [*_conditioned(anatomy), *_worded(anatomy)] or [*_worded(anatomy, even_chat=True)]
    found: dict[Side, dict[Target, None]] = {side: {} for side in Side}
    for start in starts[:_MAX_STARTS]:
        texts = _texts_at(anatomy, start)
        for side in Side:
            found[side] |= dict.fromkeys(_likely(anatomy, texts[side]))
    wanted = list(found[Side.POSITIVE])
    unwanted = [target for target in found[Side.NEGATIVE] if target not in found[Side.POSITIVE]]
    return [
        *(_candidate(group, Role.PROMPT) for group in _grouped(anatomy, wanted)),
        *(_candidate(group, Role.NEGATIVE) for group in _grouped(anatomy, unwanted)),
    ]


def _likely(anatomy: Anatomy, texts: Sequence[Target]) -> Sequence[Target]:
    """Filled ones first; an empty part of a joined text is none that people would fill, unless all are empty."""
    filled_first = sorted(texts, key=lambda text: not anatomy.literal(text))
    kept = [text for text in filled_first if anatomy.literal(text) or not _PART.fullmatch(text.input_name)]
    return kept or filled_first


def _conditioned(anatomy: Anatomy) -> Iterator[Target]:
    """Where conditioning ends: samplers and guiders, which take it and do not hand it on."""
    for node_id in anatomy.useful:
        outputs = anatomy.outputs(node_id)
        if outputs is not None and _CONDITIONING in outputs:
            continue
        for name, _ in anatomy.links(node_id):
            spec = anatomy.spec(Target(node_id, name))
            if spec.type == _CONDITIONING if spec else _is_unknown_sampler(anatomy, node_id, name):
                yield Target(node_id, name)


def _is_unknown_sampler(anatomy: Anatomy, node_id: str, name: str) -> bool:
    """While no server has answered: a node that takes ``positive`` and passes nothing on under such a name."""
    if anatomy.outputs(node_id) is not None or name not in {"positive", "negative", "conditioning"}:
        return False
    return not any(
        link.source == node_id and taken in {"positive", "negative", "conditioning"}
        for other in anatomy.useful
        for taken, link in anatomy.links(other)
    )


def _worded(anatomy: Anatomy, *, even_chat: bool = False) -> Iterator[Target]:
    """Nodes that take words and make pictures, film or sound of them by themselves, as partner nodes do."""
    for node_id in anatomy.useful:
        outputs = anatomy.outputs(node_id)
        if outputs is None or _CONDITIONING in outputs or not outputs:
            continue
        if set(outputs) <= {_STRING, "*"} and not even_chat:
            continue
        for name in anatomy.graph[node_id].inputs:
            spec = anatomy.spec(Target(node_id, name))
            if spec and spec.type == _STRING and spec.multiline and _is_named_words(name):
                yield Target(node_id, name)


def _texts_at(anatomy: Anatomy, start: Target) -> Mapping[Side, list[Target]]:
    """By what they are for: a guider may take the negative of a node that handles both under another name."""
    found: dict[Side, list[Target]] = {side: [] for side in Side}
    first, side = anatomy.link(start), Side.of(start.input_name)
    if anatomy.literal(start) is not None:
        found[side].append(start)
    open_links = deque([(first, side)] if first else [])
    seen: set[tuple[str, Side | None]] = set()
    while open_links:
        link, side = open_links.popleft()
        of_node = _side_of(anatomy, link, side)
        if (link.source, of_node) in seen or anatomy.graph[link.source].class_type in _STOP:
            continue
        seen.add((link.source, of_node))
        side = of_node or side
        found[side] += _words_of(anatomy, link.source, of_node)
        open_links += [(onward, side) for onward in _onward(anatomy, link.source, of_node)]
    return found


def _side_of(anatomy: Anatomy, link: Link, wanted: Side) -> Side | None:
    """Of a node that handles both sides: which of them this output carries. None for a node that knows no sides."""
    names = anatomy.graph[link.source].inputs
    if not any(Side.of(name) is Side.NEGATIVE for name in names):
        return None
    outputs = anatomy.outputs(link.source)
    if outputs is None:
        return Side.NEGATIVE if link.slot else Side.POSITIVE
    if outputs.count(_CONDITIONING) < 2:
        return wanted
    return Side.NEGATIVE if _CONDITIONING in outputs[: link.slot] else Side.POSITIVE


def _words_of(anatomy: Anatomy, node_id: str, side: Side | None) -> Iterator[Target]:
    if (
        "system" in (anatomy.graph[node_id].title or "").lower()
    ):  # as people mark the one that is not to be touched
        return
    encodes = _CONDITIONING in (anatomy.outputs(node_id) or ())
    for target, value in anatomy.literals(node_id):
        if isinstance(value, str) and _fits(target.input_name, side):
            spec = anatomy.spec(target)
            if _is_words(target.input_name, spec, encodes=encodes):
                yield target


def _is_words(name: str, spec: InputSpec | None, *, encodes: bool) -> bool:
    if _NOT_WORDS.search(name) or names_a_file(name) or (spec is not None and spec.type != _STRING):
        return False
    return _is_named_words(name) or (encodes and spec is not None and spec.multiline)


def _is_named_words(name: str) -> bool:
    return _NAMED_WORDS.fullmatch(name) is not None and not _NOT_WORDS.search(name)


def _onward(anatomy: Anatomy, node_id: str, side: Side | None) -> Iterator[Link]:
    for name, link in anatomy.links(node_id):
        spec = anatomy.spec(Target(node_id, name))
        carries = (
            spec.type in {_CONDITIONING, _STRING} or _ANY.fullmatch(spec.type)
            if spec
            else _CARRIES_WORDS.search(name)
        )
        if carries and _fits(name, side) and not _NOT_WORDS.search(name):
            yield link


def _fits(name: str, side: Side | None) -> bool:
    """On a node with two sides, an input belongs to one of them; those for both (``vae``) carry no words anyway."""
    return side is None or Side.of(name) is side


def _grouped(anatomy: Anatomy, targets: Sequence[Target]) -> list[tuple[Target, ...]]:
    """Texts that are one to a person: copies of each other, and the encoders' shares on one node."""
    groups: dict[object, list[Target]] = {}
    for target in targets:
        if target.input_name in _ENCODERS:
            groups.setdefault((target.node_id,), []).append(target)
        else:
            groups.setdefault(anatomy.literal(target), []).append(target)
    return [tuple(group) for group in groups.values()]


def _candidate(targets: tuple[Target, ...], role: Role) -> Candidate:
    own = targets[0].input_name
    return Candidate(targets) if own in _OWN_NAMES else Candidate(targets, role=role)
