import inspect
import pickle

import pytest

import bot.comfy
from bot.comfy import (
    Away,
    ComfyError,
    GraphRefused,
    NodeProblem,
    NotFound,
    Refusal,
    StreamLost,
    TimedOut,
    TooLarge,
    Unauthorized,
    UnexpectedAnswer,
)
from bot.comfy.json_value import Unreadable

PROBLEM = NodeProblem("4", "Loader", "value_not_in_list", "name", "Value not in list", "'x' not in ['y']")

EXAMPLES: list[tuple[ComfyError, str]] = [
    (
        Away("host", "cannot be reached: Connection refused"),
        "ComfyUI at host cannot be reached: Connection refused.",
    ),
    (
        TimedOut("host", "did not answer GET /queue within 30 s"),
        "ComfyUI at host did not answer GET /queue within 30 s.",
    ),
    (
        GraphRefused("host", Refusal("kind", "Nothing to run.", (PROBLEM,))),
        "ComfyUI at host refused the graph: Nothing to run; node 4 Loader: Value not in list 'x' not in ['y'].",
    ),
    (
        NotFound("host", "has nothing at GET /view (404)", "body"),
        "ComfyUI at host has nothing at GET /view (404).",
    ),
    (
        TooLarge("host", "refused POST /prompt as too large: 413"),
        "ComfyUI at host refused POST /prompt as too large: 413.",
    ),
    (Unauthorized("host", "refused GET /queue (401)"), "ComfyUI at host refused GET /queue (401)."),
    (
        UnexpectedAnswer("host", "answered GET /queue with 500: x", 500, "x"),
        "ComfyUI at host answered GET /queue with 500: x.",
    ),
    (StreamLost("host", "ended the event stream (1006)"), "ComfyUI at host ended the event stream (1006)."),
]


def subclasses(error: type[ComfyError]) -> set[type[ComfyError]]:
    return {error}.union(*(subclasses(child) for child in error.__subclasses__()))


def test_every_error_is_exported_documented_and_has_an_example_here() -> None:
    tree = subclasses(ComfyError)
    assert tree - {ComfyError} == {type(error) for error, _ in EXAMPLES}
    assert tree <= {value for value in vars(bot.comfy).values() if inspect.isclass(value)}
    assert [error.__name__ for error in tree if not error.__doc__] == []


@pytest.mark.parametrize(("error", "sentence"), EXAMPLES)
def test_every_error_is_one_sentence_naming_its_server_and_survives_pickling(
    error: ComfyError, sentence: str
) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert [(type(each), str(each), each.server, vars(each)) for each in (error, again)] == [
        (type(error), sentence, "host", vars(error))
    ] * 2


def test_errors_that_python_has_words_for_are_those_too() -> None:
    assert {error.__name__ for error in subclasses(ComfyError) if issubclass(error, ConnectionError)} == {
        "Away",
        "StreamLost",
    }
    assert {error.__name__ for error in subclasses(ComfyError) if issubclass(error, TimeoutError)} == {
        "TimedOut"
    }


def test_errors_of_ours_raise_from_nothing_but_exception() -> None:
    assert not issubclass(ComfyError, OSError)
    assert not issubclass(Unreadable, ComfyError)


def test_a_long_body_is_cut() -> None:
    assert len(UnexpectedAnswer("host", "answered", 500, "x" * 5000).body) == 2048


def test_a_refusal_shows_no_keys_that_were_in_the_graph() -> None:
    problem = NodeProblem(
        "4", "Download", "custom", "url", "Cannot load", "https://user:pw@host/x?token=s3cret is gone"
    )
    shown = str(GraphRefused("host", Refusal("kind", "Nothing to run.", (problem,))))
    assert "https://•••@host/x?token=••• is gone" in shown
