"""Settles one option: from what the file says and what the servers say, to what a person may answer."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot.comfy import InputSpec, JsonValue, ObjectInfo
from bot.texts import text
from bot.workflows.attachment_settling import is_attached, settle_attached
from bot.workflows.discord_rules import MAX_CHOICES, can_be_choice
from bot.workflows.kinds import WIDGETS, as_kind, settle_kind
from bot.workflows.lists import inputs_on, stand_in, union_of_names
from bot.workflows.needs import is_list
from bot.workflows.numbers import Span, settle_span
from bot.workflows.shapes import Shape
from bot.workflows.spelling import did_you_mean, same_file, same_name, slashed
from bot.workflows.template import OptionKind, OptionSpec, Scalar, Template
from bot.workflows.workflow import Option

_PARTNERS = "comfy_api_nodes"
_NUMERIC = frozenset({OptionKind.INTEGER, OptionKind.NUMBER, OptionKind.SEED})


def settle(template: Template, spec: OptionSpec, knowledge: Sequence[ObjectInfo]) -> Option:
    """The option as it is offered; ``knowledge`` is of the backends that can run the template, or empty.

    Raises:
        WorkflowError: the file asks for what the input cannot take.
    """
    if spec.kind is not None and is_attached(spec.kind):
        return settle_attached(template, spec, spec.kind, knowledge)
    if spec.kind is OptionKind.SIZE:
        return _size(spec)
    inputs = _inputs(template, spec, knowledge)
    makers = _makers(template, spec, knowledge)
    kind = settle_kind(template, spec, inputs, certain=bool(knowledge), makers=makers)
    option = Option(
        name=spec.name,
        description=spec.description,
        kind=kind,
        targets=spec.targets,
        name_localisations=spec.name_localisations,
        description_localisations=spec.description_localisations,
        required=spec.required,
        advanced=spec.advanced,
    )
    if kind not in _NUMERIC and (spec.minimum, spec.maximum, spec.step) != (None, None, None):
        raise template.wrong(spec, text("wrong-no-number", input=template.describe_all(spec)))
    if kind is OptionKind.CHOICE:
        listed = any(map(is_list, inputs))
        return _with_names(template, spec, replace(option, listed=listed), knowledge)
    if kind in _NUMERIC:
        return _with_span(template, spec, option, settle_span(template, spec, kind, inputs))
    return replace(option, default=_default(template, spec, kind))


def _makers(template: Template, spec: OptionSpec, knowledge: Sequence[ObjectInfo]) -> frozenset[str]:
    """ComfyUI's own partner nodes: the file that one names is the one that it made."""
    return frozenset(
        target.node_id
        for info in knowledge
        for target in spec.targets
        if (known := info.classes.get(template.graph[target.node_id].class_type)) is not None
        and known.python_module.startswith(_PARTNERS)
        and not {"STRING"}.issuperset(known.outputs)  # a chat says what it is told to
    )


def _size(spec: OptionSpec) -> Option:
    return Option(
        name=spec.name,
        description=spec.description,
        kind=OptionKind.SIZE,
        targets=(),
        name_localisations=spec.name_localisations,
        description_localisations=spec.description_localisations,
        choices=tuple(Shape),
        advanced=spec.advanced,
    )


def _inputs(template: Template, spec: OptionSpec, knowledge: Sequence[ObjectInfo]) -> tuple[InputSpec, ...]:
    """What the servers say about the targets; where they say nothing useful, what the graph's values look like."""
    known = [each for info in knowledge for each in inputs_on(template.graph, spec.targets, info)]
    return tuple(each for each in known if each.type in WIDGETS) or tuple(
        _input_like(target.input_name, template.graph[target.node_id].inputs[target.input_name])
        for target in spec.targets
    )


def _input_like(name: str, value: JsonValue) -> InputSpec:
    match value:
        case bool():
            return InputSpec(name, "BOOLEAN", required=True)
        case int():
            return InputSpec(name, "INT", required=True)
        case float():
            return InputSpec(name, "FLOAT", required=True)
        case _:
            return InputSpec(name, "STRING", required=True)


def _with_names(
    template: Template, spec: OptionSpec, option: Option, knowledge: Sequence[ObjectInfo]
) -> Option:
    names = tuple(spec.choices or ())
    if option.listed:
        names = union_of_names(template.graph, spec.targets, spec.choices, knowledge)
    if spec.choices and spec.default is not None and spec.default not in spec.choices:
        default = str(spec.default)
        raise template.wrong(
            spec, text("wrong-default-near", default=default, near=did_you_mean(default, names))
        )
    wished = None if spec.required else str(_default(template, spec, OptionKind.CHOICE))
    chosen = replace(
        option,
        choices=names,
        only=spec.choices,
        autocomplete=len(names) > MAX_CHOICES or not all(map(can_be_choice, names)),
    )
    if wished is None:
        return chosen
    if (there := same_file(wished, names) or same_name(wished, names)) is not None:
        return replace(chosen, default=there)
    if spec.choices is not None and slashed(wished) not in map(slashed, spec.choices):
        return replace(chosen, default=names[0])  # the file narrows the list to others than the graph's own
    return replace(chosen, default=stand_in(wished, names), stands_in_for=wished)


def _with_span(template: Template, spec: OptionSpec, option: Option, span: Span) -> Option:
    default = _default(template, spec, option.kind)
    if isinstance(default, int | float) and not (span.reaches(default) and span.steps_on(default)):
        raise template.wrong(
            spec,
            text(
                "wrong-default-span",
                default=str(default),
                span=span.words(),
                input=template.describe_all(spec),
            ),
        )
    return replace(option, default=default, minimum=span.minimum, maximum=span.maximum, step=span.step)


def _default(template: Template, spec: OptionSpec, kind: OptionKind) -> Scalar | None:
    """The file's default, or else the graph's own value. A seed is picked anew, a required option is given."""
    if spec.required or (spec.default is None and kind is OptionKind.SEED):
        return None
    found = _graph_value(template, spec) if spec.default is None else spec.default
    value = as_kind(kind, found)
    if value is None:
        raise template.wrong(
            spec,
            text(
                "wrong-default-kind", default=repr(found), input=template.describe_all(spec), type=str(kind)
            ),
        )
    return value


def _graph_value(template: Template, spec: OptionSpec) -> JsonValue:
    values = [template.graph[target.node_id].inputs[target.input_name] for target in spec.targets]
    if any(value != values[0] for value in values):
        raise template.wrong(spec, text("wrong-differ", input=template.describe_all(spec)))
    return values[0]
