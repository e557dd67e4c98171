"""The inputs that load a file from the server's input folder: where what a person attaches may go, and nowhere else."""

from collections.abc import Mapping

from bot.comfy import InputSpec, NodeClass
from bot.workflows.template import OptionKind

_KNOWN: Mapping[tuple[str, str], OptionKind] = {
    ("LoadImage", "image"): OptionKind.IMAGE,
    ("LoadImageMask", "image"): OptionKind.MASK,
    ("LoadImageOutput", "image"): OptionKind.IMAGE,
    ("LoadVideo", "file"): OptionKind.VIDEO,
    ("LoadAudio", "audio"): OptionKind.AUDIO,
    ("Load3D", "model_file"): OptionKind.FILE,
    ("Load3DAnimation", "model_file"): OptionKind.FILE,
    ("Load3DAdvanced", "model_file"): OptionKind.FILE,
    ("VHS_LoadVideo", "video"): OptionKind.VIDEO,
    ("VHS_LoadVideoFFmpeg", "video"): OptionKind.VIDEO,
    ("VHS_LoadAudioUpload", "audio"): OptionKind.AUDIO,
}
"""ComfyUI's own, for while no server has answered; and VideoHelperSuite's, which no server marks as uploads."""
_PICTURES = frozenset({OptionKind.IMAGE, OptionKind.MASK})


def loaded(class_type: str, input_name: str, node_class: NodeClass | None) -> OptionKind | None:
    """What the input loads; None where it loads no file, as far as is known. ``node_class``: None, nobody knows it."""
    known = _KNOWN.get((class_type, input_name))
    if known is not None or node_class is None:
        return known
    spec = node_class.inputs.get(input_name)
    return None if spec is None or spec.upload is None else _marked(spec, node_class)


def suits(kind: OptionKind, loader: OptionKind) -> bool:
    """Whether an option of ``kind`` may fill the loader: masks are pictures, and a loader of files takes any."""
    return loader in {kind, OptionKind.FILE} or _PICTURES.issuperset((kind, loader))


def _marked(spec: InputSpec, node_class: NodeClass) -> OptionKind:
    """As the server marks it; a picture of which the node makes nothing but a mask is one."""
    kind = OptionKind(spec.upload)
    return OptionKind.MASK if kind is OptionKind.IMAGE and set(node_class.outputs) == {"MASK"} else kind
