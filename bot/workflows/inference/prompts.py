"""The texts that a graph draws, sings or films from: prompts, and what is to be kept out."""

import re
from collections.abc import Collection, Iterator, Sequence

from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.climbing import CONDITIONING, STRING, Climb, Side, names_words
from bot.workflows.inference.option_role import OptionRole
from bot.workflows.template import InputRef

_CONDITIONED = frozenset({"positive", "negative", "conditioning"})
_PART = re.compile(r"(text|string)[_-]?[a-z0-9]", re.IGNORECASE)
_OWN_NAMES = frozenset({"tags", "lyrics"})
"""Texts that are no prompts, and better called what they are."""
_ENCODERS = frozenset({"t5xxl", "clip_l", "clip_g", "text_g", "text_l", "bert", "mt5xl"})
"""One prompt, told to each of a model's text encoders; people type it once."""


def prompts(anatomy: Anatomy) -> list[Candidate]:
    """Prompts first, the one nearest the last sampler before all; then what is to be kept out."""
    starts = [*_conditioned(anatomy), *_worded(anatomy)] or [*_worded(anatomy, even_chat=True)]
    found: dict[Side, dict[InputRef, None]] = {side: {} for side in Side}
    climb = Climb(anatomy)
    for start in starts:
        texts = climb.texts(start)
        for side in Side:
            found[side] |= dict.fromkeys(_likely(anatomy, texts[side]))
    wanted = list(found[Side.POSITIVE])
    unwanted = [target for target in found[Side.NEGATIVE] if target not in found[Side.POSITIVE]]
    return [
        *(_candidate(group, OptionRole.PROMPT) for group in _grouped(anatomy, wanted)),
        *(_candidate(group, OptionRole.NEGATIVE) for group in _grouped(anatomy, unwanted)),
    ]


def _likely(anatomy: Anatomy, texts: Sequence[InputRef]) -> Sequence[InputRef]:
    """Filled ones first; an empty part of a joined text is none that people would fill, unless all are empty."""
    filled_first = sorted(texts, key=lambda text: not anatomy.literal(text))
    kept = [text for text in filled_first if anatomy.literal(text) or not _is_part(text.input_name)]
    return kept or filled_first


def _is_part(name: str) -> bool:
    return _PART.fullmatch(name) is not None and name not in _ENCODERS


def _conditioned(anatomy: Anatomy) -> Iterator[InputRef]:
    """Where conditioning ends: samplers and guiders, which take it and do not hand it on."""
    conditioning = {
        link.source
        for node_id in anatomy.useful
        for name, link in anatomy.links(node_id)
        if name in _CONDITIONED
    }
    for node_id in anatomy.useful:
        outputs = anatomy.outputs(node_id)
        if outputs is not None and CONDITIONING in outputs:
            continue
        for name, _ in anatomy.links(node_id):
            spec = anatomy.spec(InputRef(node_id, name))
            if (
                spec.type == CONDITIONING
                if spec
                else _is_unknown_sampler(anatomy, node_id, name, conditioning)
            ):
                yield InputRef(node_id, name)


def _is_unknown_sampler(anatomy: Anatomy, node_id: str, name: str, conditioning: Collection[str]) -> bool:
    """While no server has answered: a node that takes ``positive`` and passes nothing on under such a name."""
    return anatomy.outputs(node_id) is None and name in _CONDITIONED and node_id not in conditioning


def _worded(anatomy: Anatomy, *, even_chat: bool = False) -> Iterator[InputRef]:
    """Nodes that take words and make pictures, film or sound of them by themselves, as partner nodes do."""
    for node_id in anatomy.useful:
        outputs = anatomy.outputs(node_id)
        if outputs is None or CONDITIONING in outputs or not outputs:
            continue
        if set(outputs) <= {STRING, "*"} and not even_chat:
            continue
        for name in anatomy.graph[node_id].inputs:
            spec = anatomy.spec(InputRef(node_id, name))
            if spec and spec.type == STRING and spec.multiline and names_words(name):
                yield InputRef(node_id, name)


def _grouped(anatomy: Anatomy, targets: Sequence[InputRef]) -> list[tuple[InputRef, ...]]:
    """Texts that are one to a person: copies of each other, and the encoders' shares on one node."""
    groups: dict[object, list[InputRef]] = {}
    for target in targets:
        if target.input_name in _ENCODERS:
            groups.setdefault((target.node_id,), []).append(target)
        else:
            groups.setdefault(anatomy.literal(target), []).append(target)
    return [tuple(group) for group in groups.values()]


def _candidate(targets: tuple[InputRef, ...], role: OptionRole) -> Candidate:
    own = targets[0].input_name
    return Candidate(targets) if own in _OWN_NAMES else Candidate(targets, role=role)
