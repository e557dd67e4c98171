"""What outlives a crash of the server: its disk, models and settings, and the stories of the jobs to come."""

import mimetypes
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.catalogue import node_classes
from bot.sandbox.comfyui.faults import Faults
from bot.sandbox.comfyui.files import FileStore, Folder
from bot.sandbox.comfyui.node_classes import Listing, Listings, NodeClass
from bot.sandbox.comfyui.pack_classes import PACK_CLASS_NAMES
from bot.sandbox.comfyui.release import RELEASE_0_33, Release
from bot.sandbox.comfyui.story import LIFELIKE, Pace, Story

_DISK_BYTES: Final = 256 * 2**20
_REMEMBERED: Final = 10_000
_ENDED: Final = 200
_VRAM_BYTES: Final = 12 * 2**30


def _pictures() -> list[str]:
    return [
        "landscape.safetensors",
        "portrait-v2.safetensors",
        "sdxl/watercolour.safetensors",
        "flux1-dev-fp8.safetensors",
        # what the shipped workflows have by default
        "v1-5-pruned-emaonly-fp16.safetensors",
        "sdxl-动漫二次元_2.0.safetensors",
        "sd_xl_base_1.0.safetensors",
        "svd_xt_1_1.safetensors",
    ]


class Installation(Struct):
    """Everything that may be set before, and read after."""

    release: Release = RELEASE_0_33
    pace: Pace = LIFELIKE
    previews: bool = True
    max_upload_bytes: int = 100 * 2**20
    files: FileStore = field(default_factory=lambda: FileStore(max_bytes=_DISK_BYTES))
    checkpoints: list[str] = field(default_factory=_pictures)
    loras: list[str] = field(default_factory=lambda: ["ink.safetensors", "style/pastel.safetensors"])
    upscalers: list[str] = field(default_factory=lambda: ["4x-sandbox.pth", "RealESRGAN_x4plus.pth"])
    clip_vision: list[str] = field(default_factory=lambda: ["clip_vision_g.safetensors"])
    control_nets: list[str] = field(default_factory=lambda: ["control-lora-depth-rank256.safetensors"])
    embeddings: list[str] = field(default_factory=lambda: ["bad-hands"])
    stories: deque[Story] = field(default_factory=lambda: deque[Story](maxlen=_REMEMBERED))
    usual_story: Story = field(default_factory=Story)
    submitted: deque[JsonObject] = field(default_factory=lambda: deque[JsonObject](maxlen=_REMEMBERED))
    starts: int = 0
    """How often the server was started."""
    ended: OrderedDict[str, JsonObject] = field(default_factory=OrderedDict[str, JsonObject])
    """The history entries of late; ComfyUI's own history dies with the process."""
    taken: deque[tuple[int, str]] = field(default_factory=lambda: deque[tuple[int, str]](maxlen=_REMEMBERED))
    """Which start of the server took which prompt."""
    interrupted: deque[str | None] = field(default_factory=lambda: deque[str | None](maxlen=_REMEMBERED))
    faults: Faults = field(default_factory=Faults)
    packs: bool = False
    """Whether the custom packs are installed."""
    removed_classes: set[str] = set()
    """Of packs that are not installed any more."""
    broken_class: str | None = None
    """A class of a broken pack: its description cannot be written as JSON, and so neither can the whole page."""
    on_request: Callable[[str, str], None] | None = None
    """Called with the method and the path of every request as it arrives, before anything is done about it."""

    def next_story(self) -> Story:
        return self.stories.popleft() if self.stories else self.usual_story

    def remember(self, prompt_id: str, entry: JsonObject) -> None:
        """A prompt has ended."""
        self.ended[prompt_id] = entry
        while len(self.ended) > _ENDED:
            self.ended.popitem(last=False)

    def classes(self) -> Mapping[str, NodeClass]:
        """The node classes that are installed."""
        gone = self.removed_classes if self.packs else self.removed_classes | PACK_CLASS_NAMES
        return {name: node for name, node in node_classes(self.release).items() if name not in gone}

    def listings(self) -> Listings:
        return {
            Listing.CHECKPOINTS: self.checkpoints,
            Listing.LORAS: self.loras,
            Listing.UPSCALERS: self.upscalers,
            Listing.CLIP_VISION: self.clip_vision,
            Listing.CONTROL_NETS: self.control_nets,
            Listing.IMAGES: self._inputs("image"),
            Listing.VIDEOS: self._inputs("video"),
            Listing.SOUNDS: self._inputs("audio", "video"),
        }

    def _inputs(self, *families: str) -> list[str]:
        """What lies in the input folder itself, told by its name."""
        names = [name for name in self.files.names(Folder.INPUT) if "/" not in name]
        kinds = {
            name: (mimetypes.guess_type(name, strict=False)[0] or "").partition("/")[0] for name in names
        }
        return [name for name in names if kinds[name] in families]

    def models(self) -> Mapping[str, Sequence[str]]:
        """Model files by folder."""
        return {
            "checkpoints": self.checkpoints,
            "loras": self.loras,
            "vae": [],
            "upscale_models": self.upscalers,
            "embeddings": self.embeddings,
            "clip_vision": self.clip_vision,
            "controlnet": self.control_nets,
        }

    def features(self) -> JsonObject:
        return {**self.release.features, "max_upload_size": self.max_upload_bytes}

    def system_stats(self) -> JsonObject:
        return {
            "system": {
                "os": sys.platform,
                "ram_total": 2 * _VRAM_BYTES,
                "ram_free": _VRAM_BYTES,
                "comfyui_version": self.release.version,
                "python_version": sys.version,
                "pytorch_version": "none: the sandbox draws with Pillow",
                "embedded_python": False,
                "argv": ["sandbox"],
                **dict.fromkeys(self.release.system),
            },
            "devices": [
                {
                    "name": "sandbox",
                    "type": "cpu",
                    "index": None,
                    "vram_total": _VRAM_BYTES,
                    "vram_free": _VRAM_BYTES,
                    "torch_vram_total": _VRAM_BYTES,
                    "torch_vram_free": _VRAM_BYTES,
                }
            ],
        }
