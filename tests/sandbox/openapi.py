"""Watches the Discord stand-in: every request it accepts and every answer it gives must fit Discord's own document.

    with watching() as observers:
        async with DiscordStandIn.running(observers=observers) as discord: ...

What did not fit is told at the end, all of it. Without the document there is nothing to watch with.
"""

import re
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias, cast

from bot.sandbox.discord.wire import Exchange, Observer
from tests.sandbox.openapi_dispatches import wrong_in_dispatch
from tests.sandbox.openapi_document import Document, Operation, document_path, load

Object: TypeAlias = Mapping[str, object]
Problems: TypeAlias = Iterator[str]

_FILE_PART = re.compile(r"files\[\d+\]")
_DIGITS = re.compile(r"-?\d+")
_UPDATE = 7
_FAULTS = 500
"""Answers from here on are faults that a test asked for; the document has none of them."""


class Misfits(AssertionError):
    """Something went over the wire that Discord would not have said, or not have taken."""


class Conformance:
    """An observer of the stand-in. Collects; raises nothing, so that the stand-in goes on as if nobody watched."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: Counter[str] = Counter()
        self.seen = 0

    def __call__(self, exchange: Exchange) -> None:
        self.seen += 1
        for problem in self._problems(exchange):
            self._found[problem] += 1

    @property
    def failures(self) -> Sequence[str]:
        """Each misfit once, in the order of their first appearance."""
        return [
            problem if times == 1 else f"{problem} ({times} times)" for problem, times in self._found.items()
        ]

    def verify(self) -> None:
        if self.failures:
            raise Misfits(
                "\n".join([f"{len(self.failures)} misfits with Discord's document:", *self.failures])
            )

    def _problems(self, exchange: Exchange) -> Problems:
        if exchange.kind == "dispatch":
            yield from _each(f"dispatch {exchange.event}", wrong_in_dispatch(self._document, exchange))
        elif 0 < exchange.status < _FAULTS:
            yield from self._problems_of_call(exchange)

    def _problems_of_call(self, exchange: Exchange) -> Problems:
        operation = self._document.operation(exchange.method, exchange.path)
        if operation is None:
            # What does not exist may be asked for, as long as the answer says so.
            if exchange.status not in {404, 405}:
                yield f"{exchange.method} {exchange.path}: no operation of Discord's, but answered {exchange.status}"
            return
        if exchange.status < 400:
            for check in (self._wrong_in_request, _wrong_in_query, _wrong_in_files):
                yield from _each(f"{operation.name} request", check(operation, exchange))
        yield from _each(
            f"{operation.name} answer {exchange.status}", self._wrong_in_answer(operation, exchange)
        )

    def _wrong_in_request(self, operation: Operation, exchange: Exchange) -> Problems:
        if operation.request is not None:
            yield from self._document.requests.problems(operation.request, exchange.request_json)
        elif exchange.request_json:
            yield "body: this operation takes none"

    def _wrong_in_answer(self, operation: Operation, exchange: Exchange) -> Problems:
        status = str(exchange.status)
        key = next((each for each in (status, f"{status[0]}XX") if each in operation.responses), None)
        if key is None:
            yield f"status: Discord answers only {', '.join(operation.responses)}"
        elif (schema := operation.responses[key]) is not None:
            yield from self._document.responses.problems(schema, exchange.response_json)
        elif exchange.response_json is not None:
            yield "body: this answer has none"


@contextmanager
def watching() -> Generator[Sequence[Observer]]:
    """Observers to hand to a stand-in; raises :class:`Misfits` at the end. None where the document is not at hand."""
    path = document_path()
    if path is None:
        yield ()
        return
    conformance = Conformance(load(path))
    yield (conformance,)
    conformance.verify()


def _each(where: str, problems: Problems) -> Problems:
    for problem in problems:
        yield f"{where}: {problem}"


def _wrong_in_query(operation: Operation, exchange: Exchange) -> Problems:
    for name, value in exchange.query.items():
        if name not in operation.query:
            yield f"query: {name} is not known here"
            continue
        kind = operation.query[name].get("type")
        # discord.py writes booleans as digits; the documentation allows it ("boolean query strings").
        if kind == "boolean" and value.lower() not in {"0", "1", "true", "false"}:
            yield f"query: {name}={value} is not a boolean"
        elif kind == "integer" and not _DIGITS.fullmatch(value):
            yield f"query: {name}={value} is not an integer"


def _wrong_in_files(_operation: Operation, exchange: Exchange) -> Problems:
    """The document does not model ``payload_json``; the rule is the documentation's: parts and attachments name each other."""
    for part in exchange.request_files:
        if not _FILE_PART.fullmatch(part):
            yield f"part {part}: files are sent as files[n]"
    body = _object(exchange.request_json)
    data = _object(body.get("data"))
    if exchange.method != "POST" or body.get("type") == _UPDATE:
        return  # an edit also lists attachments that stay
    for attachment in _list(body.get("attachments")) or _list(data.get("attachments")):
        identity = _object(attachment).get("id")
        if f"files[{identity}]" not in exchange.request_files:
            yield f"attachments: id {identity} has no part files[{identity}]"


def _object(value: object) -> Object:
    return cast("Object", value) if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()
