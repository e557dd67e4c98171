"""Words that a server adds to what people type: as they are, nothing in them is read as a choice or a LoRA. Pure."""

from collections.abc import Mapping

from msgspec import Struct

from bot.workflows.inference.option_role import OptionRole
from bot.workflows.template import OptionKind
from bot.workflows.workflow import Option, Workflow


class Additions(Struct, frozen=True):
    prompt: str = ""
    negative: str = ""
    """To what is to be kept out."""

    def by_option(self, workflow: Workflow) -> Mapping[str, str]:
        """Option → what is added to it; what the workflow has no option for is passed over."""
        if self == NOTHING_ADDED:
            return {}
        found = {each.name: self._to(workflow, each) for each in workflow.options}
        return {name: words for name, words in found.items() if words}

    def _to(self, workflow: Workflow, option: Option) -> str:
        if option.kind is not OptionKind.TEXT:
            return ""
        if option.name == workflow.prompt_option:
            return self.prompt.strip()
        return self.negative.strip() if negates(option.name) else ""


NOTHING_ADDED = Additions()


def negates(option: str) -> bool:
    """Whether the words of an option of this name say what is to be kept out."""
    return option.startswith(OptionRole.NEGATIVE)


def with_added(words: str, added: str) -> str:
    """``a fox, masterpiece``. Words that end so already stay as they are: a job that is made of another has them."""
    if not added or not words.strip():
        return added or words
    whole = f"{_before(words)}, {added}"
    return words if words.strip() == added or words.rstrip().endswith(f", {added}") else whole


def without_added(words: str, added: str) -> str:
    if words.strip() == added:
        return ""
    return words.rstrip().removesuffix(f", {added}") if added else words


def _before(words: str) -> str:
    return words.rstrip().rstrip(",").rstrip()
