"""What a person typed into a form, as the value of an option. Pure; whether it is allowed is found out later."""

import re

from bot.workflows.template import OptionKind, Scalar
from bot.workflows.workflow import Option

_NUMBER = re.compile(r"[+-]?([0-9]{1,30}([.,][0-9]{0,30})?|[.,][0-9]{1,30})")
_BOOLEANS = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


def typed_value(option: Option, words: str) -> Scalar:
    """The value that the words say, ``0,5`` being a number as well; the words themselves where they say none."""
    line = words.strip()
    match option.kind:
        case OptionKind.NUMBER if _NUMBER.fullmatch(line):
            return float(line.replace(",", "."))
        case OptionKind.BOOLEAN:
            return _BOOLEANS.get(line.casefold(), line)
        case OptionKind.TEXT:
            return words
        case _:
            return line
