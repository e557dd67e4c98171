"""What an author called a node, less what the editor calls it anyway."""

import re

from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.option_role import BY_INPUT
from bot.workflows.loaders import loaded
from bot.workflows.template import InputRef

_IN_BRACKETS = re.compile(
    r"(?:primitive\s*)?(?:custom\s*)?(?:bool(?:ean)?|int(?:eger)?|float|number|string|text|combo|value)"
    r"(?:\s+string|\s+multiline)?\s*(?:[(（\[]|[-:：])\s*(?P<words>[^)）\]]+?)\s*[)）\]]?",
    re.IGNORECASE,
)
"""``Boolean (Refine Prompt?)``: the editor's name for the node, and the author's for its value."""
_GIVEN = re.compile(
    r"(?:clip\s*)?text\s*encode\b.*|load (?:image|video|audio)|(?:primitive|custom)?\s*"
    r"(?:bool(?:ean)?|int(?:eger)?|float|number|string|text|combo|multiline|prompt)(?:\s*(?:string|[(]?multiline[)]?))?",
    re.IGNORECASE,
)
_VERB = re.compile(r"(?:load|upload|select|choose|set)\s+(?=\S)", re.IGNORECASE)


_SIDES = re.compile(r"(?:positive|negative)?(?:\s*prompt)?(?:\s*conditioning)?", re.IGNORECASE)
_TELLING_USE = re.compile(
    r"(?!(?:(?:image|video|audio|mask|input|pixel|source|value)s?[_-]?[0-9a-z]?[0-9]*|any.*)$).+"
)


def own_title(anatomy: Anatomy, target: InputRef) -> str:
    """What the author called the node of an input; empty when that is only what it is called anyway."""
    node, node_class = anatomy.graph[target.node_id], anatomy.class_of(target.node_id)
    title = " ".join((node.title or "").split())
    given = {node.class_type, node_class.display_name if node_class else node.class_type}
    for each in given:
        if title.lower().startswith(each.lower()):
            title = title[len(each) :].strip(" ()（）-:")
    inside = _IN_BRACKETS.fullmatch(title)
    words = inside["words"] if inside else title
    return "" if _GIVEN.fullmatch(words) or _SIDES.fullmatch(words) else _VERB.sub("", words, count=1)


def telling_name(anatomy: Anatomy, target: InputRef) -> str:
    """What tells an input from its like: its node's title, else what it is called itself, or where its file goes."""
    title = own_title(anatomy, target)
    if title or BY_INPUT.get(target.own_name) is not None:
        return title
    if target.own_name.endswith("_prompt"):
        return target.own_name
    uses = [InputRef(use.node_id, use.input_name).own_name for use in anatomy.used(target.node_id)]
    return next((name for name in uses if _TELLING_USE.fullmatch(name)), "") if loads(anatomy, target) else ""


def loads(anatomy: Anatomy, target: InputRef) -> bool:
    node = anatomy.graph[target.node_id]
    return loaded(node.class_type, target.input_name, anatomy.class_of(target.node_id)) is not None
