"""The way back from a graph to words: what a person would type so that the graph becomes the same. Pure."""

from collections.abc import Iterator

from bot.comfy import Graph, JsonValue, Node
from bot.comfy.dynamic_prompts import kept
from bot.workflows.prompts.lora_words import lora_word, typable
from bot.workflows.template import InputRef, OptionKind, PromptSyntax
from bot.workflows.workflow import LoraSlot, Option, Workflow


def set_by_words(workflow: Workflow) -> frozenset[InputRef]:
    """The inputs that words in a prompt can set, besides those that hold the words."""
    if PromptSyntax.LORAS not in workflow.prompt_syntax or workflow.prompt_option is None:
        return frozenset()
    return frozenset(
        InputRef(slot.node_id, name)
        for slot in workflow.lora_slots
        for name in (slot.input_name, *slot.strengths)
    )


def typed_words(workflow: Workflow, option: Option, sent: str, graph: Graph) -> str | None:
    """The words for a text option that holds ``sent``; with the prompt go the LoRAs that only words have set.

    None: something stands in their places that no words would have set.
    """
    if option.kind is not OptionKind.TEXT:
        return sent
    words = kept(sent) if PromptSyntax.CHOICES in workflow.prompt_syntax else sent
    if option.name != workflow.prompt_option:
        return words
    loras = tuple(_loras(workflow, graph))
    return None if None in loras else " ".join(filter(None, (words, *loras)))


def _loras(workflow: Workflow, graph: Graph) -> Iterator[str | None]:
    """One word a slot, up to the last that needs one: they are given out in order."""
    free = set_by_words(workflow)
    told_by_options = {
        target
        for option in workflow.options
        for target in option.targets
        if all(_value(graph, each) == _value(graph, target) for each in option.targets)
    }
    changed = [
        any(
            target in free
            and target not in told_by_options
            and _value(graph, target) != _value(workflow.graph, target)
            for target in (InputRef(slot.node_id, name) for name in (slot.input_name, *slot.strengths))
        )
        for slot in workflow.lora_slots
    ]
    last = max((index for index, is_changed in enumerate(changed) if is_changed), default=-1)
    for slot in workflow.lora_slots[: last + 1]:
        yield _word(slot, graph[slot.node_id])


def _word(slot: LoraSlot, node: Node) -> str | None:
    held = node.inputs.get(slot.input_name)
    match held:
        case {"on": True, "lora": str() as name, "strength": int() | float() as model}:
            clip = held.get("strengthTwo")
        case str() as name if slot.strengths:
            model = node.inputs.get(slot.strengths[0])
            clip = node.inputs.get(slot.strengths[-1])
        case _:
            return None
    if not isinstance(model, int | float) or not typable(name):
        return None
    return lora_word(name, model, clip if isinstance(clip, int | float) else model)


def _value(graph: Graph, target: InputRef) -> JsonValue:
    return graph[target.node_id].inputs.get(target.input_name)
