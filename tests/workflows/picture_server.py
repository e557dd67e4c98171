"""A graph that starts from files of every kind, its ``command.toml``, and the server that has its nodes."""

from collections.abc import Mapping, Sequence

from bot.comfy import JsonValue, ObjectInfo
from bot.comfy.objects import parse_object_info
from bot.jobs.inputs import Attachment

GRAPH: Mapping[str, JsonValue] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "own.png"}, "_meta": {"title": "Picture"}},
    "2": {
        "class_type": "LoadImageMask",
        "inputs": {"image": "own-mask.png", "channel": "red"},
        "_meta": {"title": "Mask"},
    },
    "3": {"class_type": "VHS_LoadVideo", "inputs": {"video": "own.mp4"}, "_meta": {"title": "Film"}},
    "4": {"class_type": "LoadAudio", "inputs": {"audio": "own.mp3"}, "_meta": {"title": "Sound"}},
    "5": {"class_type": "Load3D", "inputs": {"model_file": "own.glb"}, "_meta": {"title": "Shape"}},
    "6": {"class_type": "LoadImage", "inputs": {"image": "other.png"}, "_meta": {"title": "Other picture"}},
    "7": {
        "class_type": "Paint",
        "inputs": {"text": "a cat", "steps": 20, "method": "soft", "image": ["1", 0], "mask": ["1", 1]},
        "_meta": {"title": "Painter"},
    },
}

IMAGE = """
[options.image]
description = "The picture"
node = "Picture"
input = "image"
type = "image"
"""
MASK = """
[options.mask]
description = "Where"
type = "mask"
of = "image"
"""
AREA = """
[options.area]
description = "Where, by name"
type = "area"
of = "image"
"""
PROMPT = """
[options.prompt]
description = "What"
node = "Painter"
input = "text"
required = true
"""


def command(*options: str) -> str:
    return 'description = "Paints"\n' + "".join(options)


def attachment(name: str = "fox.png") -> Attachment:
    return Attachment(f"https://cdn.discordapp.com/ephemeral-attachments/1/2/{name}?ex=1", name, 1000)


def server(*, files: Sequence[str] = (), without: Sequence[str] = ()) -> ObjectInfo:
    """A ComfyUI with these ``files`` in its input folder."""
    inputs: Mapping[str, Mapping[str, JsonValue]] = {
        "LoadImage": {"image": [list(files), {"image_upload": True}]},
        "LoadImageMask": {
            "image": [list(files), {"image_upload": True}],
            "channel": [["alpha", "red"]],
        },
        "VHS_LoadVideo": {"video": [list(files)]},
        "LoadAudio": {"audio": ["COMBO", {"options": list(files), "audio_upload": True}]},
        "Load3D": {"model_file": ["COMBO", {"options": list(files), "file_upload": True}]},
        "Paint": {
            "text": ["STRING", {"multiline": True}],
            "steps": ["INT", {"min": 1, "max": 100}],
            "method": [["soft", "hard"]],
            "image": ["IMAGE"],
            "mask": ["MASK"],
        },
    }
    outputs = {"LoadImage": ["IMAGE", "MASK"], "LoadImageMask": ["MASK"]}
    return parse_object_info(
        {
            name: {"input": {"required": specs}, "output": outputs.get(name, []), "output_node": True}
            for name, specs in inputs.items()
            if name not in without
        }
    )
