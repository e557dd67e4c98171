"""What the ComfyUI stand-in is doing: its newest prompts, where each stands, and which node of one runs.

No share of the whole is told: a bot guesses that by the times that it knows, and two guesses would contradict each other.
"""

from collections.abc import Mapping
from typing import Any, cast

from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.discord.wire import Json

_SHOWN = 12
_TITLE_LENGTH = 80
STATES = ("waiting", "running", "done", "failed", "cancelled", "lost")
_ENDS = {
    "execution_success": "done",
    "execution_error": "failed",
    "execution_interrupted": "cancelled",
}


def machines(comfyui: ComfyStandIn | None, url: str) -> Json:
    """``stand_in`` is false for a real ComfyUI, which is asked nothing from here."""
    if comfyui is None:
        return {"stand_in": False, "url": url, "alive": True, "jobs": []}
    return {"stand_in": True, "url": url, "alive": comfyui.alive, "jobs": _jobs(comfyui)}


def _jobs(comfyui: ComfyStandIn) -> list[Json]:
    waiting = {prompt_id: place for place, prompt_id in enumerate(comfyui.pending, start=1)}
    ended = comfyui.installation.ended
    jobs: list[Json] = []
    for body in reversed(comfyui.submitted[-_SHOWN:]):
        prompt_id = str(body.get("prompt_id", ""))
        graph = cast("Json", body["prompt"])
        job: Json = {"id": prompt_id, "title": _title(graph), "node": None, "place": None}
        if prompt_id in ended:
            job |= {"state": _verdict(cast("Json", ended[prompt_id]))}
        elif prompt_id == comfyui.running_prompt:
            job |= {"state": "running", "node": _node(graph, comfyui.running_node)}
        elif prompt_id in waiting:
            job |= {"state": "waiting", "place": waiting[prompt_id]}
        else:
            job |= {"state": "lost"}
        jobs.append(job)
    return jobs


def _verdict(entry: Json) -> str:
    messages: list[list[Any]] = entry["status"]["messages"]
    return next((_ENDS[kind] for kind, _ in reversed(messages) if kind in _ENDS), "done")


def _node(graph: Json, running: Mapping[str, Any] | None) -> Json | None:
    """The node that runs, by its title, and its steps where it has more than one."""
    if running is None:
        return None
    node: Json = graph.get(str(running["node_id"]), {})
    title = node.get("_meta", {}).get("title") or node.get("class_type", "")
    steps = int(running["max"])
    return {
        "title": str(title)[:_TITLE_LENGTH],
        "step": int(running["value"]),
        "steps": steps if steps > 1 else None,
    }


def _title(graph: Json) -> str:
    """The first words that a node was given; without any, what kind of node comes first."""
    for node in graph.values():
        words = node["inputs"].get("text")
        if isinstance(words, str) and words:
            return words[:_TITLE_LENGTH]
    return next((str(node["class_type"]) for node in graph.values()), "")
