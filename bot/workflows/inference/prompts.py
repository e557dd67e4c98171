"""The texts that a graph draws, sings or films from: prompts, and what is to be kept out."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec.structs import replace

from bot.texts import Text, text
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.climbing import CONDITIONING, STRING, Climb, Side, names_words
from bot.workflows.inference.option_role import OptionRole
from bot.workflows.inference.pipes import is_pipe, takes_a_pipe
from bot.workflows.inference.plumbing import is_encoder, persons
from bot.workflows.template import InputRef

_CONDITIONED = frozenset({"positive", "negative", "conditioning"})
_OWN_ROLES = {"tags": OptionRole.TAGS, "lyrics": OptionRole.LYRICS}
"""Texts that are no prompts, and better called what they are."""
_MAKES = frozenset({"LATENT", "GUIDER", "IMAGE", "VIDEO", "AUDIO", "MODEL", "NOISE", "SIGMAS"})
"""What comes of conditioning where something is made; elsewhere something is looked for."""

_MADE = frozenset({"LATENT", "IMAGE", "VIDEO", "AUDIO"})

_ABOUT = (
    (frozenset({STRING, "*"}), text("option-prompt-asks")),
    (frozenset({"AUDIO", STRING}), text("option-prompt-sounds")),
)
"""By what comes of it, where that is nothing to look at."""


def prompts(anatomy: Anatomy) -> list[Candidate]:
    """Prompts first, the one nearest the last sampler before all; then what is to be kept out, or to be found."""
    conditioned = [*_conditioned(anatomy)]
    finding = [start for start in conditioned if not _makes(anatomy, start.node_id)]
    making = [start for start in conditioned if start not in finding]
    starts = [*making, *_worded(anatomy)] or [*_worded(anatomy, even_chat=True)]
    climb = Climb(anatomy)
    found = _texts(climb, starts)
    sought = [text for text in _texts(climb, finding)[Side.POSITIVE] if text not in found[Side.POSITIVE]]
    wanted, unwanted = _sides(anatomy, found)
    shown = frozenset(_shown(anatomy))
    about = next((words for types, words in _ABOUT if shown and shown <= types), None)
    return [
        *(_prompt(anatomy, group, about) for group in _grouped(anatomy, persons(anatomy, wanted))),
        *(_candidate(group, OptionRole.FIND) for group in _grouped(anatomy, persons(anatomy, sought))),
        *(_candidate(group, OptionRole.NEGATIVE) for group in _grouped(anatomy, persons(anatomy, unwanted))),
    ]


def _shown(anatomy: Anatomy) -> Iterator[str]:
    """The types of what is saved and shown in the end."""
    for node_id in anatomy.useful:
        for _, link in anatomy.links(node_id) if anatomy.saves(node_id) else ():
            outputs = anatomy.outputs(link.source) or ()
            yield from outputs[link.slot : link.slot + 1]


def _texts(climb: Climb, starts: Iterable[InputRef]) -> dict[Side, dict[InputRef, None]]:
    found: dict[Side, dict[InputRef, None]] = {side: {} for side in Side}
    for start in starts:
        texts = climb.texts(start)
        for side in Side:
            found[side] |= dict.fromkeys(texts[side])
    return found


def _sides(
    anatomy: Anatomy, found: dict[Side, dict[InputRef, None]]
) -> tuple[list[InputRef], list[InputRef]]:
    """A text for both sides is the prompt, unless another one is, or its node is called negative."""
    wanted, unwanted = found[Side.POSITIVE], found[Side.NEGATIVE]
    others = [text for text in wanted if text not in unwanted and not _is_called_negative(anatomy, text)]
    kept_out = [
        text for text in wanted if others and (text in unwanted or _is_called_negative(anatomy, text))
    ]
    return (
        [text for text in wanted if text not in kept_out],
        [*(text for text in unwanted if text not in wanted), *kept_out],
    )


def _is_called_negative(anatomy: Anatomy, text: InputRef) -> bool:
    return "negative" in (anatomy.graph[text.node_id].title or "").lower()


def _conditioned(anatomy: Anatomy) -> Iterator[InputRef]:
    """Where conditioning ends: samplers and guiders, which take it and do not hand it on."""
    conditioning = {
        link.source
        for node_id in anatomy.useful
        for name, link in anatomy.links(node_id)
        if name in _CONDITIONED
    }
    for node_id in anatomy.useful:
        if _hands_on(anatomy, node_id):
            continue
        makes = not _MADE.isdisjoint(anatomy.outputs(node_id) or ())
        for name, _ in anatomy.links(node_id):
            if makes and takes_a_pipe(anatomy, InputRef(node_id, name)):
                yield InputRef(node_id, name)
            spec = anatomy.spec(InputRef(node_id, name))
            if (
                spec.type == CONDITIONING
                if spec
                else _is_unknown_sampler(anatomy, node_id, name, conditioning)
            ):
                yield InputRef(node_id, name)


def _hands_on(anatomy: Anatomy, node_id: str) -> bool:
    """Whether conditioning goes on from the node, by itself or in a pipe; some samplers would give it back to any who ask."""
    outputs = anatomy.outputs(node_id) or ()
    links = (anatomy.link(use) for use in anatomy.used(node_id))
    given = {kind for link in links if link for kind in outputs[link.slot : link.slot + 1]}
    return any(kind == CONDITIONING or is_pipe(kind) for kind in given)


def _is_unknown_sampler(anatomy: Anatomy, node_id: str, name: str, conditioning: Collection[str]) -> bool:
    """While no server has answered: a node that takes ``positive`` and passes nothing on under such a name."""
    return anatomy.outputs(node_id) is None and name in _CONDITIONED and node_id not in conditioning


def _makes(anatomy: Anatomy, node_id: str) -> bool:
    outputs = anatomy.outputs(node_id)
    return outputs is None or not outputs or not _MAKES.isdisjoint(outputs)


def _worded(anatomy: Anatomy, *, even_chat: bool = False) -> Iterator[InputRef]:
    """Nodes that take words and make pictures, film or sound of them by themselves, as partner nodes do."""
    for node_id in anatomy.useful:
        outputs = anatomy.outputs(node_id)
        if outputs is None or CONDITIONING in outputs or not outputs:
            continue
        if set(outputs) <= {STRING, "*"} and not even_chat:
            continue
        for name in anatomy.graph[node_id].inputs:
            target = InputRef(node_id, name)
            spec = anatomy.spec(target)
            is_asked = spec and spec.type == STRING and (spec.multiline or target.own_name == "prompt")
            if is_asked and names_words(target.own_name):
                yield target


def _grouped(anatomy: Anatomy, targets: Sequence[InputRef]) -> list[tuple[InputRef, ...]]:
    """Texts that are one to a person: copies of each other, and the encoders' shares on one node."""
    groups: dict[object, list[InputRef]] = {}
    for target in targets:
        if is_encoder(target.own_name):
            groups.setdefault((target.node_id,), []).append(target)
        else:
            groups.setdefault(anatomy.literal(target), []).append(target)
    return [tuple(group) for group in groups.values()]


def _prompt(anatomy: Anatomy, targets: tuple[InputRef, ...], about: Text | None) -> Candidate:
    """What is empty in the file of a node that makes things by itself may stay so."""
    target = targets[0]
    may_stay = anatomy.literal(target) == "" and CONDITIONING not in (anatomy.outputs(target.node_id) or ())
    may_stay = may_stay and not anatomy.holds(target)
    return replace(_candidate(targets, OptionRole.PROMPT), about=about, required=False if may_stay else None)


def _candidate(targets: tuple[InputRef, ...], role: OptionRole) -> Candidate:
    return Candidate(targets, role=_OWN_ROLES.get(targets[0].own_name, role))
