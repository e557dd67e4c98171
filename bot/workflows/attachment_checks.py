"""What a ``command.toml`` may say of options that take files, and of the masks and areas laid over their pictures."""

from collections.abc import Sequence

from bot.texts import text
from bot.workflows.spelling import did_you_mean, quoted
from bot.workflows.template import ATTACHED, OptionKind, OptionSpec
from bot.workflows.toml_table import Table

_LAID_OVER = (OptionKind.MASK, OptionKind.AREA)
_PLACES = ("node", "input", "targets")
_ANSWERS = ("default", "min", "max", "step", "choices")


def check_attached(table: Table, kind: OptionKind | None, of: str | None) -> None:
    """That the lines of one option agree with its kind.

    Raises:
        WorkflowError: what contradicts it.
    """
    sets = [key for key in _PLACES if key in table]
    if of is not None and kind not in _LAID_OVER:
        raise table.wrong(text("wrong-of-kind", types=text("joined-or", first="'mask'", second="'area'")))
    if of is not None and sets:
        raise table.wrong(text("wrong-of-beside", key=sets[0]))
    if kind is OptionKind.AREA and of is None:
        raise table.wrong(text("wrong-area-of"))
    if kind is OptionKind.MASK and of is None and not sets:
        raise table.wrong(text("wrong-mask-of"))
    if kind is OptionKind.SIZE and sets:
        raise table.wrong(text("wrong-size-sets", key=sets[0]))
    if kind in {OptionKind.AREA, OptionKind.SIZE} or kind in ATTACHED:
        for key in _ANSWERS:
            if key in table:
                raise table.wrong(text("wrong-answer-key", key=key, type=str(kind)))


def check_laid_over(table: Table, options: Sequence[OptionSpec]) -> None:
    """That each mask and each area is of a picture which has no other.

    Raises:
        WorkflowError: which is not.
    """
    pictures = [option.name for option in options if option.kind is OptionKind.IMAGE]
    seen: dict[tuple[OptionKind | None, str], str] = {}
    for option in options:
        if option.of is None:
            continue
        if option.of not in pictures:
            near = did_you_mean(option.of, pictures)
            raise table.wrong(text("wrong-laid-over", option=option.name, of=option.of, near=near))
        other = seen.setdefault((option.kind, option.of), option.name)
        if other != option.name:
            names = quoted([other, option.name])
            if option.kind is OptionKind.AREA:
                raise table.wrong(text("wrong-areas", of=option.of, names=names))
            raise table.wrong(text("wrong-masks", of=option.of, names=names))
