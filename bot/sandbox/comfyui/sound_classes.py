"""Stock node classes of sound, as release 0.3.64 has them. What the nodes do is in ``media_nodes``."""

from typing import Final

from bot.sandbox.comfyui.node_classes import WRITES_PROMPT, Input, Listing, NodeClass
from bot.sandbox.comfyui.widgets import MAX_SEED, choice, integer, link, listed, number

_AUDIO = "comfy_extras.nodes_audio"


def _audio_saver(name: str, kind: str, **more: Input) -> NodeClass:
    return NodeClass(
        name,
        f"Save Audio ({kind})",
        "audio",
        {"audio": link("AUDIO"), "filename_prefix": Input("STRING", {"default": "audio/ComfyUI"}), **more},
        module=_AUDIO,
        saves=True,
        hidden=WRITES_PROMPT,
    )


SOUND_CLASSES: Final = (
    NodeClass(
        "EmptyAudio",
        "Empty Audio",
        "audio",
        {
            "duration": number(60.0, 0.0, MAX_SEED, 0.01, tooltip="How long the silence is, in seconds."),
            "sample_rate": Input("INT", {"default": 44100, "tooltip": "Samples a second."}),
            "channels": integer(2, 1, 2, tooltip="1 is mono, 2 is stereo."),
        },
        ("AUDIO",),
        module=_AUDIO,
    ),
    NodeClass(
        "LoadAudio",
        "Load Audio",
        "audio",
        {"audio": listed(Listing.SOUNDS, audio_upload=True)},
        ("AUDIO",),
        module=_AUDIO,
    ),
    _audio_saver("SaveAudio", "FLAC"),
    _audio_saver("SaveAudioMP3", "MP3", quality=choice("V0", "128k", "320k", default="V0")),
    _audio_saver(
        "SaveAudioOpus", "Opus", quality=choice("64k", "96k", "128k", "192k", "320k", default="128k")
    ),
    NodeClass(
        "PreviewAudio",
        "Preview Audio",
        "audio",
        {"audio": link("AUDIO")},
        module=_AUDIO,
        saves=True,
        hidden=WRITES_PROMPT,
    ),
)
