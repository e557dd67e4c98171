"""What people type into the form of an option's values: its default, how far it goes, which names. Pure."""

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refused
from bot.texts import text
from bot.workflows.answers import check
from bot.workflows.editing import narrowed, option_in, with_default, with_names
from bot.workflows.kinds import shown
from bot.workflows.spelling import nearest, same_file
from bot.workflows.template import OptionKind, OptionSpec, Scalar, Template
from bot.workflows.typed import typed_value
from bot.workflows.workflow import Option

NUMERIC = frozenset({OptionKind.INTEGER, OptionKind.NUMBER})
NAMED = frozenset({OptionKind.TEXT, OptionKind.CHOICE})
"""What can be narrowed to names."""
VALUED = NUMERIC | NAMED | {OptionKind.BOOLEAN, OptionKind.SEED}
"""What has values to be written into a form. The others are files, and places in them."""


class ValueWords(Struct, frozen=True):
    """As they stand in the form; empty: as the workflow and the servers have it."""

    default: str = ""
    minimum: str = ""
    maximum: str = ""
    step: str = ""
    names: str = ""
    """One in a line."""


def words_of(spec: OptionSpec) -> ValueWords:
    """What the form is filled with."""
    numbers = (spec.default, spec.minimum, spec.maximum, spec.step)
    default, minimum, maximum, step = ("" if each is None else shown(each) for each in numbers)
    return ValueWords(default, minimum, maximum, step, "\n".join(spec.choices or ()))


def valued(template: Template, whole: Option, words: ValueWords) -> Template:
    """With what the form says. ``whole``: the option as it would be if its file narrowed nothing.

    Raises:
        Refused: what is wrong, and what would be right.
    """
    name = whole.name
    if whole.kind in NAMED:
        template = with_names(template, name, _names(whole, words.names))
    if whole.kind in NUMERIC:
        least, most, step = (_number(whole, each) for each in (words.minimum, words.maximum, words.step))
        template = narrowed(template, name, minimum=least, maximum=most, step=step)
    return with_default(template, name, _default(option_in(template, name), whole, words.default))


def _names(whole: Option, lines: str) -> list[str]:
    """As the servers spell them; of a text any will do."""
    wanted = [line.strip() for line in lines.splitlines() if line.strip()]
    if whole.kind is OptionKind.TEXT:
        return wanted
    listed = whole.choices or ()
    found = {each: same_file(each, listed) for each in wanted}
    unknown = next((each for each, there in found.items() if there is None), None)
    if unknown is not None:
        near = ", ".join(nearest(unknown, listed) or listed[:3])
        raise Refused(text("workflow-edit-no-such-name", option=whole.name, value=unknown, names=near))
    return [each for each in found.values() if each is not None]


def _number(whole: Option, words: str) -> float | None:
    """A bound or a step; whether the servers go so far is theirs to say."""
    if not words.strip():
        return None
    anywhere = replace(whole, minimum=None, maximum=None, step=None)
    value = check(anywhere, typed_value(anywhere, words))
    return None if isinstance(value, str) else value


def _default(spec: OptionSpec, whole: Option, words: str) -> Scalar | None:
    if not words.strip():
        return None
    narrow = whole
    if spec.choices is not None:
        narrow = replace(whole, kind=OptionKind.CHOICE, choices=spec.choices, listed=False)
    if whole.kind in NUMERIC:
        minimum = whole.minimum if spec.minimum is None else spec.minimum
        maximum = whole.maximum if spec.maximum is None else spec.maximum
        narrow = replace(whole, minimum=minimum, maximum=maximum, step=spec.step or whole.step)
    return check(narrow, typed_value(narrow, words))
