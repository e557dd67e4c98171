"""How an interaction may be answered: which kind of answer fits which kind of interaction, and what it may hold."""

from collections.abc import Mapping, Sequence
from enum import IntEnum

from bot.sandbox.discord.rules.files import Before
from bot.sandbox.discord.rules.messages import EPHEMERAL, Via, check_message_at
from bot.sandbox.discord.rules.modals import MODAL
from bot.sandbox.discord.rules.options import CHOICE_VALUES, STRING, choices
from bot.sandbox.discord.rules.problems import Problems, Spot
from bot.sandbox.discord.rules.shapes import Rule, anything, as_number, as_object, integer, one_of, record


class Asked(IntEnum):
    """What a person did."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class Answer(IntEnum):
    """What a bot may say to it."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9
    LAUNCH_ACTIVITY = 12


_NEW_MESSAGE = (Answer.MESSAGE, Answer.DEFERRED_MESSAGE)
_SAME_MESSAGE = (Answer.DEFERRED_UPDATE, Answer.UPDATE)

FITTING: Mapping[int, tuple[Answer, ...]] = {
    Asked.PING: (Answer.PONG,),
    Asked.COMMAND: (*_NEW_MESSAGE, Answer.MODAL, Answer.LAUNCH_ACTIVITY),
    Asked.COMPONENT: (*_NEW_MESSAGE, *_SAME_MESSAGE, Answer.MODAL, Answer.LAUNCH_ACTIVITY),
    Asked.AUTOCOMPLETE: (Answer.CHOICES,),
    Asked.MODAL_SUBMIT: (*_NEW_MESSAGE, *_SAME_MESSAGE, Answer.LAUNCH_ACTIVITY),
}
_CALLBACK: Mapping[str, Rule] = {"type": integer(), "data": anything}


def check_callback(
    payload: object,
    *,
    interaction_type: int,
    file_names: Sequence[str] = (),
    before: Before | None = None,
    option_type: int = STRING,
) -> Problems:
    """Judge an answer to an interaction.

    ``before`` is the message that a component (or the modal it opened) belongs to; without one there is nothing to
    update. ``option_type`` is that of the option which is being autocompleted.
    """
    problems = Problems()
    spot = Spot(problems)
    record(_CALLBACK, required=["type"])(payload, spot)
    answer = as_object(payload)
    kind = as_number(answer.get("type"))
    fitting = [each for each in FITTING[interaction_type] if before or each not in _SAME_MESSAGE]
    if kind is not None and kind in fitting:
        data = answer.get("data")
        _check_data(kind, data, spot / "data", file_names=file_names, before=before, option_type=option_type)
    elif kind is not None:
        one_of(*map(int, fitting))(kind, spot / "type")
    return problems


def _check_data(
    kind: int, data: object, spot: Spot, *, file_names: Sequence[str], before: Before | None, option_type: int
) -> None:
    match kind:
        case Answer.MESSAGE | Answer.UPDATE:
            earlier = before if kind == Answer.UPDATE else None
            check_message_at(
                {} if data is None else data, spot, file_names=file_names, before=earlier, via=Via.CALLBACK
            )
        case Answer.DEFERRED_MESSAGE:
            _check_deferral(data, spot)
        case Answer.CHOICES:
            suggestions = choices(option_type if option_type in CHOICE_VALUES else STRING)
            record({"choices": suggestions}, required=["choices"])({} if data is None else data, spot)
        case Answer.MODAL:
            MODAL({} if data is None else data, spot)
        case _:
            if data:
                spot.report("UNKNOWN_FIELD", "This kind of answer has no data.")


def _check_deferral(data: object, spot: Spot) -> None:
    """All that can be said before there is a message is whether only one person shall see it."""
    if data is None:
        return
    record({"flags": integer(0)})(data, spot)
    if (as_number(as_object(data).get("flags")) or 0) & ~EPHEMERAL:
        (spot / "flags").report("BASE_TYPE_CHOICES", f"Value must be one of (0, {EPHEMERAL}).")
