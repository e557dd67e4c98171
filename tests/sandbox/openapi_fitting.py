"""Whether a value fits a schema, said soon: each schema becomes a function once, and is read no more.

It says yes or no only. What is wrong is told by jsonschema, which takes ten times as long and is asked where this says no;
``test_openapi_fitting`` holds the two against each other. A word of the schemas that is not known here is an error.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeGuard

from tests.sandbox.openapi_schemas import REFERENCE, Schema, Schemas

Fits: TypeAlias = Callable[[Any], bool]


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Fits] = {
    "array": is_list,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value == int(value),
    "null": lambda value: value is None,
    "number": _is_number,
    "object": is_object,
    "string": lambda value: isinstance(value, str),
}
_SIZED: Mapping[str, Fits] = {
    "Length": _TYPES["string"],
    "Items": _TYPES["array"],
    "Properties": _TYPES["object"],
}
_FIELDS = frozenset({"properties", "additionalProperties"})
"""These are read together."""
_SAY_NOTHING = frozenset({"contentEncoding"})


class Fitting:
    """Functions for schemas that refer to each other by name."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._named: dict[str, Fits] = {}

    def of(self, schema: Any) -> Fits:
        if isinstance(schema, bool):
            return lambda _: schema
        checks = [
            self._check(word, told) for word, told in schema.items() if word not in _SAY_NOTHING | _FIELDS
        ]
        if schema.keys() & _FIELDS:
            checks.append(
                self._fields(schema.get("properties", {}), schema.get("additionalProperties", True))
            )
        if len(checks) == 1:
            return checks[0]
        return lambda value: all(check(value) for check in checks)

    def _check(self, word: str, told: Any) -> Fits:
        match word:
            case "$ref":
                return self._reference(told.removeprefix(REFERENCE))
            case "type":
                return _any([_TYPES[each] for each in ([told] if isinstance(told, str) else told)])
            case "items":
                item = self.of(told)
                return lambda value: not is_list(value) or all(map(item, value))
            case "orNull":
                other = self.of(told)
                return lambda value: value is None or other(value)
            case "byType":
                branches = {tag: self.of(branch) for tags, branch in told for tag in tags}
                return lambda value: _meant(branches, value)
            case "anyOf" | "oneOf" | "allOf":
                return _union(word, [self.of(each) for each in told])
            case _:
                return _of_value(word, told)

    def _reference(self, name: str) -> Fits:
        """Made at its first use, for some refer to themselves."""

        def check(value: Any) -> bool:
            if name not in self._named:
                self._named[name] = self.of(self._schemas[name])
            return self._named[name](value)

        return check

    def _fields(self, properties: Mapping[str, Schema], others: Any) -> Fits:
        known, other = {name: self.of(schema) for name, schema in properties.items()}, self.of(others)

        def check(value: Any) -> bool:
            return not is_object(value) or all(known.get(name, other)(each) for name, each in value.items())

        return check


def _of_value(word: str, told: Any) -> Fits:
    """What is said of a value itself; of one of another kind it says nothing."""
    match word:
        case "const":
            return lambda value: _same(told, value)
        case "enum":
            return lambda value: any(_same(each, value) for each in told)
        case "required":
            return lambda value: not is_object(value) or value.keys() >= frozenset(told)
        case "minimum":
            return lambda value: not _is_number(value) or value >= told
        case "maximum":
            return lambda value: not _is_number(value) or value <= told
        case "pattern":
            found = re.compile(told).search
            return lambda value: not isinstance(value, str) or found(value) is not None
        case "uniqueItems":
            return lambda value: not (told and is_list(value)) or _are_unique(value)
        case _:
            return _of_size(word, told)


def _of_size(word: str, told: int) -> Fits:
    is_meant = _SIZED[word[3:]]
    if word.startswith("min"):
        return lambda value: not is_meant(value) or len(value) >= told
    return lambda value: not is_meant(value) or len(value) <= told


def _any(checks: list[Fits]) -> Fits:
    return checks[0] if len(checks) == 1 else lambda value: any(check(value) for check in checks)


def _union(word: str, branches: list[Fits]) -> Fits:
    least, most = {"anyOf": (1, len(branches)), "oneOf": (1, 1), "allOf": (len(branches), len(branches))}[
        word
    ]
    return lambda value: least <= sum(branch(value) for branch in branches) <= most


def _meant(branches: Mapping[Any, Fits], value: Any) -> bool:
    kind = value.get("type") if is_object(value) else None
    return isinstance(kind, str | int) and kind in branches and branches[kind](value)


def _same(one: object, other: object) -> bool:
    """As JSON: true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _are_unique(values: list[object]) -> bool:
    return len({json.dumps(each, sort_keys=True) for each in values}) == len(values)
