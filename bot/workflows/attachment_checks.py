"""What a ``command.toml`` may say of options that take files, and of the masks and areas laid over their pictures."""

from collections.abc import Iterable, Sequence

from bot.workflows.spelling import did_you_mean, quoted
from bot.workflows.template import ATTACHED, OptionKind, OptionSpec
from bot.workflows.toml_table import Table

_LAID_OVER = {OptionKind.MASK: "masks", OptionKind.AREA: "areas"}
_PLACES = ("node", "input", "targets")
_ANSWERS = ("default", "min", "max", "step", "choices")


def check_attached(table: Table, kind: OptionKind | None, of: str | None) -> None:
    """That the lines of one option agree with its kind.

    Raises:
        WorkflowError: what contradicts it.
    """
    sets = [key for key in _PLACES if key in table]
    if of is not None and kind not in _LAID_OVER:
        raise table.wrong(f"has 'of', which only an option of the type {_or(_LAID_OVER)} has")
    if of is not None and sets:
        raise table.wrong(
            f"has 'of' beside '{sets[0]}': it is laid over the picture, and sets nothing itself"
        )
    if kind is OptionKind.AREA and of is None:
        raise table.wrong("needs 'of': the name of the picture option of which it is an area")
    if kind is OptionKind.MASK and of is None and not sets:
        raise table.wrong(
            "needs 'of', the name of the picture option that it is laid over; or 'node' and 'input' of a node that "
            "loads a mask by itself"
        )
    if kind is OptionKind.SIZE and sets:
        raise table.wrong(
            f"has '{sets[0]}': an option of the type 'size' sets the options 'width' and 'height'"
        )
    if kind in {OptionKind.AREA, OptionKind.SIZE} or kind in ATTACHED:
        for key in _ANSWERS:
            if key in table:
                raise table.wrong(f"has '{key}', which an option of the type '{kind}' cannot have")


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
            raise table.wrong(
                f"has the option '{option.name}' of '{option.of}', which is no option of the type 'image'; "
                f"{did_you_mean(option.of, pictures)}"
            )
        other = seen.setdefault((option.kind, option.of), option.name)
        if other != option.name:
            kinds = _LAID_OVER[option.kind or OptionKind.MASK]
            raise table.wrong(
                f"has several {kinds} of the picture '{option.of}', {quoted([other, option.name])}: leave one"
            )


def _or(kinds: Iterable[str]) -> str:
    return " or ".join(f"'{kind}'" for kind in kinds)
