"""What packs say of their nodes' inputs in other languages: ``/i18n``. ComfyUI's own nodes are not among them.

The answer is ``{language: {"nodeDefs": {class: {"inputs": {input: {"name", "tooltip"}}}}}}``, whatever packs put there. The
languages are those of ComfyUI: ``zh``, ``ja``, ``pt-BR``. Dots in names of classes and inputs are underscores there.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from .input_specs import InputSpec
from .json_value import JsonValue, as_text, mapping

_ENGLISH = "en"
_MOST = 2_000
"""Longer words are no description."""


def words_of_classes(body: JsonValue, classes: Mapping[str, Mapping[str, InputSpec]]) -> JsonValue:
    """``{class: {input: {language: words}}}``, the tooltip rather than the name; only of ``classes``.

    In English the name says no more than what the input is called.
    """
    found: dict[str, dict[str, dict[str, JsonValue]]] = {}
    for language, words in mapping(body).items():
        declared = mapping(mapping(words).get("nodeDefs"))
        for name in classes if declared else ():
            inputs = mapping(mapping(declared.get(_key(name))).get("inputs"))
            for input_name, said in _words(inputs, classes[name], with_names=language != _ENGLISH):
                found.setdefault(name, {}).setdefault(input_name, {})[language] = said
    return found


def with_words(inputs: Mapping[str, InputSpec], words: JsonValue) -> dict[str, InputSpec]:
    """The inputs of a class with what :func:`words_of_classes` found for it."""
    return {name: _with_own(spec, mapping(mapping(words).get(name))) for name, spec in inputs.items()}


def _with_own(spec: InputSpec, words: Mapping[str, JsonValue]) -> InputSpec:
    said = {language: text for language, each in words.items() if (text := as_text(each))}
    return replace(spec, words=said) if said else spec


def _words(
    inputs: Mapping[str, JsonValue], specs: Mapping[str, InputSpec], *, with_names: bool
) -> Iterator[tuple[str, str]]:
    for name in specs if inputs else ():
        about = mapping(inputs.get(_key(name)))
        said = as_text(about.get("tooltip")) or (as_text(about.get("name")) if with_names else None) or ""
        if said.strip() and len(said) <= _MOST:
            yield name, said.strip()


def _key(name: str) -> str:
    return name.replace(".", "_")
