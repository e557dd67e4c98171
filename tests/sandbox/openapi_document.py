"""Discord's OpenAPI document: what each operation takes and answers, and what does not fit.

The document is data for checks and no part of the project: ``DISCORD_OPENAPI`` names it, or it lies as
``discord-openapi.json`` in ``shared`` beside the repository. Knows nothing of the stand-in.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema.exceptions import ValidationError

from tests.sandbox.openapi_fitting import Fits, Fitting
from tests.sandbox.openapi_schemas import (
    Schema,
    Schemas,
    narrowed,
    reference,
    request_view,
    response_view,
    validator_over,
)

_REPOSITORY = Path(__file__).parents[2]
_SNOWFLAKE = re.compile(r'"[1-9][0-9]{16,18}"')
_LARGE = 10_000
"""Characters of what takes longer to judge than to recognise."""


def document_path() -> Path | None:
    named = os.environ.get("DISCORD_OPENAPI")
    path = _REPOSITORY / named if named else _REPOSITORY.parent / "shared" / "discord-openapi.json"
    return path if path.is_file() else None


@cache
def load(path: Path) -> "Document":
    return Document(json.loads(path.read_text(encoding="utf-8")))


class Objects:
    """One view of the schemas, each compiled at its first use."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._fitting = Fitting(schemas)
        self._validator = validator_over(schemas)
        self._compiled: dict[str, tuple[Fits, Any]] = {}
        self._fitted: set[str] = set()
        """What fits, and need not be judged again: most bots in tests have the same commands, under other ids."""

    def problems(self, schema: Schema, value: object) -> Iterator[str]:
        known = _SNOWFLAKE.sub('"1"', f"{json.dumps(schema)} {json.dumps(value)}")
        if known in self._fitted:
            return
        fits, validator = self.checks(schema)
        if fits(value):
            if len(known) > _LARGE:
                self._fitted.add(known)
        else:
            told = [each for error in validator.iter_errors(value) for each in _told(error)]
            yield from told or ["body: it fits as far as jsonschema can tell, and not by openapi_fitting"]

    def checks(self, schema: Schema) -> tuple[Fits, Any]:
        """Whether a value fits, and a validator of jsonschema that tells what does not."""
        key = json.dumps(schema)
        if key not in self._compiled:
            narrow = narrowed(schema, self._schemas)
            self._compiled[key] = self._fitting.of(narrow), self._validator(narrow)
        return self._compiled[key]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    name: str
    request: Schema | None
    responses: Mapping[str, Schema | None]
    """Status (``200``, ``4XX``) → the schema of its body; None where there is none."""
    query: Mapping[str, Schema]


class Document:
    def __init__(self, source: Schema) -> None:
        self._paths: list[tuple[re.Pattern[str], str, Schema]] = [
            (_pattern(template), template, item) for template, item in source["paths"].items()
        ]
        self._shared_answers: Schemas = source["components"]["responses"]
        self._operations: dict[tuple[str, str], Operation] = {}
        self.requests = Objects(request_view(source))
        self.responses = Objects(response_view(source))

    def operation(self, method: str, path: str) -> Operation | None:
        """What a method of a path means; a path written out wins over one with a placeholder."""
        matching = [
            (template, item)
            for pattern, template, item in self._paths
            if method.lower() in item and pattern.fullmatch(path)
        ]
        if not matching:
            return None
        template, item = min(matching, key=lambda each: each[0].count("{"))
        key = (method, template)
        if key not in self._operations:
            self._operations[key] = self._read(item[method.lower()], item.get("parameters", []))
        return self._operations[key]

    def _read(self, operation: Schema, shared_parameters: Sequence[Schema]) -> Operation:
        name: str = operation["operationId"]
        request = _json_of(operation.get("requestBody", {}))
        if name == "execute_webhook":
            # The document allows the update's object, too, which rescues wrong bodies.
            request = reference("IncomingWebhookRequestPartial")
        parameters = [*shared_parameters, *operation.get("parameters", [])]
        return Operation(
            name=name,
            request=request,
            responses={
                status: _json_of(self._answer(given)) for status, given in operation["responses"].items()
            },
            query={each["name"]: each["schema"] for each in parameters if each["in"] == "query"},
        )

    def _answer(self, given: Schema) -> Schema:
        shared = given.get("$ref")
        return self._shared_answers[shared.rpartition("/")[2]] if shared else given


def _json_of(body: Schema) -> Schema | None:
    return body.get("content", {}).get("application/json", {}).get("schema")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, re.split(r"\{\w+\}", template))))


def _told(error: ValidationError) -> Iterator[str]:
    """An error in words; of a union only the branch that was nearest."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in cast("Sequence[ValidationError]", error.context or ()):
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if branches:
        for inner in min(branches.values(), key=len):
            yield from _told(inner)
    else:
        where = ".".join(map(str, error.absolute_path)) or "body"
        yield f"{where}: {error.message[:300]}"
