"""The words of an option: its name and its description, in every language that the catalogue has."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from bot.comfy import InputSpec
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows.discord_rules import LOCALES as LOCALES_OF_DISCORD
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.naming import Names, cut, from_input, option_name
from bot.workflows.inference.option_role import BY_LABEL, TRANSLATED, WORDS, OptionRole
from bot.workflows.inference.titles import own_title, telling_name
from bot.workflows.template import OptionSpec

_SAYS_NOTHING = re.compile(
    r"(value|choice|int|float|boolean|number|text|string|input|file|upload|switch|image|video|audio|mask)(-?[0-9]+)?"
)
"""Labels that the editor gave: what nodes call an input that could be anything."""
_LOCALES = (DEFAULT_LOCALE, *TRANSLATED)
_SHORT = {"lora": "LoRA"} | {
    each: each.upper() for each in ("cfg", "fps", "id", "ip", "llm", "sam3", "vae", "3d")
}
_DISCORDS = {"zh": "zh-CN", "es": "es-ES", "pt": "pt-BR", "sv": "sv-SE"}
"""ComfyUI's name of a language → Discord's, where they differ."""
_KNOWN = LOCALES_OF_DISCORD | {DEFAULT_LOCALE}
_NOTHING: Mapping[str, str] = MappingProxyType({})
_LEAD_ALONE = frozenset({OptionRole.PROMPT, OptionRole.SEED})
"""Of several the first is what everybody looks for, whatever the author calls its node."""


class Wording(Struct):
    """Words all options of one command, so that each name is told apart from the others."""

    anatomy: Anatomy
    shared: frozenset[str]
    """The names that more than one option would have."""
    names: Names = field(default_factory=Names)
    _led: set[str] = set()

    def worded(self, spec: OptionSpec, candidate: Candidate) -> OptionSpec:
        wanted = self._told_apart(candidate)
        name, localised = self.names.take(wanted, candidate.role, least=candidate.slot or 1)
        about, localised_about = _description(self.anatomy, candidate, shared=wanted != name)
        return replace(
            spec,
            name=name,
            name_localisations=localised,
            description=about,
            description_localisations=localised_about,
        )

    def _told_apart(self, candidate: Candidate) -> str:
        wanted = wanted_name(self.anatomy, candidate)
        telling = own_label(candidate) or option_name(telling_name(self.anatomy, candidate.targets[0]))
        if candidate.slot or wanted not in self.shared or not telling:
            return wanted
        if candidate.role in _LEAD_ALONE and wanted not in self._led:
            self._led.add(wanted)
            return wanted
        alone = candidate.kind or wanted.partition("-")[0] in telling
        return telling if alone else option_name(f"{wanted} {telling}")


def wanted_name(anatomy: Anatomy, candidate: Candidate) -> str:
    """The word for what it means, else the author's word, else the node's title where the input could be anything."""
    label = own_label(candidate)
    if label and BY_LABEL.get(label) is not candidate.role:
        return label
    if candidate.role is not None:
        return candidate.role.value
    target = candidate.targets[0]
    bare = _SAYS_NOTHING.fullmatch(option_name(target.own_name)) is not None
    return label or (option_name(own_title(anatomy, target)) if bare else "") or from_input(target.own_name)


def own_label(candidate: Candidate) -> str:
    """What the author called it; empty where that is only what the input is called."""
    label = option_name(candidate.label or "")
    names = {option_name(candidate.targets[0].input_name), option_name(candidate.targets[0].own_name)}
    unnumbered = re.sub(r"-[0-9]+$", "", label)  # as the editor numbers inputs of one name
    return "" if names & {label, unnumbered} or _SAYS_NOTHING.fullmatch(label) else label


def _description(anatomy: Anatomy, candidate: Candidate, *, shared: bool) -> tuple[str, dict[str, str]]:
    if candidate.description:
        return cut(candidate.description), {}
    words = _about(anatomy, candidate, shared=shared)
    said = {each: words if isinstance(words, str) else render(words, each) for each in _LOCALES}
    said |= _translated(anatomy, candidate)
    if candidate.only_with:
        choices = ", ".join(candidate.only_with)
        said = {
            each: render(text("option-only-with", about=about, choices=choices), each)
            for each, about in said.items()
        }
    default = cut(said.pop(DEFAULT_LOCALE))
    localised = {each: cut(about) for each, about in said.items()}
    return default, {each: about for each, about in localised.items() if about != default}


def _about(anatomy: Anatomy, candidate: Candidate, *, shared: bool) -> Text | str:
    """The catalogue's words for what it means, the server's tooltip, or what the author called it."""
    target = candidate.targets[0]
    title = own_title(anatomy, target)
    if candidate.role is not None:
        about = candidate.about or WORDS[candidate.role].description
        said = _spoken(own_label(candidate)) if own_label(candidate) not in BY_LABEL else ""
        lead = said or (title or _spoken(option_name(telling_name(anatomy, target))) if shared else "")
        lead = lead or (title if candidate.kind else "")
        return text("option-titled", title=lead, about=about) if lead else about
    tooltip = _tooltip(anatomy, candidate)
    if tooltip:
        return tooltip
    spoken = _spoken(own_label(candidate)) or title or _spoken(from_input(target.own_name))
    if isinstance(anatomy.literal(target), bool):
        return text("option-switch", title=title or spoken)
    node = anatomy.graph[target.node_id]
    known = anatomy.class_of(target.node_id)
    place = title or (known.display_name if known else node.class_type)
    return (
        spoken if place == spoken or anatomy.holds(target) else text("option-place", title=spoken, node=place)
    )


def _tooltip(anatomy: Anatomy, candidate: Candidate) -> str:
    """What the servers say of the input, or of the first that takes what its node holds."""
    told = (spec.tooltip.strip() for spec in _specs(anatomy, candidate) if spec.tooltip)
    return next(filter(None, told), "")


def _translated(anatomy: Anatomy, candidate: Candidate) -> dict[str, str]:
    """What the pack says in the languages that Discord knows; nothing where we, or the author, say it better."""
    is_named = own_label(candidate) or own_title(anatomy, candidate.targets[0])
    if candidate.role is not None or (is_named and not _tooltip(anatomy, candidate)):
        return {}
    told = (spec.words for spec in _specs(anatomy, candidate) if spec.words)
    by_language: Mapping[str, str] = next(told, _NOTHING)
    named = {_DISCORDS.get(each, each): words for each, words in by_language.items()}
    return {each: words for each, words in named.items() if each in _KNOWN}


def _specs(anatomy: Anatomy, candidate: Candidate) -> Iterator[InputSpec]:
    places = (candidate.targets[0], *anatomy.uses(candidate.targets[0]))
    return (spec for place in places if (spec := anatomy.spec(place)))


def _spoken(name: str) -> str:
    words = " ".join(_SHORT.get(word, word) for word in name.replace("-", " ").split())
    return words[:1].upper() + words[1:]
