"""Routes that say what a server knows and can do."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from .errors import ComfyError, NotFound, TooLarge, UnexpectedAnswer
from .json_text import JsonLimit
from .json_value import JsonValue, as_text, as_texts, needed_array, needed_object
from .objects import OBJECT_INFO_BYTES, NodeClass, ObjectInfo, parse_object_info, read_object_info
from .system import Features, SystemStats, parse_features, parse_system_stats
from .transport import LONG, Transport

_MODEL_METADATA = JsonLimit(4 * 1024 * 1024, 100_000)
"""The server reads headers of up to 1 MiB; escapes make the answer longer."""
_PACKS = "custom_nodes"
_ASKED_AT_ONCE = 4
"""Classes asked for at the same time: each answer is made on the server's own event loop."""


class KnowledgeRoutes:
    """Part of :class:`ComfyClient`; every method raises :class:`ComfyError`."""

    _transport: Transport

    async def object_info_or_of(self, class_types: Iterable[str]) -> ObjectInfo:
        """Everything that the server has; of a server that cannot tell all at once, ``class_types`` one by one.

        Raises:
            ComfyError: also that of ``/object_info``, where the server describes none of the classes.
        """
        try:
            info = await self.object_info()
        except (UnexpectedAnswer, TooLarge):
            info = await self.object_info_of(class_types)
            if not info.classes:
                raise
        return await self._in_other_languages(info)

    async def object_info(self) -> ObjectInfo:
        """Every node class with its inputs (``GET /object_info``). Built live: new model files show at once.

        323 kB for a stock server, up to 100 MB with custom nodes; parsed in a thread.
        """
        return await self._transport.content(
            "GET", "/object_info", read_object_info, max_bytes=OBJECT_INFO_BYTES
        )

    async def object_info_of(self, class_types: Iterable[str]) -> ObjectInfo:
        """These classes, each asked for by itself (``GET /object_info/{class}``), a few at a time.

        For a server whose ``/object_info`` answers 500, as it does when one class of one pack cannot say what its
        inputs are: the other classes still answer. Classes that the server does not have are left out; those that it
        has and cannot describe are in ``failed``.

        Raises:
            Away, TimedOut, Unauthorized: of the server, not of a class.
        """
        waiting = iter(sorted(set(class_types)))
        told: dict[str, JsonValue] = {}
        failed: dict[str, str] = {}
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(_ASKED_AT_ONCE):
                    tasks.create_task(self._ask_for_each(waiting, told, failed))
        except* ComfyError as group:
            raise group.exceptions[0] from None
        parsed = await asyncio.to_thread(parse_object_info, told)
        return ObjectInfo(parsed.classes, parsed.packed, failed)

    async def _in_other_languages(self, info: ObjectInfo) -> ObjectInfo:
        """With what packs say of their inputs (``GET /i18n``), which nobody has to."""
        if not any(each.python_module.startswith(_PACKS) for each in info.values()):
            return info
        try:
            words = await self._transport.answer("GET", "/i18n", needed_object, limit=LONG)
        except ComfyError:  # older than January 2025, or a pack's file is broken
            return info
        return await asyncio.to_thread(info.in_other_languages, words)

    async def _ask_for_each(
        self, waiting: Iterator[str], told: dict[str, JsonValue], failed: dict[str, str]
    ) -> None:
        for class_type in waiting:
            try:
                body = await self._transport.answer("GET", _class_path(class_type), needed_object, limit=LONG)
            except (NotFound, TooLarge, UnexpectedAnswer) as error:
                failed[class_type] = error.sentence
            else:
                told |= {name: data for name, data in body.items() if name == class_type}

    async def node_class(self, class_type: str) -> NodeClass | None:
        """One class (``GET /object_info/{class}``); None: the server has no such class."""
        objects = await self._transport.answer("GET", _class_path(class_type), parse_object_info, limit=LONG)
        return objects.get(class_type)

    async def system_stats(self) -> SystemStats:
        """Version, memory and devices (``GET /system_stats``)."""
        return await self._transport.answer("GET", "/system_stats", parse_system_stats)

    async def features(self) -> Features | None:
        """What the server can do (``GET /features``); None: it is older than July 2025 (v0.3.44)."""
        try:
            return await self._transport.answer("GET", "/features", parse_features)
        except NotFound:
            return None

    async def embeddings(self) -> tuple[str, ...]:
        """The embeddings' names without extension (``GET /embeddings``)."""
        return await self._transport.answer("GET", "/embeddings", _names, limit=LONG)

    async def extensions(self) -> tuple[str, ...]:
        """Paths of the editor's scripts (``GET /extensions``): they tell which custom nodes are installed."""
        return await self._transport.answer("GET", "/extensions", _names, limit=LONG)

    async def models(self, folder: str | None = None) -> tuple[str, ...]:
        r"""Without ``folder``: the kinds of models (``GET /models``). With one: the names in it.

        Names may hold subfolders with the server's separator (``FLUX\x.safetensors``): send them back verbatim.

        Raises:
            NotFound: the server knows no such folder.
        """
        path = "/models" if folder is None else f"/models/{quote(folder, safe='', errors='replace')}"
        return await self._transport.answer("GET", path, _names, limit=LONG)

    async def view_metadata(self, folder: str, filename: str) -> Mapping[str, str]:
        """What a safetensors file says about itself (``GET /view_metadata/{folder}``).

        Raises:
            NotFound: no such file, or it says nothing.
        """
        path = f"/view_metadata/{quote(folder, safe='', errors='replace')}"
        return await self._transport.answer(
            "GET", path, _metadata, limit=_MODEL_METADATA, params={"filename": filename}
        )

    async def free(self, *, unload_models: bool = False, free_memory: bool = False) -> None:
        """Make room after the current prompt (``POST /free``); ``free_memory`` forgets cached results too."""
        wanted = {"unload_models": unload_models, "free_memory": free_memory}
        await self._transport.done("POST", "/free", body=json.dumps(wanted).encode())


def _class_path(class_type: str) -> str:
    return f"/object_info/{quote(class_type, safe='', errors='replace')}"


def _names(body: JsonValue) -> tuple[str, ...]:
    return as_texts(needed_array(body))


def _metadata(body: JsonValue) -> Mapping[str, str]:
    return {key: as_text(value) or json.dumps(value) for key, value in needed_object(body).items()}
