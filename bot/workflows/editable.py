"""What can be changed of a command, as the server that comes closest to running it tells. Pure.

Takes as long as :mod:`bot.workflows.drafting`: not on the event loop.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bot.comfy import ObjectInfo
from bot.texts import Text, text
from bot.workflows.command_file import names_options, parse_command
from bot.workflows.draft import Draft
from bot.workflows.drafting import drafted
from bot.workflows.edited import Edited
from bot.workflows.offering import Offering
from bot.workflows.template import OptionKind, OptionSpec, Template, WorkflowError
from bot.workflows.workflow import Option, Unavailable


def editable(draft: Draft, offering: Offering) -> Edited | Unavailable:
    """``draft``: with a command.

    Raises:
        WorkflowError: it cannot be read, whatever a server has.
    """
    info = offering.nearest(draft)
    made = drafted(draft, [info])
    if isinstance(made, Unavailable):
        return _without_options(draft) or made
    template = made.template
    whole, _ = _settled(template, tuple(map(_whole, template.options)), offering, info)
    options, problems = _settled(template, template.options, offering, info)
    places = {
        spec.name: text("workflow-edit-place")
        for spec in template.options
        if _is_place(template, spec, offering, info)
    }
    return Edited(template, {**whole, **options}, whole, {**problems, **places})


def _is_place(template: Template, spec: OptionSpec, offering: Offering, info: ObjectInfo) -> bool:
    """Whether it sets what names a file, a folder or an address, of which nobody may be asked in what people bring."""
    nodes = [(template.graph[each.node_id], each.input_name) for each in spec.targets]
    return not all(offering.policy.may_be_typed(node, name, [info]) for node, name in nodes)


def _without_options(draft: Draft) -> Edited | None:
    """A command that names no options can be changed whatever the servers lack."""
    command = draft.command or ""
    if names_options(command, draft.folder):
        return None
    return Edited(parse_command(command, draft.folder, {}), {}, {})


def _whole(spec: OptionSpec) -> OptionSpec:
    kind = None if spec.kind is OptionKind.CHOICE else spec.kind
    return replace(
        spec, required=False, kind=kind, default=None, minimum=None, maximum=None, step=None, choices=None
    )


def _settled(
    template: Template, specs: Sequence[OptionSpec], offering: Offering, info: ObjectInfo
) -> tuple[Mapping[str, Option], Mapping[str, Text]]:
    """The options, and of those that are none on this server why."""
    try:
        return offering.options(template, specs, info), {}
    except WorkflowError:
        problems = {
            spec.name: problem for spec in specs if (problem := _problem(template, spec, offering, info))
        }
        sound = [spec for spec in specs if spec.name not in problems]
        return offering.options(template, sound, info), problems


def _problem(template: Template, spec: OptionSpec, offering: Offering, info: ObjectInfo) -> Text | None:
    try:
        offering.options(template, [spec], info)
    except WorkflowError as error:
        return problem_of(error)
    return None


def problem_of(error: WorkflowError) -> Text:
    """Without the place, which names a file that people in Discord never see."""
    problem = error.message.arguments.get("problem")
    return problem if error.message.id == "wrong-at" and isinstance(problem, Text) else error.message
