"""Routes that say what a server knows and can do."""

import json
from collections.abc import Mapping
from urllib.parse import quote

from .errors import NotFound
from .json_value import JsonValue, needed_array, needed_object, text, texts
from .objects import NodeClass, ObjectInfo, parse_object_info
from .system import Features, SystemStats, parse_features, parse_system_stats
from .transport import Transport


class KnowledgeRoutes:
    """Part of :class:`ComfyClient`; every method raises :class:`ComfyError`."""

    _transport: Transport

    async def object_info(self) -> ObjectInfo:
        """Every node class with its inputs (``GET /object_info``, T 01). Built live: new model files show at once.

        323 kB for a stock server, many MB with custom nodes; parsed in a thread.
        """
        return await self._transport.answer("GET", "/object_info", parse_object_info)

    async def node_class(self, class_type: str) -> NodeClass | None:
        """One class (``GET /object_info/{class}``); None: the server has no such class."""
        path = f"/object_info/{quote(class_type, safe='')}"
        return (await self._transport.answer("GET", path, parse_object_info)).get(class_type)

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
        return await self._transport.answer("GET", "/embeddings", _names)

    async def extensions(self) -> tuple[str, ...]:
        """Paths of the editor's scripts (``GET /extensions``): they tell which custom nodes are installed."""
        return await self._transport.answer("GET", "/extensions", _names)

    async def models(self, folder: str | None = None) -> tuple[str, ...]:
        r"""Without ``folder``: the kinds of models (``GET /models``). With one: the names in it.

        Names may hold subfolders with the server's separator (``FLUX\x.safetensors``): send them back verbatim.

        Raises:
            NotFound: the server knows no such folder.
        """
        path = "/models" if folder is None else f"/models/{quote(folder, safe='')}"
        return await self._transport.answer("GET", path, _names)

    async def view_metadata(self, folder: str, filename: str) -> Mapping[str, str]:
        """What a safetensors file says about itself (``GET /view_metadata/{folder}``).

        Raises:
            NotFound: no such file, or it says nothing.
        """
        path = f"/view_metadata/{quote(folder, safe='')}"
        return await self._transport.answer("GET", path, _metadata, params={"filename": filename})

    async def free(self, *, unload_models: bool = False, free_memory: bool = False) -> None:
        """Make room after the current prompt (``POST /free``); ``free_memory`` forgets cached results too (T 17)."""
        wanted = {"unload_models": unload_models, "free_memory": free_memory}
        await self._transport.done("POST", "/free", body=json.dumps(wanted).encode())


def _names(body: JsonValue) -> tuple[str, ...]:
    return texts(needed_array(body))


def _metadata(body: JsonValue) -> Mapping[str, str]:
    return {key: text(value) or json.dumps(value) for key, value in needed_object(body).items()}
