"""Discord's schemas, made strict where they are too kind, corrected where they are wrong, and said so that errors tell.

Requests and answers share no object in the document, so each get a view of their own: request objects are closed (a
misspelt field is an error), response objects stay open, as every client must expect new fields.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]  # has no types

Schema: TypeAlias = dict[str, Any]
Schemas: TypeAlias = dict[str, Schema]

REFERENCE = "#/components/schemas/"
_REFERENCED = re.compile(rf'"{REFERENCE}(\w+)"')
_ONLY_WORDS = frozenset({"title", "description", "format", "examples", "x-discord-union"})
_INSIDE = frozenset({"items", "additionalProperties", "oneOf", "anyOf", "allOf"})
_SNOWFLAKE: Schema = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$", "minimum": 0}
_KEPT_ATTACHMENT = ("proxy_url", "size", "url", "spoiler", "height", "width", "content_type")

# What bots send and Discord takes, though the document does not know it.
_ALSO_SENT: Mapping[str, Sequence[str]] = {
    "ApplicationCommandCreateRequest": ["nsfw"],
    "ApplicationCommandUpdateRequest": ["nsfw"],
    "ApplicationCommandPatchRequestPartial": ["nsfw"],
    "ApplicationCommandAttachmentOption": ["file_types"],
    "MessageEditRequestPartial": ["tts"],
    "IncomingWebhookUpdateRequestPartial": ["tts"],
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ["tts"],
    "RichEmbed": ["flags"],
    "MessageAttachmentRequest": _KEPT_ATTACHMENT,
    "ComponentEmojiForRequest": ["animated"],
}
_CONTENT_OF_A_BOT = ("MessageCreateRequest", "MessageEditRequestPartial")
_COMMANDS = (
    "ApplicationCommandCreateRequest",
    "ApplicationCommandUpdateRequest",
    "ApplicationCommandPatchRequestPartial",
)


def reference(name: str) -> Schema:
    return {"$ref": REFERENCE + name}


def request_view(source: Schema) -> Schemas:
    """The objects that requests are made of, closed."""
    schemas = deepcopy(cast("Schemas", source["components"]["schemas"]))
    for name, fields in _ALSO_SENT.items():
        schemas[name]["properties"].update(dict.fromkeys(fields, True))
    for name in _CONTENT_OF_A_BOT:
        schemas[name]["properties"]["content"]["maxLength"] = 2000  # 4000 is for people who pay
    for name in _COMMANDS:
        schemas[name]["properties"]["default_member_permissions"] = {"type": ["integer", "string", "null"]}
    schemas["SnowflakeType"] = _SNOWFLAKE
    for name in _reachable(schemas, _bodies(source)):
        if "properties" in schemas[name]:
            schemas[name].setdefault("additionalProperties", False)
    return {name: narrowed(schema, schemas) for name, schema in schemas.items()}


def response_view(source: Schema) -> Schemas:
    schemas = deepcopy(cast("Schemas", source["components"]["schemas"]))
    inner: Schema = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "string"}},
    }
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = inner
    # A deferral is answered with its loading message, too.
    schemas["CreateMessageInteractionCallbackResponse"]["properties"]["type"] = {"enum": [4, 5]}
    schemas["UpdateMessageInteractionCallbackResponse"]["properties"]["type"] = {"enum": [6, 7]}
    # A forward is referred to as 1: https://docs.discord.com/developers/resources/message#message-reference-types
    schemas["MessageReferenceType"] = {"enum": [0, 1]}
    bare: Schema = {"type": "object", "required": ["type"], "properties": {"type": {"enum": [8, 9]}}}
    schemas["InteractionCallbackResponse"]["properties"]["resource"]["oneOf"].append(bare)
    return {name: narrowed(schema, schemas) for name, schema in schemas.items()}


def narrowed(schema: object, schemas: Schemas) -> Any:
    """The same schema without prose, its unions told apart so that errors are about the branch that was meant."""
    if isinstance(schema, list):
        return [narrowed(each, schemas) for each in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    given = {key: value for key, value in cast("Schema", schema).items() if key not in _ONLY_WORDS}
    for key in _INSIDE & given.keys():
        given[key] = narrowed(given[key], schemas)
    if "properties" in given:
        given["properties"] = {name: narrowed(each, schemas) for name, each in given["properties"].items()}
    if "enum" in given:
        given.pop("allOf", None)  # it only says which enumeration the constant is from
    for key in ("oneOf", "anyOf"):
        if key in given:
            given |= _union(given.pop(key), key, schemas)
    return given


def _union(branches: list[Schema], keyword: str, schemas: Schemas) -> Schema:
    if all("const" in branch for branch in branches):
        return {"enum": [branch["const"] for branch in branches]}
    others = [branch for branch in branches if branch != {"type": "null"}]
    if len(others) < len(branches):
        return {"orNull": others[0] if len(others) == 1 else _union(others, keyword, schemas)}
    tags = [_tags(branch, schemas) for branch in branches]
    if all(tags) and len({tag for each in tags for tag in each}) == sum(map(len, tags)):
        return {"byType": [[list(each), branch] for each, branch in zip(tags, branches, strict=True)]}
    return {keyword: branches}


def _tags(branch: Schema, schemas: Schemas) -> Sequence[int | str]:
    """The values of ``type`` that mean this branch of a union; none if it is not told by that."""
    target = schemas[branch["$ref"].removeprefix(REFERENCE)] if "$ref" in branch else branch
    tags: Sequence[int | str] = target.get("properties", {}).get("type", {}).get("enum", ())
    return tags if "type" in target.get("required", ()) else ()


def _bodies(source: Schema) -> str:
    methods = (operation for path in source["paths"].values() for operation in path.values())
    return json.dumps(
        [each["requestBody"] for each in methods if isinstance(each, dict) and "requestBody" in each]
    )


def _reachable(schemas: Schemas, text: str) -> set[str]:
    """The names of all objects to which this JSON text refers, directly or through others."""
    found: set[str] = set()
    waiting = _REFERENCED.findall(text)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _REFERENCED.findall(json.dumps(schemas[name]))
    return found


def _or_null(validator: Any, schema: Schema, value: object, _parent: Schema) -> Iterator[ValidationError]:
    if value is not None:
        yield from validator.descend(value, schema)


def _by_type(
    validator: Any, branches: list[Any], value: object, _parent: Schema
) -> Iterator[ValidationError]:
    if not isinstance(value, dict):
        yield ValidationError(f"{value!r} is not an object")
        return
    kind = cast("Mapping[str, object]", value).get("type")
    for tags, branch in branches:
        if kind in tags:
            yield from validator.descend(cast("object", value), branch)
            return
    yield ValidationError(f"type {kind!r} is none of {[tag for tags, _ in branches for tag in tags]}")


def validator_over(schemas: Schemas) -> type[Any]:
    """Draft 2020-12 with the two words that :func:`narrowed` puts in the place of unions.

    References are looked up by name among these schemas, which is all the resolving that the document needs.
    """

    def refer(validator: Any, target: str, value: object, _parent: Schema) -> Iterator[ValidationError]:
        yield from validator.descend(value, schemas[target.removeprefix(REFERENCE)])

    words = {"orNull": _or_null, "byType": _by_type, "$ref": refer}
    return cast("type[Any]", extend(Draft202012Validator, words))
