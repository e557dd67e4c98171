"""``command.toml``: what it may say, and what each line means. ``workflows/README.md`` shows it whole."""

from pathlib import Path
from tomllib import TOMLDecodeError, loads

from bot.comfy import Graph
from bot.workflows import discord_rules
from bot.workflows.attachment_checks import check_attached, check_laid_over
from bot.workflows.binding import BindingError, bind
from bot.workflows.own_options import OwnOption
from bot.workflows.spelling import did_you_mean, quoted
from bot.workflows.template import InputRef, OptionKind, OptionSpec, Template, WorkflowError, describe_node
from bot.workflows.toml_table import Table

COMMAND_FILE = "command.toml"

_LOCALES = tuple(sorted(discord_rules.LOCALES))
_COMMAND_KEYS = ("name", "description", "prompt", "options", "own_options", "packs", *_LOCALES)
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
        _option(name, entries.table(name, OPTION_KEYS, f"{path}: option '{name}'"), graph) for name in entries
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
        own_options=_own_options(table),
    )


def command_name(source: str, folder: Path) -> str:
    """The command's name, which needs no graph.

    Raises:
        WorkflowError: as above.
    """
    table = _table(source, folder / COMMAND_FILE)
    return _name(table, table.text("name") or folder.name)


def _table(source: str, path: Path) -> Table:
    try:
        values = loads(source)
    except TOMLDecodeError as error:
        raise WorkflowError(f"{path} is not TOML: {error}") from error
    except RecursionError as error:
        raise WorkflowError(f"{path} is nested deeper than any command needs") from error
    return Table(values, str(path), _COMMAND_KEYS)


def _option(name: str, table: Table, graph: Graph) -> OptionSpec:
    kind, of = _kind(table), table.text("of")
    check_attached(table, kind, of)
    option = OptionSpec(
        name=_name(table, name),
        description=_description(table),
        targets=() if of is not None else _targets(table, graph),
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
    )
    if option.required and option.default is not None:
        raise table.wrong("is required and has a default: leave out one of the two")
    if option.minimum is not None and option.maximum is not None and option.minimum > option.maximum:
        raise table.wrong(f"has a min of {option.minimum} above its max of {option.maximum}")
    if option.step is not None and option.step <= 0:
        raise table.wrong(f"has a step of {option.step}, and a step must be above 0")
    return option


def _targets(table: Table, graph: Graph) -> tuple[InputRef, ...]:
    several = table.tables("targets", _TARGET_KEYS)
    here = table.scalar("node") is not None or table.text("input") is not None
    if several and here:
        raise table.wrong("has 'targets' beside 'node' and 'input': use one of the two ways")
    return tuple(_target(each, graph) for each in several or (table,))


def _target(table: Table, graph: Graph) -> InputRef:
    node, input_name = table.scalar("node"), table.text("input")
    if node is None or input_name is None:
        raise table.wrong("needs 'node' and 'input': what it sets in the graph")
    try:
        return bind(graph, str(node), input_name)
    except BindingError as error:
        raise table.wrong(str(error)) from error


def _kind(table: Table) -> OptionKind | None:
    name = table.text("type")
    if name is None:
        return None
    if name not in set(OptionKind):
        raise table.wrong(f"has the type '{name}', which there is not; {did_you_mean(name, OptionKind)}")
    return OptionKind(name)


def _name(table: Table, name: str) -> str:
    problem = discord_rules.wrong_name(name)
    if problem is not None:
        raise table.wrong(f"has the name '{name}', which Discord refuses: it {problem}")
    return name


def _description(table: Table) -> str:
    description = table.text("description")
    if description is None:
        raise table.wrong("needs a description: one line that Discord shows beside the name")
    return _checked_description(table, description)


def _checked_description(table: Table, description: str) -> str:
    problem = discord_rules.wrong_description(description)
    if problem is not None:
        raise table.wrong(f"has a description that Discord refuses: it {problem}")
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
    if name is not None and name not in {option.name for option in options}:
        known = did_you_mean(name, [option.name for option in options])
        raise table.wrong(f"names the option '{name}' as its prompt, which there is not; {known}")
    return name


def _own_options(table: Table) -> tuple[str, ...] | None:
    names = table.texts("own_options", may_be_empty=True)
    for name in names or ():
        if name not in set(OwnOption):
            raise table.wrong(
                f"names '{name}' in own_options, which there is not; {did_you_mean(name, OwnOption)}"
            )
    return names


def _packs(table: Table, graph: Graph) -> dict[str, str]:
    """Which pack has which node class. Classes that the graph does not use are likely to be misspelt."""
    listed = table.table("packs", known=None)
    packs: dict[str, str] = {}
    used = dict.fromkeys(node.class_type for node in graph.values())
    for pack in listed:
        for class_type in listed.texts(pack) or ():
            if class_type not in used:
                raise listed.wrong(
                    f"names the node '{class_type}', which the graph does not have; "
                    f"{did_you_mean(class_type, used)}"
                )
            packs[class_type] = pack
    return packs


def _check_together(table: Table, options: tuple[OptionSpec, ...], graph: Graph) -> None:
    if len(options) > discord_rules.MAX_ASKED:
        raise table.wrong(
            f"has {len(options)} options, and at most {discord_rules.MAX_ASKED} can be asked for"
        )
    required = sum(option.required for option in options)
    if required > discord_rules.MAX_OPTIONS:
        raise table.wrong(
            f"requires {required} options, and a command of Discord's has {discord_rules.MAX_OPTIONS} at most"
        )
    check_laid_over(table, options)
    setters: dict[InputRef, str] = {}
    for option in options:
        for target in option.targets:
            if target in setters:
                both = quoted([setters[target], option.name])
                where = describe_node(graph, target.node_id)
                raise table.wrong(f"sets '{target.input_name}' of {where} twice: by the options {both}")
            setters[target] = option.name
    for locale in ("", *_LOCALES):
        names = [option.name_localisations.get(locale, option.name) for option in options]
        for name in names:
            if names.count(name) > 1:
                raise table.wrong(f"calls two options '{name}'" + (f" in {locale}" if locale else ""))
