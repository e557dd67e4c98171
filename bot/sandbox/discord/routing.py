"""Which handler answers which path; paths are told as Discord's documentation writes them."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from msgspec import Struct

from bot.sandbox.discord import errors
from bot.sandbox.discord.bodies import Body
from bot.sandbox.discord.wire import Json

_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id")


class Call(Struct, frozen=True):
    """A request that reached its handler."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Body

    def number(self, name: str) -> int:
        """A snowflake of the path."""
        value = self.params[name]
        if not value.isascii() or not value.isdigit():
            raise errors.invalid_field(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return int(value)

    @property
    def json(self) -> Json:
        """The body as an object; the rules have seen it."""
        return self.body.json if isinstance(self.body.json, dict) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # JSON has string keys

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in {"1", "true"}


class Answer(Struct, frozen=True):
    status: int = 200
    json: Any = None
    """None: no content."""


NO_CONTENT = Answer(204)

Handler: TypeAlias = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str
    handler: Handler
    needs_token: bool = True
    """Whether the bot must say who it is; interactions carry their own token in the path."""
    segments: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "segments", tuple(self.template.split("/")))

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    def match(self, segments: list[str]) -> dict[str, str] | None:
        params: dict[str, str] = {}
        for wanted, given in zip(self.segments, segments, strict=True):
            if wanted.startswith("{"):
                params[wanted[1:-1]] = given
            elif wanted != given:
                return None
        return params


class Match(Struct, frozen=True):
    route: Route
    params: Mapping[str, str]

    @property
    def major(self) -> str:
        """What tells the buckets of one route apart."""
        return ":".join(self.params[name] for name in _MAJOR if name in self.params)


class Routes:
    def __init__(self, routes: list[Route]) -> None:
        self._by_shape: defaultdict[tuple[str, int], list[Route]] = defaultdict(list)
        for route in routes:
            self._by_shape[route.method, len(route.segments)].append(route)

    def find(self, method: str, path: str) -> Match | None:
        segments = path.split("/")
        for route in self._by_shape.get((method, len(segments)), ()):
            params = route.match(segments)
            if params is not None:
                return Match(route, params)
        return None

    def knows(self, path: str) -> bool:
        """Under another method."""
        methods = {method for method, _ in self._by_shape}
        return any(self.find(method, path) for method in methods)
