"""``command.toml``: what it may say, and what each line means. ``workflows/README.md`` shows it whole."""

from collections.abc import Mapping
from pathlib import Path
from tomllib import TOMLDecodeError, loads

from bot.comfy import Graph
from bot.texts import text
from bot.workflows import discord_rules
from bot.workflows.after import After
from bot.workflows.after_file import AFTER, after_of
from bot.workflows.attachment_checks import check_attached, check_laid_over
from bot.workflows.binding import BindingError, bind
from bot.workflows.own_options import OwnOption
from bot.workflows.shapes import HEIGHT, WIDTH
from bot.workflows.spelling import did_you_mean, quoted
from bot.workflows.template import (
    ALL_SYNTAX,
    InputRef,
    OptionKind,
    OptionSpec,
    PromptSyntax,
    Template,
    WorkflowError,
    describe_node,
)
from bot.workflows.toml_table import Table

COMMAND_FILE = "command.toml"

_LOCALES = tuple(sorted(discord_rules.LOCALES))
_COMMAND_KEYS = (
    *("name", "description", "prompt", "prompt_syntax", "options", "own_options", "packs", "nsfw", AFTER),
    *_LOCALES,
)
_TARGET_KEYS = ("node", "input")
OPTION_KEYS = (
    *(
        *_TARGET_KEYS,
        "targets",
        "description",
        "required",
        "type",
        "default",
        "min",
        "max",
        "step",
        "choices",
        "of",
        "hidden",
        "advanced",
    ),
    *_LOCALES,
)
_LOCALE_KEYS = ("name", "description")


def parse_command(source: str, folder: Path, graph: Graph) -> Template:
    """The template that ``source``, the text of ``folder``'s ``command.toml``, makes of ``graph``.

    Raises:
        WorkflowError: one sentence with the file, the option, the node and the input.
    """
    path = folder / COMMAND_FILE
    table = _table(source, path)
    entries = table.table("options", known=None)
    options = tuple(
        _option(
            name, entries.table(name, OPTION_KEYS, text("place-option", file=str(path), name=name)), graph
        )
        for name in entries
    )
    _check_together(table, options, graph)
    return Template(
        name=_name(table, table.text("name") or folder.name),
        description=_description(table),
        graph=graph,
        options=tuple(sorted(options, key=lambda option: not option.required)),
        folder=folder,
        name_localisations=_localised(table, "name"),
        description_localisations=_localised(table, "description"),
        packs=_packs(table, graph),
        prompt=_prompt(table, options),
        prompt_syntax=_prompt_syntax(table),
        own_options=_own_options(table),
        nsfw=table.flag("nsfw"),
        after=after_of(table),
    )


def command_name(source: str, folder: Path) -> str:
    """The command's name, which needs no graph.

    Raises:
        WorkflowError: as above.
    """
    table = _table(source, folder / COMMAND_FILE)
    return _name(table, table.text("name") or folder.name)


def command_description(source: str, folder: Path) -> tuple[str, Mapping[str, str]]:
    """What the command is for, which needs no graph: in the file's language, and in others by their locales.

    Raises:
        WorkflowError: as above.
    """
    table = _table(source, folder / COMMAND_FILE)
    return _description(table), _localised(table, "description")


def command_after(source: str, folder: Path) -> After:
    """What can be done with its results, which needs no graph either.

    Raises:
        WorkflowError: as above.
    """
    return after_of(_table(source, folder / COMMAND_FILE))


def names_options(source: str, folder: Path) -> bool:
    """Whether it says of any option what it is.

    Raises:
        WorkflowError: as above.
    """
    return bool(list(_table(source, folder / COMMAND_FILE).table("options", known=None)))


def _table(source: str, path: Path) -> Table:
    try:
        values = loads(source)
    except TOMLDecodeError as error:
        raise WorkflowError(text("wrong-toml", file=str(path), problem=str(error))) from error
    except RecursionError as error:
        raise WorkflowError(text("wrong-depth", file=str(path))) from error
    return Table(values, str(path), _COMMAND_KEYS)


def _option(name: str, table: Table, graph: Graph) -> OptionSpec:
    kind, of = _kind(table), table.text("of")
    check_attached(table, kind, of)
    option = OptionSpec(
        name=_name(table, name),
        description=_description(table),
        targets=() if of is not None or kind is OptionKind.SIZE else _targets(table, graph),
        name_localisations=_localised(table, "name"),
        description_localisations=_localised(table, "description"),
        required=table.flag("required"),
        kind=kind,
        default=table.scalar("default"),
        minimum=table.number("min"),
        maximum=table.number("max"),
        step=table.number("step"),
        choices=table.texts("choices"),
        of=of,
        hidden=table.flag("hidden"),
        advanced=table.flag("advanced"),
    )
    if option.required and (option.hidden or option.advanced):
        raise table.wrong(text("wrong-required-unseen", key="hidden" if option.hidden else "advanced"))
    if option.required and kind is OptionKind.SIZE:
        raise table.wrong(text("wrong-size-required"))
    if option.required and option.default is not None:
        raise table.wrong(text("wrong-required-default"))
    if option.minimum is not None and option.maximum is not None and option.minimum > option.maximum:
        raise table.wrong(text("wrong-min-max", min=str(option.minimum), max=str(option.maximum)))
    if option.step is not None and option.step <= 0:
        raise table.wrong(text("wrong-step-sign", step=str(option.step)))
    return option


def _check_size(table: Table, options: tuple[OptionSpec, ...]) -> None:
    """One shape stands for one width and one height."""
    names = {option.name for option in options}
    shapes = [option.name for option in options if option.kind is OptionKind.SIZE]
    if len(shapes) > 1:
        raise table.wrong(text("wrong-sizes", names=quoted(shapes)))
    lacking = [name for name in (WIDTH, HEIGHT) if name not in names]
    if shapes and lacking:
        raise table.wrong(text("wrong-size-side", option=shapes[0], side=lacking[0]))


def _targets(table: Table, graph: Graph) -> tuple[InputRef, ...]:
    several = table.tables("targets", _TARGET_KEYS)
    here = table.scalar("node") is not None or table.text("input") is not None
    if several and here:
        raise table.wrong(text("wrong-two-ways"))
    return tuple(_target(each, graph) for each in several or (table,))


def _target(table: Table, graph: Graph) -> InputRef:
    node, input_name = table.scalar("node"), table.text("input")
    if node is None or input_name is None:
        raise table.wrong(text("wrong-no-target"))
    try:
        return bind(graph, str(node), input_name)
    except BindingError as error:
        raise table.wrong(error.problem) from error


def _kind(table: Table) -> OptionKind | None:
    name = table.text("type")
    if name is None:
        return None
    if name not in set(OptionKind):
        raise table.wrong(text("wrong-type", type=name, near=did_you_mean(name, OptionKind)))
    return OptionKind(name)


def _name(table: Table, name: str) -> str:
    problem = discord_rules.wrong_name(name)
    if problem is not None:
        raise table.wrong(text("wrong-name", name=name, problem=problem))
    return name


def _description(table: Table) -> str:
    description = table.text("description")
    if description is None:
        raise table.wrong(text("wrong-no-description"))
    return _checked_description(table, description)


def _checked_description(table: Table, description: str) -> str:
    problem = discord_rules.wrong_description(description)
    if problem is not None:
        raise table.wrong(text("wrong-description", problem=problem))
    return description


def _localised(table: Table, key: str) -> dict[str, str]:
    check = _name if key == "name" else _checked_description
    localised: dict[str, str] = {}
    for locale in _LOCALES:
        translation = table.table(locale, _LOCALE_KEYS)
        words = translation.text(key)
        if words is not None:
            localised[locale] = check(translation, words)
    return localised


def _prompt(table: Table, options: tuple[OptionSpec, ...]) -> str | None:
    name = table.text("prompt")
    offered = [option.name for option in options if not option.hidden]
    if name is not None and name not in offered:
        near = did_you_mean(name, offered)
        raise table.wrong(text("wrong-prompt", name=name, near=near))
    return name


def _prompt_syntax(table: Table) -> frozenset[PromptSyntax]:
    names = table.texts("prompt_syntax", may_be_empty=True)
    for name in names or ():
        if name not in ALL_SYNTAX:
            raise table.wrong(text("wrong-syntax", name=name, near=did_you_mean(name, PromptSyntax)))
    return ALL_SYNTAX if names is None else frozenset(map(PromptSyntax, names))


def _own_options(table: Table) -> tuple[str, ...] | None:
    names = table.texts("own_options", may_be_empty=True)
    for name in names or ():
        if name not in set(OwnOption):
            raise table.wrong(text("wrong-own-option", name=name, near=did_you_mean(name, OwnOption)))
    return names


def _packs(table: Table, graph: Graph) -> dict[str, str]:
    """Which pack has which node class. Classes that the graph does not use are likely to be misspelt."""
    listed = table.table("packs", known=None)
    packs: dict[str, str] = {}
    used = dict.fromkeys(node.class_type for node in graph.values())
    for pack in listed:
        for class_type in listed.texts(pack) or ():
            if class_type not in used:
                raise listed.wrong(text("wrong-node", node=class_type, near=did_you_mean(class_type, used)))
            packs[class_type] = pack
    return packs


def _check_together(table: Table, options: tuple[OptionSpec, ...], graph: Graph) -> None:
    asked = sum(not option.hidden for option in options)
    if asked > discord_rules.MAX_ASKED:
        raise table.wrong(text("wrong-too-many", count=asked, most=discord_rules.MAX_ASKED))
    required = sum(option.required for option in options)
    if required > discord_rules.MAX_OPTIONS:
        raise table.wrong(text("wrong-too-many-required", count=required, most=discord_rules.MAX_OPTIONS))
    check_laid_over(table, options)
    _check_size(table, options)
    setters: dict[InputRef, str] = {}
    for option in options:
        for target in option.targets:
            if target in setters:
                both = quoted([setters[target], option.name])
                where = describe_node(graph, target.node_id)
                raise table.wrong(text("wrong-set-twice", input=target.input_name, node=where, names=both))
            setters[target] = option.name
    for locale in ("", *_LOCALES):
        names = [option.name_localisations.get(locale, option.name) for option in options]
        for name in names:
            if names.count(name) > 1:
                twice = text("wrong-same-name-in", name=name, locale=locale)
                raise table.wrong(twice if locale else text("wrong-same-name", name=name))
