"""Texts that a graph puts around a person's words: labels, templates, what a language model is told of itself.

They flow into the same inputs as the words themselves, so that only their place and their look tell them apart.
"""

import re
from collections.abc import Sequence

from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.template import InputRef

_PART = re.compile(r"(text|string)[_-]?[a-z0-9]", re.IGNORECASE)
_ENCODERS = frozenset({"t5xxl", "clip_l", "clip_g", "text_g", "text_l", "bert", "mt5xl"})
"""One prompt, told to each of a model's text encoders; people type it once."""
_TITLED_PERSON = re.compile(r"user|prompt\b(?!.*template)|description|your\b", re.IGNORECASE)
_TITLED_PLUMBING = re.compile(r"system|template|instruct|trigger|prefix|suffix|format", re.IGNORECASE)
_LABEL = re.compile(r"[\W_]*(?:[\w ]{1,40}[:：])?[\W_]*")
"""``USER PROMPT:`` and the like, or nothing but marks and blank lines."""
_TOLD_A_MODEL = re.compile(
    r"\s*(?:<\|?[a-z_]+\|?>\s*)*(?:#+\s*)?(?:\[?SYSTEM[_ ]PROMPTS?\b|you are (?:an?|the) |your (?:task|job) is |你是一)",
    re.IGNORECASE,
)
_STANDS_IN = re.compile(r"\b[A-Z]+_[A-Z_]+\b|\{\{\s*\w+\s*\}\}")


def is_part(name: str) -> bool:
    """Whether an input takes one part of a text that is joined of several."""
    return _PART.fullmatch(name) is not None and name not in _ENCODERS


def is_encoder(name: str) -> bool:
    return name in _ENCODERS


def persons(anatomy: Anatomy, texts: Sequence[InputRef]) -> list[InputRef]:
    """Those of the texts that are a person's to write, the likeliest kept in the order given; all if none looks so."""
    kept = [text for text in texts if not _is_plumbing(anatomy, text)]
    filled = [text for text in kept if anatomy.literal(text)]
    whole = [text for text in kept if not is_part(text.own_name)]
    said = filled or whole or kept
    if said:
        beside = {text.node_id for text in filled}
        return [text for text in kept if text in said or _is_of_its_own(text, beside)]
    return [*texts]


def _is_of_its_own(text: InputRef, beside: set[str]) -> bool:
    """An empty text is one to fill, unless it is a part, or another way to say what its node has been told."""
    return not is_part(text.own_name) and text.node_id not in beside


def _is_plumbing(anatomy: Anatomy, text: InputRef) -> bool:
    value = str(anatomy.literal(text))
    title = anatomy.graph[text.node_id].title or ""
    if _is_template(anatomy, text):
        return True
    if _TITLED_PERSON.search(title) and "system" not in title.lower().partition("(")[0]:
        return False
    if _TITLED_PLUMBING.search(title) or _TOLD_A_MODEL.match(value):
        return True
    return is_part(text.own_name) and bool(value) and _is_affix(anatomy, text, value)


def _is_template(anatomy: Anatomy, text: InputRef) -> bool:
    """A text in which the graph itself puts other words: those are the person's."""
    put_in = anatomy.link(InputRef(text.node_id, "replace"))
    return put_in is not None and text.own_name != "replace"


def _is_affix(anatomy: Anatomy, text: InputRef, value: str) -> bool:
    """A part that is set before or after one which comes from elsewhere."""
    joined = any(is_part(InputRef(text.node_id, name).own_name) for name, _ in anatomy.links(text.node_id))
    return _LABEL.fullmatch(value) is not None or joined or _STANDS_IN.search(value) is not None
