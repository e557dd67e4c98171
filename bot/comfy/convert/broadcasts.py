"""What a node of Use Everywhere offers, and to which open inputs, by the rules of that pack's version 7.8."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum

from msgspec import Struct

from ..json_value import JsonValue, as_number, as_text, items, mapping
from .document import UiNode
from .patterns import PlainPattern, plain_pattern

SEED, PROMPTS, LIMITED = "Seed Everywhere", "Prompts Everywhere", "Anything Everywhere?"


MAX_WORDS = 200
"""Of labels, titles and patterns: more is not looked at."""


class Unclear(Exception):
    """It depends on more than a file's nodes and links where something is sent."""


class Sent(Struct, frozen=True):
    """What a broadcaster has at one of its inputs."""

    label: str
    type: str
    origin: str
    origin_slot: int


class Target(Struct, frozen=True):
    """An open input."""

    node_id: str
    title: str
    """Of the node."""
    label: str
    """Of the input; its name if it has none."""
    type: str


class _Pattern(Struct, frozen=True):
    plain: PlainPattern
    is_inverted: bool

    def lets(self, text: str) -> bool:
        return self.plain.found_in(text) is not self.is_inverted


class Rule(IntEnum):
    """How the label of a value says which inputs it is for, by the number that the pack saves."""

    EXACT = 0
    START = 1
    """The shorter of the two labels begins the other."""
    END = 2
    TITLE = 3
    """It is the node's title."""
    PATTERN = 4


class Broadcast(Struct, frozen=True):
    """One value that is offered to all open inputs of its type."""

    sent: Sent
    priority: float
    titles: _Pattern | None
    """Which nodes it is for."""
    inputs: _Pattern | None
    to_any: bool
    """For inputs that take anything, too."""
    rule: Rule | None
    """None: whatever the label is."""

    def reaches(self, target: Target) -> bool:
        """Whether the value is for that input."""
        return (
            self.sent.origin != target.node_id
            and (self.sent.type == target.type or (self.to_any and target.type == "*"))
            and (self.titles is None or self.titles.lets(target.title))
            and (self.inputs is None or self.inputs.lets(target.label))
            and (self.rule is None or _is_meant(self.rule, self.sent.label, target))
        )


def is_broadcaster(node: UiNode) -> bool:
    """Whether the node is one of the pack's, or one that the pack was told to broadcast the outputs of."""
    return is_everywhere(node.kind) or node.properties.get("ue_convert") is True


def is_everywhere(kind: str) -> bool:
    """Whether the class is one of the pack's: nothing is broadcast to these."""
    return kind.startswith("Anything Everywhere") or kind in {SEED, PROMPTS}


def is_current(broadcasters: Iterable[UiNode]) -> bool:
    """Whether they were saved by version 7 or later, whose rules are those here."""
    return any(mapping(node.properties.get("ue_properties")).get("version") for node in broadcasters)


def broadcasts(node: UiNode, sent: Sequence[Sent]) -> Iterator[Broadcast]:
    """What a broadcaster offers.

    Raises:
        Unclear: only the editor can tell for whom it is.
    """
    settings = _settings(node)
    if any(settings.get(key) for key in ("group_restricted", "color_restricted", "group_regex")):
        raise Unclear
    counts = Counter(value.type for value in sent)
    titles, inputs = _pattern(settings, "title"), _pattern(settings, "input")
    is_seed = node.kind == SEED
    if is_seed and inputs is None:
        inputs = _Pattern(_plain("seed"), is_inverted=False)
    default = (
        10 + 10 * (node.kind == PROMPTS) + 20 * bool(titles or inputs or max(counts.values(), default=0) > 1)
    )
    rule = _rule(settings.get("repeated_type_rule"))
    for value in sent:
        is_chosen = not is_seed and (counts[value.type] > 1 or bool(settings.get("apply_to_unrepeated")))
        if is_chosen and rule is Rule.PATTERN:
            _plain(value.label)
        yield Broadcast(
            value,
            priority=as_number(settings.get("priority")) or default,
            titles=titles,
            inputs=inputs,
            to_any=bool(settings.get("send_to_any")),
            rule=rule if is_chosen else None,
        )


def takes(node: UiNode, name: str, *, is_widget: bool) -> bool:
    """Whether an input of a node may be broadcast to: widgets where somebody said so, others where nobody forbade it."""
    if node.properties.get("rejects_ue_links"):
        return False
    settings = mapping(node.properties.get("ue_properties"))
    if not is_widget:
        return not mapping(settings.get("input_ue_unconnectable")).get(name)
    for known in (settings, node.properties):
        allowed = known.get("widget_ue_connectable")
        if isinstance(allowed, dict):
            return bool(allowed.get(name))
    return any(socket.name == name for socket in node.inputs)


def _settings(node: UiNode) -> Mapping[str, JsonValue]:
    """The broadcaster's own settings; before version 7 they were its properties and its widgets."""
    settings = mapping(node.properties.get("ue_properties"))
    if settings.get("version"):
        return settings
    values = items(node.values) if node.kind == LIMITED else ()
    named = dict(zip(("title_regex", "input_regex", "group_regex"), values, strict=False))
    return {**node.properties, **{key: value for key, value in named.items() if value not in ("", ".*")}}


def _pattern(settings: Mapping[str, JsonValue], of: str) -> _Pattern | None:
    text = as_text(settings.get(f"{of}_regex"))
    if not text or text == ".*":
        return None
    return _Pattern(_plain(text), is_inverted=settings.get(f"{of}_regex_invert") is True)


def _rule(saved: JsonValue) -> Rule:
    return next((rule for rule in Rule if rule == saved), Rule.EXACT)


def _plain(text: str) -> PlainPattern:
    found = plain_pattern(text) if len(text) <= MAX_WORDS else None
    if found is None:
        raise Unclear
    return found


def _is_meant(rule: Rule, label: str, target: Target) -> bool:
    shared = min(len(label), len(target.label))
    match rule:
        case Rule.EXACT:
            return label == target.label
        case Rule.START:
            return label[:shared] == target.label[:shared]
        case Rule.END:
            return label[len(label) - shared :] == target.label[len(target.label) - shared :]
        case Rule.TITLE:
            return label == target.title
        case Rule.PATTERN:
            return _plain(label).found_in(target.label)
