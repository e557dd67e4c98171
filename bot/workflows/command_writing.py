"""Writes a ``command.toml``: what :mod:`bot.workflows.command_file` reads, with comments for who edits it next."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias
from unicodedata import category

from bot.comfy import Graph, Node
from bot.texts import text
from bot.workflows.after import After
from bot.workflows.binding import BindingError, bind
from bot.workflows.template import (
    ALL_SYNTAX,
    InputRef,
    OptionSpec,
    Scalar,
    Template,
    WorkflowError,
    describe_node,
)

_NOTHING: Mapping[str, str] = MappingProxyType({})
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
"""Control characters, and Unicode's own separators of lines."""
_Named: TypeAlias = Template | OptionSpec


def command_text(
    template: Template,
    *,
    heading: Sequence[str] = (),
    remarks: Mapping[str, str] = _NOTHING,
    spare_heading: Sequence[str] = (),
    spare: Sequence[OptionSpec] = (),
) -> str:
    """The ``command.toml`` that ``parse_command`` reads back to ``template``, in the template's folder.

    ``heading`` and ``remarks`` (by the option's name) become comments. ``spare`` options are written with a ``#``
    before every line: whoever takes it away has them.

    Raises:
        WorkflowError: a node that an option sets cannot be named, because others are called by its id.
    """
    lines = [*map(_comment, heading), *_command(template)]
    for option in template.options:
        lines += ["", *_option(template.graph, option, remarks.get(option.name))]
    if spare:
        lines += ["", *map(_comment, spare_heading)]
    for option in spare:
        written = _option(template.graph, option, remarks.get(option.name))
        lines += ["#", *(f"# {line}" for line in written)]
    return "\n".join(lines) + "\n"


def _command(template: Template) -> Iterator[str]:
    if template.name != template.folder.name:
        yield f"name = {_quoted(template.name)}"
    yield f"description = {_quoted(template.description)}"
    if template.prompt is not None:
        yield f"prompt = {_quoted(template.prompt)}"
    if template.prompt_syntax != ALL_SYNTAX:
        yield f"prompt_syntax = {_list(sorted(template.prompt_syntax))}"
    if template.own_options is not None:
        yield f"own_options = {_list(template.own_options)}"
    if template.nsfw:
        yield "nsfw = true"
    yield from _localised(template)
    if template.packs:
        classes = {
            pack: [each for each, of in template.packs.items() if of == pack]
            for pack in template.packs.values()
        }
        yield from ("", "[packs]", *(f"{_key(pack)} = {_list(names)}" for pack, names in classes.items()))
    if template.after != After():
        after = template.after
        yield from (
            "",
            "[after]",
            *(f"{button} = {_quoted(name)}" for button, name in after.workflows.items()),
        )
        yield f"buttons = {_list(after.buttons)}"


def _option(graph: Graph, option: OptionSpec, remark: str | None) -> Iterator[str]:
    yield f"[options.{_key(option.name)}]"
    if remark:
        yield _comment(remark)
    yield f"description = {_quoted(option.description)}"
    yield from _localised(option)
    if option.targets:
        yield from _targets(graph, option.targets)
    flags = {"required": option.required, "hidden": option.hidden, "advanced": option.advanced}
    yield from (f"{key} = true" for key, is_set in flags.items() if is_set)
    if option.kind is not None:
        yield f"type = {_quoted(option.kind)}"
    if option.of is not None:
        yield f"of = {_quoted(option.of)}"
    limits = {"default": option.default, "min": option.minimum, "max": option.maximum, "step": option.step}
    yield from (f"{key} = {_value(value)}" for key, value in limits.items() if value is not None)
    if option.choices:
        yield f"choices = {_list(option.choices)}"


def _targets(graph: Graph, targets: Sequence[InputRef]) -> Iterator[str]:
    match targets:
        case [target]:
            yield f"node = {_node(graph, target)}  {_comment(_called(graph[target.node_id]))}"
            yield f"input = {_quoted(target.input_name)}"
        case _:
            yield "targets = ["
            for target in targets:
                words = f"{{ node = {_node(graph, target)}, input = {_quoted(target.input_name)} }},"
                yield f"  {words}  {_comment(_called(graph[target.node_id]))}"
            yield "]"


def _node(graph: Graph, target: InputRef) -> str:
    """By its id, which an export keeps; by its title where another node has the id for a title."""
    for name in (target.node_id, graph[target.node_id].title):
        if name is not None and _means(graph, name, target):
            return _quoted(name)
    where = describe_node(graph, target.node_id)
    raise WorkflowError(text("title-taken", id=target.node_id, node=where))


def _means(graph: Graph, name: str, target: InputRef) -> bool:
    try:
        return bind(graph, name, target.input_name) == target
    except BindingError:
        return False


def _called(node: Node) -> str:
    return node.class_type if node.title in {None, node.class_type} else f"{node.title} ({node.class_type})"


def _localised(named: _Named) -> Iterator[str]:
    names, descriptions = named.name_localisations, named.description_localisations
    for locale in sorted({*names, *descriptions}):
        words = {"name": names.get(locale), "description": descriptions.get(locale)}
        inner = ", ".join(f"{key} = {_quoted(value)}" for key, value in words.items() if value is not None)
        yield f"{locale} = {{ {inner} }}"


def _key(name: str) -> str:
    is_bare = name.isascii() and name.replace("-", "a").replace("_", "a").isalnum()
    return name if is_bare else _quoted(name)


def _value(value: Scalar) -> str:
    match value:
        case str():
            return _quoted(value)
        case bool():
            return "true" if value else "false"
        case _:
            return repr(value)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(words: str) -> str:
    """TOML's basic strings are JSON's; what may look like the end of a line to an editor is escaped besides."""
    written = json.dumps(words, ensure_ascii=False)
    return "".join(f"\\u{ord(each):04x}" if category(each) in _BREAKS else each for each in written)


def _comment(words: str) -> str:
    return f"# {''.join(letter if letter.isprintable() else ' ' for letter in words)}".rstrip()
