"""A workflow that some backend can run, with every question answered; and what comes of it. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from msgspec import Struct

from bot.comfy import Graph, InputSpec, JsonValue, Phrase
from bot.jobs.inputs import NewInput
from bot.texts import Text
from bot.workflows.after import After
from bot.workflows.discord_rules import MAX_OPTIONS
from bot.workflows.key import spoken
from bot.workflows.template import ALL_SYNTAX, InputRef, OptionKind, PromptSyntax, Scalar, UiGraph


class Option(Struct, frozen=True):
    """One thing that a person may set, as it becomes an option of the slash command."""

    name: str
    description: str
    kind: OptionKind
    targets: tuple[InputRef, ...]
    name_localisations: Mapping[str, str] = MappingProxyType({})
    description_localisations: Mapping[str, str] = MappingProxyType({})
    required: bool = False
    default: Scalar | None = None
    """What stands in when the person leaves it out; None for required ones, and for a seed to be picked.

    Of a file: the name of the workflow's own, which some server has.
    """
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    """Counted from ``minimum``. Discord does not know steps: :func:`bot.workflows.fill` checks them."""
    choices: tuple[str, ...] | None = None
    """Every name of the list, verbatim; None for all kinds but ``CHOICE``."""
    autocomplete: bool = False
    """True: ``choices`` do not fit into Discord's command (too many, too long), suggest them while the person types."""
    listed: bool = False
    """True: the list is the servers' own, so a job needs a backend that has the chosen name."""
    only: tuple[str, ...] | None = None
    """The names to which ``command.toml`` narrows the servers' list."""
    stands_in_for: str | None = None
    """The workflow's own name, where no server has it and ``default`` is another one; people are told."""
    of: str | None = None
    """The picture option that a mask or an area is laid over."""
    advanced: bool = False
    """Only in the edit form, not in the command."""


@dataclass(frozen=True, slots=True)
class LoraSlot:
    """A place of the graph for one LoRA, which words in a prompt can fill: ``<lora:name:0.8>``."""

    node_id: str
    input_name: str
    """What holds the name, or the row with name and strengths."""
    strengths: tuple[str, ...]
    """The inputs that hold the strengths: of the model, and perhaps of the text encoder."""
    listed_by: tuple[str, str]
    """The node class and the input whose list has the names."""
    names: tuple[str, ...] = field(repr=False)
    """Those that may be chosen, verbatim."""
    minimum: float | None = None
    maximum: float | None = None
    """Of the strengths."""
    is_row: bool = False


class Amounts(Struct, frozen=True):
    """The inputs of a graph that say how much work it is."""

    sizes: tuple[tuple[InputRef, InputRef], ...] = ()
    """Width and height of what is made."""
    megapixels: tuple[InputRef, ...] = ()
    batch: tuple[InputRef, ...] = ()
    steps: tuple[InputRef, ...] = ()
    frames: tuple[InputRef, ...] = ()
    seconds: tuple[InputRef, ...] = ()
    """Of a video, where no server bounds it: the graph makes frames of them."""
    fps: float | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    name: str
    """Its key: see :mod:`bot.workflows.key`."""
    description: str
    graph: Graph
    options: tuple[Option, ...]
    """Those that people may set, required ones first."""
    titles: Mapping[str, str]
    """Node id → what to call the node while it runs."""
    needs: frozenset[str]
    """What a backend must have whatever the person chooses; see :class:`bot.workflows.Capabilities`."""
    hidden: tuple[Option, ...] = ()
    """Those that nobody is asked for: their defaults are sent, and a seed without one is picked."""
    name_localisations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    description_localisations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ui: UiGraph | None = field(default=None, repr=False, compare=False)
    prompt_option: str | None = None
    """The option that says what to make; None: the workflow takes no words."""
    lora_slots: tuple[LoraSlot, ...] = ()
    """The first to run first."""
    prompt_syntax: frozenset[PromptSyntax] = ALL_SYNTAX
    """What is read in the words that people type for it."""
    own_options: tuple[str, ...] | None = None
    """Those of the bot's own options that the command may have; None: all (see :mod:`bot.workflows.own_options`)."""
    after: After = field(default_factory=After)
    """What its author wants to be offered under its results."""
    nsfw: bool = False
    """For adults: only in age-restricted channels."""
    variants: Mapping[InputRef, Mapping[str, Mapping[str, InputSpec]]] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )
    """The choices that options make and that bring inputs of their own; see :mod:`bot.workflows.variants`."""
    amounts: Amounts = field(default_factory=Amounts, repr=False, compare=False)
    fingerprint: str = ""
    trusted: bool = True
    """See :class:`bot.workflows.template.Template`, of both."""
    most_pixels: int = 0
    """Width times height that people may ask for; 0: no limit."""
    warnings: tuple[Phrase, ...] = field(default=(), compare=False)
    """What was odd in the file and did not matter enough to refuse it: values that cannot be sent, for instance."""

    @property
    def command(self) -> str:
        """What people call it, as Discord's command is called."""
        return spoken(self.name)

    def called(self, locale: str) -> str:
        """The command's name, as a person's Discord shows it."""
        return self.name_localisations.get(locale, self.command)

    @property
    def in_command(self) -> tuple[Option, ...]:
        """The options that the command has a place for; the others are in the edit form alone."""
        return tuple(option for option in self.options if not option.advanced)[:MAX_OPTIONS]

    @property
    def all_options(self) -> tuple[Option, ...]:
        """Everything that sets an input, hidden ones too."""
        return (*self.options, *self.hidden)


class Unavailable(Struct, frozen=True):
    """A workflow that no backend can run now."""

    name: str
    reasons: tuple[Text, ...]
    """What the backend that comes closest lacks."""


class Filled(Struct, frozen=True):
    """A graph ready to be submitted."""

    graph: Graph
    values: Mapping[str, str]
    """Option name → its value as shown, those included that the person left out."""
    needs: frozenset[str]
    inputs: tuple[NewInput, ...] = ()
    """The files that the person handed in; until they are on a backend, ``graph`` names the workflow's own there."""
    stand_ins: Mapping[str, str] = MappingProxyType({})
    """Option → the workflow's own name that no server has, where the person left the choice to us."""
    typed: Mapping[str, str] = MappingProxyType({})
    """Option → the words as they were typed, where ``values`` has what was made of them."""
    notices: tuple[Text, ...] = ()
    """What the person should know of what was made of their words."""
    added: Mapping[str, str] = MappingProxyType({})
    """Option → what the server adds to its words: ``graph`` and ``values`` have it, ``typed`` has not."""
    ui: JsonValue = None
    """The UI graph with the same values in it, where there is one: what the editor opens of a posted picture."""
