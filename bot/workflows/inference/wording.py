"""The words of an option: its name and its description, in every language that the catalogue has."""

from dataclasses import replace

from bot.texts import DEFAULT_LOCALE, render, text
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.naming import Names, cut, from_input, legal
from bot.workflows.inference.option_role import TRANSLATED, WORDS
from bot.workflows.template import InputRef, OptionSpec

_BARE = frozenset({"value", "choice", "int", "float", "boolean", "number"})
"""Inputs of nodes that hold a single value: the node's title says what for."""
_SAYS_NOTHING = _BARE | {"text", "string"}


def worded(anatomy: Anatomy, spec: OptionSpec, candidate: Candidate, names: Names) -> OptionSpec:
    name, localised = names.take(_wanted(anatomy, candidate), candidate.role)
    about, localised_about = _description(anatomy, candidate)
    return replace(
        spec,
        name=name,
        name_localisations=localised,
        description=about,
        description_localisations=localised_about,
    )


def _wanted(anatomy: Anatomy, candidate: Candidate) -> str:
    """The author's word, unless it is only the input's name; then the word for what it means, or the node's title."""
    target = candidate.targets[0]
    label = legal(candidate.label or "")
    if label and label != legal(target.input_name) and label not in _SAYS_NOTHING:
        return label
    if candidate.role is not None:
        return candidate.role.value
    titled = legal(_own_title(anatomy, target)) if target.input_name in _BARE else ""
    return titled or from_input(target.input_name)


def _own_title(anatomy: Anatomy, target: InputRef) -> str:
    """What the author called the node; empty when that is only what it is called anyway."""
    node, node_class = anatomy.graph[target.node_id], anatomy.class_of(target.node_id)
    given = {node.class_type, node_class.display_name if node_class else None}
    return "" if node.title is None or node.title in given else node.title


def _description(anatomy: Anatomy, candidate: Candidate) -> tuple[str, dict[str, str]]:
    """The author's, the catalogue's, the server's tooltip, or where the input is."""
    if candidate.description:
        return cut(candidate.description), {}
    if candidate.kind is not None and _own_title(anatomy, candidate.targets[0]):
        return _place(anatomy, candidate.targets[0])  # of two pictures, that says which
    if candidate.role is not None:
        words = WORDS[candidate.role]
        return cut(words.describes(DEFAULT_LOCALE)), {each: cut(words.describes(each)) for each in TRANSLATED}
    target = candidate.targets[0]
    spec = anatomy.spec(target)
    if spec is not None and spec.tooltip and spec.tooltip.strip():
        return cut(spec.tooltip), {}
    return _place(anatomy, target)


def _place(anatomy: Anatomy, target: InputRef) -> tuple[str, dict[str, str]]:
    node, node_class = anatomy.graph[target.node_id], anatomy.class_of(target.node_id)
    title = node.title or (node_class.display_name if node_class else node.class_type)
    words = text("option-of-node", input=target.input_name, node=title)
    return cut(render(words, DEFAULT_LOCALE)), {each: cut(render(words, each)) for each in TRANSLATED}
