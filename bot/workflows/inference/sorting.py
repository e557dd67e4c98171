"""Who has which input, and what is one option to a person although it is several things in the graph."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.meaning import role_of, suits
from bot.workflows.inference.naming import option_name
from bot.workflows.inference.option_role import BY_LABEL, OptionRole
from bot.workflows.inference.titles import own_title, telling_name
from bot.workflows.inference.wording import own_label, wanted_name
from bot.workflows.template import InputRef

_SEVERAL = frozenset(
    {
        OptionRole.PROMPT,
        OptionRole.FIND,
        OptionRole.NEGATIVE,
        OptionRole.TAGS,
        OptionRole.LYRICS,
        OptionRole.VOICE,
    }
)
"""Of these a graph may well have more than one, each with a meaning of its own."""


_NEITHER = frozenset({OptionRole.MODEL, OptionRole.CHECKPOINT, OptionRole.LORA, OptionRole.LORA_STRENGTH})


def understood(
    anatomy: Anatomy, authored: Sequence[Candidate], walked: Sequence[Candidate]
) -> Iterator[Candidate]:
    """What authors chose, with what the walk knows of the same inputs: its meaning, and copies to keep in step."""
    claimed = {target for candidate in authored for target in candidate.targets}
    known = {target: candidate for candidate in walked for target in candidate.targets}
    for candidate in filter(lambda each: each.targets, authored):
        twin = next((known[target] for target in candidate.targets if target in known), None)
        role = _role(anatomy, candidate, twin)
        copies = [] if twin is None else [target for target in twin.targets if target not in claimed]
        about = twin.about if twin is not None and role is twin.role else None
        yield replace(candidate, role=role, about=about, targets=(*candidate.targets, *copies))


def unclaimed(anatomy: Anatomy, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Each input once: the first that names it has it."""
    taken: set[InputRef] = set()
    for candidate in candidates:
        free = dict.fromkeys(target for target in candidate.targets if target not in taken)
        targets = tuple(target for target in free if anatomy.literal(target) is not None)
        if targets:
            taken.update(targets)
            yield replace(candidate, targets=targets)


def together(anatomy: Anatomy, candidates: Sequence[Candidate]) -> list[Candidate]:
    """One meaning, one option: what is called the same and has the same value becomes one.

    Of what the walk found under one name the first stays, and the others step back, unless they have a name of their own.
    """
    merged: dict[object, Candidate] = {}
    for candidate in candidates:
        key = _key(anatomy, candidate)
        first = merged.get(key)
        if first is None:
            merged[key] = candidate
        else:
            merged[key] = replace(
                first,
                targets=(*first.targets, *candidate.targets),
                advanced=first.advanced and candidate.advanced,
            )
    return _first_of_each(anatomy, list(merged.values()))


def _key(anatomy: Anatomy, candidate: Candidate) -> object:
    if candidate.slot:
        return candidate.role, candidate.slot
    value = anatomy.literal(candidate.targets[0])
    if candidate.kind is not None or (value == "" and candidate.role is not OptionRole.NEGATIVE):
        return candidate.targets
    if candidate.role is OptionRole.SEED:
        return candidate.role
    return wanted_name(anatomy, candidate), type(value), value


def _first_of_each(anatomy: Anatomy, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of two models neither comes first: which is which, nobody could tell, and one alone would be the wrong one."""
    alike = Counter(wanted_name(anatomy, each) for each in candidates if _could_be_another(anatomy, each))
    seen: set[str] = set()
    sorted_out: list[Candidate] = []
    for candidate in candidates:
        name = wanted_name(anatomy, candidate)
        is_again = name in seen or (candidate.role in _NEITHER and alike[name] > 1)
        seen.add(name)
        back = is_again and _could_be_another(anatomy, candidate)
        sorted_out.append(replace(candidate, advanced=True) if back else candidate)
    return sorted_out


def _could_be_another(anatomy: Anatomy, candidate: Candidate) -> bool:
    """Whether only a number would tell it from others of its name, and a graph needs no more than one of them."""
    several = candidate.authored or candidate.kind is not None or candidate.slot or candidate.role in _SEVERAL
    return not several and not telling_name(anatomy, candidate.targets[0])


def _role(anatomy: Anatomy, candidate: Candidate, twin: Candidate | None) -> OptionRole | None:
    """By the author's word where the input can be that, by what the walk found, else by what takes its value."""
    target = candidate.targets[0]
    said = BY_LABEL.get(own_label(candidate)) or BY_LABEL.get(option_name(own_title(anatomy, target)))
    found = [said, twin.role if twin is not None else None, role_of(anatomy, target)]
    found += [OptionRole.SEED] if target.own_name in {"seed", "noise_seed"} else []
    found += [role_of(anatomy, use) for use in anatomy.uses(target)]
    value, spec = anatomy.literal(target), anatomy.spec(target)
    return next((role for role in found if role is not None and suits(role, value, spec)), None)
