"""What is wrong with a request, and how Discord says so. Knows nothing of what a request may contain."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

Key: TypeAlias = str | int
JsonBody: TypeAlias = Mapping[str, object]

INVALID_FORM_BODY = 50035


class Problem(Struct, frozen=True):
    """One field that Discord would not take."""

    path: tuple[Key, ...]
    code: str
    message: str


class Refusal(Struct, frozen=True):
    """A whole request that Discord would not take, whatever its fields say."""

    status: int
    code: int
    message: str


EMPTY_MESSAGE = Refusal(400, 50006, "Cannot send an empty message")
TOO_LARGE = Refusal(413, 40005, "Request entity too large")
TOO_MANY_COMMANDS = Refusal(400, 30032, "Maximum number of application commands reached (100)")


class Problems(Struct):
    """Everything found wrong with one request, in the order in which it was found; empty means accepted."""

    found: list[Problem] = []
    refusal: Refusal | None = None

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found) + (self.refusal is not None)

    def add(self, path: Sequence[Key], code: str, message: str) -> None:
        self.found.append(Problem(tuple(path), code, message))

    def refuse(self, refusal: Refusal) -> None:
        """The first refusal stands. Wrong fields are told before it: Discord reads them first."""
        self.refusal = self.refusal or refusal

    @property
    def status(self) -> int:
        """The HTTP status of the answer; meaningless while nothing is wrong."""
        return 400 if self.found or self.refusal is None else self.refusal.status

    def body(self) -> JsonBody:
        """Discord's error object: ``errors`` mirrors the request, each wrong field holding its ``_errors``."""
        if self.refusal and not self.found:
            return {"message": self.refusal.message, "code": self.refusal.code}
        return {"message": "Invalid Form Body", "code": INVALID_FORM_BODY, "errors": _tree(self.found)}


class Spot(Struct, frozen=True):
    """A place in a request, where problems can be reported: ``spot / "embeds" / 0``."""

    problems: Problems
    path: tuple[Key, ...] = ()

    def __truediv__(self, key: Key) -> "Spot":
        return Spot(self.problems, (*self.path, key))

    def report(self, code: str, message: str) -> None:
        self.problems.add(self.path, code, message)

    def missing(self) -> None:
        self.report("BASE_TYPE_REQUIRED", "This field is required")


def _tree(problems: Sequence[Problem]) -> dict[str, object]:
    """Nest the problems by their paths.

    A field is a leaf or a branch, never both: what is wrong with the parts is told before what is wrong with the whole.
    """
    leaves = [problem for problem in problems if not problem.path]
    branches: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.path:
            first, *rest = problem.path
            branches.setdefault(str(first), []).append(Problem(tuple(rest), problem.code, problem.message))
    if branches:
        return {key: _tree(inner) for key, inner in branches.items()}
    return {"_errors": [{"code": leaf.code, "message": leaf.message} for leaf in leaves]}
