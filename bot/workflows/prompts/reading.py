"""From the words that people typed to those that a graph takes, and to the LoRAs that they ask for. Pure."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from bot.comfy import JsonValue
from bot.comfy.dynamic_prompts import Pick, first, kept
from bot.texts import Text, text
from bot.workflows.prompts.expansion import expanded
from bot.workflows.prompts.lora_choices import LoraChoice, LoraChooser
from bot.workflows.prompts.lora_words import LoraText, read_loras, with_words
from bot.workflows.prompts.wildcards import NO_WILDCARDS, Wildcards, unknown
from bot.workflows.template import InputRef, OptionKind, PromptSyntax, Scalar
from bot.workflows.workflow import Workflow

MAX_NOTICES = 5


class PromptRules(Struct, frozen=True):
    """What typed words are read with."""

    wildcards: Wildcards = field(default_factory=lambda: NO_WILDCARDS)
    pick: Pick = first


class ReadPrompts(Struct, frozen=True):
    """What came of the words. ``sent``, ``shown`` and ``typed`` are by option."""

    sent: Mapping[str, str] = MappingProxyType({})
    """As the graph takes them, for every text that was typed."""
    shown: Mapping[str, str] = MappingProxyType({})
    """As they were resolved, for every text that was typed; typed again, they become the same once more."""
    typed: Mapping[str, str] = MappingProxyType({})
    """As they were typed, where that is not what is shown."""
    inputs: Mapping[InputRef, JsonValue] = MappingProxyType({})
    """What the LoRAs set in the graph, in place of what stands there."""
    needs: frozenset[str] = frozenset()
    notices: tuple[Text, ...] = ()


def read_prompts(workflow: Workflow, given: Mapping[str, Scalar], rules: PromptRules) -> ReadPrompts:
    """``given``: what the person answered, by option, and nothing that they left out."""
    texts = {
        option.name: given[option.name]
        for option in workflow.options
        if option.kind is OptionKind.TEXT and option.name in given
    }
    reading = _Reading(workflow, rules, given)
    words = {name: reading.words(str(typed)) for name, typed in texts.items()}
    shown = {name: each.shown for name, each in words.items()}
    return ReadPrompts(
        sent={name: each.sent for name, each in words.items()},
        shown=shown,
        typed={name: str(typed) for name, typed in texts.items() if shown[name] != typed},
        inputs=reading.inputs,
        needs=frozenset(each.need for each in reading.loras),
        notices=_first(reading.all_notices()),
    )


class _Words(Struct, frozen=True):
    sent: str
    shown: str


class _Reading:
    """Reads the texts of one job, one after the other: they share its slots for LoRAs."""

    def __init__(self, workflow: Workflow, rules: PromptRules, given: Mapping[str, Scalar]) -> None:
        self.loras: list[LoraChoice] = []
        self.inputs: dict[InputRef, JsonValue] = {}
        self._workflow, self._rules, self._given = workflow, rules, given
        self._notices: list[Text] = []
        set_by_options = {
            target: given[option.name]
            for option in workflow.options
            if option.name in given
            for target in option.targets
        }
        self._chooser = LoraChooser(workflow.lora_slots, set_by_options, self._notices)

    def words(self, typed: str) -> _Words:
        syntax, wildcards = self._workflow.prompt_syntax, self._rules.wildcards
        has_choices = PromptSyntax.CHOICES in syntax
        result = expanded(
            typed,
            choices=has_choices,
            wildcards=wildcards if PromptSyntax.WILDCARDS in syntax else None,
            pick=self._rules.pick,
        )
        self._notices += [unknown(name, wildcards) for name in result.unknown]
        self._notices += [text("prompt-wildcard-left", name=f"__{name}__") for name in result.left]
        read = read_loras(result.words) if PromptSyntax.LORAS in syntax else LoraText((result.words,), ())
        choices = [self._chosen(read, index) for index in range(len(read.wishes))]
        shown = with_words(read, [choice.word if choice else "" for choice in choices])
        again = read_loras(shown) if choices else read
        sent = with_words(again, [""] * len(again.wishes))
        return _Words(sent, kept(shown) if has_choices else shown)

    def _chosen(self, read: LoraText, index: int) -> LoraChoice | None:
        choice = self._chooser.choose(read.wishes[index])
        if choice is not None:
            self.loras.append(choice)
            self.inputs.update(choice.inputs())
        return choice

    def all_notices(self) -> Iterable[Text]:
        yield from self._notices
        for option in self._workflow.options:
            replaced = [self.inputs[each] for each in option.targets if each in self.inputs]
            value = self._given.get(option.name)
            if value is not None and any(each != value for each in replaced):
                yield text(
                    "prompt-lora-over-option",
                    option=option.name,
                    value=_shown(value),
                    used=_shown(replaced[0]),
                )


def _first(notices: Iterable[Text]) -> tuple[Text, ...]:
    """As many as anybody reads, each once."""
    told: list[Text] = []
    for notice in notices:
        if notice not in told:
            told.append(notice)
        if len(told) == MAX_NOTICES:
            break
    return tuple(told)


def _shown(value: JsonValue) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
