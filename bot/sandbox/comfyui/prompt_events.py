"""The events that go out while one prompt runs, and the history entry that stays.

The order of the events, who gets them, and what is in them are ComfyUI's. ``execution`` says when.
"""

import time

from msgspec import Struct

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.prompt_queue import QueueItem
from bot.sandbox.comfyui.sockets import Sockets


class PromptEvents(Struct):
    """Sends the events of one prompt: to its owner, or (some of them) to everybody if it has none."""

    sockets: Sockets
    item: QueueItem
    messages: list[list[object]] = []
    outputs: dict[str, object] = {}
    meta: dict[str, object] = {}
    _table: dict[str, JsonObject] = {}

    @property
    def running_node(self) -> JsonObject | None:
        """What the table says of the node that runs."""
        return next((each for each in self._table.values() if each["state"] == "running"), None)

    def started(self) -> None:
        self._message("execution_start")

    def cached(self, nodes: list[str]) -> None:
        self._message("execution_cached", nodes=nodes)

    def node_started(self, node_id: str) -> None:
        self._set(node_id, 0.0, 1.0, "running")
        self._to_owner("executing", node=node_id, display_node=node_id)

    def step(
        self,
        node_id: str,
        value: int,
        maximum: int,
        picture: bytes | None,
        *,
        media_type: str = "image/jpeg",
    ) -> None:
        """A step of a sampler, or a picture that is only sent. Where it comes depends on the handshake, as recorded."""
        self._set(node_id, value, maximum, "running")
        sent = picture is not None and self._named_picture(node_id, picture, media_type)
        self._to_anybody("progress", value=value, max=maximum, prompt_id=self.item.prompt_id, node=node_id)
        if picture is not None and not sent and not self._silent:
            self.sockets.send_picture(picture, media_type, self.item.client_id)

    def node_showed(self, node_id: str, shown: JsonObject, first_id: str) -> None:
        """An output node has something to show. ``first_id``: the id it had when it really ran."""
        self.outputs[node_id] = shown
        self.meta[node_id] = {
            "node_id": first_id,
            "display_node": first_id,
            "parent_node": None,
            "real_node_id": first_id,
        }
        self._to_owner("executed", node=node_id, display_node=node_id, output=shown)

    def node_finished(self, node_id: str) -> None:
        maximum = self._table[node_id]["max"] if node_id in self._table else 1
        self._set(node_id, maximum, maximum, "finished")

    def succeeded(self) -> None:
        self._message("execution_success")

    def interrupted(self, node_id: str, node_type: str, executed: list[str]) -> None:
        self._message("execution_interrupted", node_id=node_id, node_type=node_type, executed=executed)

    def failed(self, node_id: str, node_type: str, executed: list[str], error: JsonObject) -> None:
        self._message("execution_error", node_id=node_id, node_type=node_type, executed=executed, **error)

    def ended(self) -> None:
        """The very last event; the history knows the prompt by now."""
        self._to_owner("executing", node=None)

    def entry(self) -> JsonObject:
        """What the history keeps."""
        completed = self.messages[-1][0] == "execution_success"
        return {
            "prompt": self.item.public(),
            "outputs": self.outputs,
            "status": {
                "status_str": "success" if completed else "error",
                "completed": completed,
                "messages": self.messages,
            },
            "meta": self.meta,
        }

    @property
    def _silent(self) -> bool:
        return self.item.story.silent

    def _message(self, event: str, **data: object) -> None:
        """An event that the history keeps, too."""
        data_sent: JsonObject = {
            "prompt_id": self.item.prompt_id,
            **data,
            "timestamp": int(time.time() * 1000),
        }
        self.messages.append([event, data_sent])
        if event == "execution_interrupted":
            self._to_anybody(event, **data_sent)
        else:
            self._to_owner(event, **data_sent)

    def _to_owner(self, event: str, **data: object) -> None:
        if self.item.client_id is not None and not self._silent:
            self.sockets.send(event, {**data, "prompt_id": self.item.prompt_id}, self.item.client_id)

    def _to_anybody(self, event: str, **data: object) -> None:
        if not self._silent:
            self.sockets.send(event, data, self.item.client_id)

    def _named_picture(self, node_id: str, picture: bytes, media_type: str) -> bool:
        """Send a picture that says whose it is, to a client that can read it."""
        if not self.sockets.wants_metadata(self.item.client_id):
            return False
        if not self._silent:
            metadata = {**self._identity(node_id), "image_type": media_type}
            self.sockets.send_picture_with_metadata(picture, metadata, self.item.client_id)
        return True

    def _set(self, node_id: str, value: object, maximum: object, state: str) -> None:
        """Change the table of nodes, which goes out whole each time."""
        self._table[node_id] = {"value": value, "max": maximum, "state": state, **self._identity(node_id)}
        self._to_anybody("progress_state", prompt_id=self.item.prompt_id, nodes=self._table)

    def _identity(self, node_id: str) -> JsonObject:
        return {
            "node_id": node_id,
            "prompt_id": self.item.prompt_id,
            "display_node_id": node_id,
            "parent_node_id": None,
            "real_node_id": node_id,
        }
