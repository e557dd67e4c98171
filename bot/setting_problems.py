"""What is wrong with a setting, as a text: what our validators say, and what pydantic says in English of its own."""

from typing import TYPE_CHECKING

from bot.comfy import Phrase
from bot.comfy_words import told as told_by_comfy
from bot.texts import Argument, Text, text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Wrong(ValueError):
    """Raised by validators. Its sentence goes on after the setting's name, and never quotes a value: it may be secret."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.id)
        self.message = message


def told(problem: "ErrorDetails") -> Text:
    """One sentence that begins with the setting, where it is about one alone."""
    words = _words(problem)
    if not problem["loc"]:
        return words if isinstance(words, Text) else text("setting-other", said=str(words))
    return text("setting-wrong", setting=str(problem["loc"][0]).upper(), problem=words)


def _words(problem: "ErrorDetails") -> Argument:
    match problem.get("ctx", {}).get("error"):
        case Wrong(message=message):
            return message
        case ValueError(args=(Phrase() as phrase,)):
            return told_by_comfy(phrase)
        case _:
            return _of_pydantic(problem)


def _of_pydantic(problem: "ErrorDetails") -> Text:
    context = problem.get("ctx", {})
    match problem["type"]:
        case "int_parsing" | "int_type" | "int_from_float":
            return text("setting-whole-number")
        case "float_parsing" | "float_type" | "finite_number":
            return text("setting-number")
        case "bool_parsing" | "bool_type":
            return text("setting-flag")
        case "greater_than_equal":
            return text("setting-at-least", least=_number(context["ge"]))
        case "less_than_equal":
            return text("setting-at-most", most=_number(context["le"]))
        case "greater_than":
            return text("setting-above", least=_number(context["gt"]))
        case "enum":
            return text("setting-one-of", names=str(context["expected"]).replace(" or ", ", "))
        case _:
            return text("setting-other", said=problem["msg"].removeprefix("Value error, "))


def _number(bound: float) -> str:
    return f"{bound:g}"
