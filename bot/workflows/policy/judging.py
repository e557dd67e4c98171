"""Judges a graph before it runs: which node classes it may use, and which files its nodes may name. Pure.

The operator's own workflows are trusted, but for classes that the operator denies. A graph that somebody else brought is
code for the machine with the GPU: it may use no class that reaches beyond its work, names only files that are listed or
handed in, and writes only where this bot says.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.comfy import Graph, InputSpec, JsonValue, Node, NodeClass, ObjectInfo
from bot.texts import Text
from bot.workflows.policy.denied_nodes import Danger, DeniedNodes, shipped
from bot.workflows.policy.file_inputs import Names, named_by
from bot.workflows.policy.outside import is_a_place, is_plain_prefix, leads_out, without_annotation
from bot.workflows.policy.patterns import Patterns
from bot.workflows.policy.reasons import Problem, about_class, about_input
from bot.workflows.template import InputRef

MOST_REASONS = 10
_NO_INPUTS: frozenset[InputRef] = frozenset()


@dataclass(frozen=True, slots=True)
class NodePolicy:
    """What an operator lets graphs do. Above the shipped list stands what is allowed, above all what is denied."""

    denied: Patterns = field(default_factory=Patterns)
    """In every graph, the operator's own included."""
    allowed: Patterns = field(default_factory=Patterns)
    """Classes that the operator vouches for, whatever a graph has them do."""
    listed: DeniedNodes = field(default_factory=shipped, repr=False, compare=False)

    def refusals(
        self,
        graph: Graph,
        knowledge: Sequence[ObjectInfo],
        *,
        trusted: bool,
        handed_in: Collection[InputRef] = _NO_INPUTS,
    ) -> tuple[Text, ...]:
        """Why the graph may not run, the first reasons of perhaps many; empty: it may.

        ``knowledge``: of the backends on which it could run; what one of them says against it counts. Empty: nobody
        answered, and names alone tell. ``handed_in``: inputs that hold a file of whoever asks, or will.
        """
        judge = self._by_name if trusted else self._by_all
        found = (each for node_id in graph for each in judge(graph, node_id, knowledge, handed_in))
        reasons: list[Text] = []
        for reason in found:
            if reason not in reasons:  # two backends may say the same
                reasons.append(reason)
            if len(reasons) == MOST_REASONS:
                break
        return tuple(reasons)

    def may_be_typed(self, node: Node, input_name: str, knowledge: Sequence[ObjectInfo]) -> bool:
        """Whether people's words may go into an input of a graph that somebody brought."""
        if node.class_type in self.allowed:
            return True
        return all(named_by(node, input_name, each) is not Names.PLACE for each in _versions(node, knowledge))

    def _by_name(
        self, graph: Graph, node_id: str, _knowledge: Sequence[ObjectInfo], _handed_in: Collection[InputRef]
    ) -> Iterator[Text]:
        if graph[node_id].class_type in self.denied:
            yield about_class(graph, node_id, None)

    def _by_all(
        self, graph: Graph, node_id: str, knowledge: Sequence[ObjectInfo], handed_in: Collection[InputRef]
    ) -> Iterator[Text]:
        node = graph[node_id]
        if node.class_type in self.denied:
            yield about_class(graph, node_id, None)
            return
        if node.class_type in self.allowed:
            return
        for node_class in _versions(node, knowledge):
            module = "" if node_class is None else node_class.python_module
            danger = _danger(self.listed, node.class_type, module)
            if danger is not None:
                yield about_class(graph, node_id, danger)
                return
            for name in node.inputs:
                target = InputRef(node_id, name)
                yield from _about(graph, target, node_class, is_handed_in=target in handed_in)


DEFAULT_POLICY = NodePolicy()


@lru_cache(maxsize=4096)
def _danger(listed: DeniedNodes, class_type: str, module: str) -> Danger | None:
    """Hundreds of patterns are compared."""
    return listed.danger(class_type, module)


def _versions(node: Node, knowledge: Sequence[ObjectInfo]) -> Sequence[NodeClass | None]:
    """The class as each backend has it; None alone where none does."""
    return [info.classes[node.class_type] for info in knowledge if node.class_type in info.classes] or [None]


def _about(
    graph: Graph, target: InputRef, node_class: NodeClass | None, *, is_handed_in: bool
) -> Iterator[Text]:
    """What is wrong with one input."""
    node, name = graph[target.node_id], target.input_name
    value = node.inputs[name]
    spec = None if node_class is None else node_class.input_of(name, node.inputs)
    problem = None
    match named_by(node, name, node_class):
        case Names.PREFIX:  # what is no text gives way to a prefix of ours
            problem = Problem.PREFIX if isinstance(value, str) and not is_plain_prefix(value) else None
        case Names.NOTHING:
            problem = Problem.OUTSIDE if _hides_a_place(value, spec) else None
        case _ if is_handed_in:
            named = isinstance(value, str) and without_annotation(value)
            problem = Problem.OUTSIDE if named and leads_out(named) else None
        case Names.PLACE if node_class is None and isinstance(value, list):
            pass  # of a class that nobody knows yet, ``script`` may be of a type of its own; it is judged before it runs
        case _ if isinstance(value, list | dict):
            problem = Problem.LINKED
        case names if isinstance(value, str):
            problem = _about_a_name(names, value, spec, is_of_a_choice="." in name)
        case _:
            pass
    if problem is not None:
        yield about_input(graph, target, value, problem)


def _about_a_name(
    names: Names, value: str, spec: InputSpec | None, *, is_of_a_choice: bool
) -> Problem | None:
    options = None if spec is None else spec.options
    if options is not None and value in options:
        return None
    if not value.strip() or (spec is not None and value == spec.default):
        return None
    if names is Names.PLACE:
        return Problem.PLACE
    if leads_out(value):
        return Problem.OUTSIDE
    if names is Names.UPLOAD:
        return None if spec is None else Problem.UNLISTED
    # of models that are not there the sentence with the nearest names tells (``availability``), but for those of choices
    return Problem.UNLISTED if options is not None and is_of_a_choice else None


def _hides_a_place(value: JsonValue, spec: InputSpec | None) -> bool:
    if spec is not None and (spec.multiline or (spec.options is not None and value in spec.options)):
        return False
    return any(map(is_a_place, _words_in(value)))


def _words_in(value: JsonValue) -> Iterator[str]:
    """Every text in a value, however deep: packs send rows and dictionaries."""
    waiting: list[JsonValue] = [value]
    while waiting:
        match waiting.pop():
            case str() as words:
                yield words
            case dict() as entry:
                waiting += entry.values()
            case list() as entries:
                waiting += entries
            case _:
                pass
