"""Whether an input means what its name says: names are shared by nodes that have little in common."""

import re
from collections.abc import Mapping

from bot.comfy import InputSpec
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.lora_places import changes_the_model, speeds_up
from bot.workflows.inference.option_role import BY_INPUT, OptionRole
from bot.workflows.template import InputRef, Scalar

_CHOSEN = frozenset(
    {
        OptionRole.SIZE,
        OptionRole.ASPECT_RATIO,
        OptionRole.RESOLUTION,
        OptionRole.STYLE,
        OptionRole.EFFECT_SCENE,
        OptionRole.CAMERA_POSE,
        OptionRole.VOICE,
        OptionRole.QUALITY,
        OptionRole.SAMPLER,
        OptionRole.SCHEDULER,
        OptionRole.CHECKPOINT,
        OptionRole.MODEL,
        OptionRole.LORA,
        OptionRole.SPEED_LORA,
        OptionRole.CONTROLNET,
        OptionRole.UPSCALE_MODEL,
        OptionRole.VAE,
        OptionRole.TEXT_ENCODER,
        OptionRole.CLIP_VISION,
    }
)
"""Lists, mostly; a plain text under these names is not ours to offer."""
_WORDED = frozenset(
    {OptionRole.PROMPT, OptionRole.NEGATIVE, OptionRole.FIND, OptionRole.TAGS, OptionRole.LYRICS}
)
_RATIO = re.compile(r"\d+:\d+")
_MARGINS = frozenset({"left", "top", "right", "bottom"})
_MADE = frozenset({"LATENT", "CONDITIONING", "VIDEO", "AUDIO"})
_GIVEN: Mapping[OptionRole, frozenset[str]] = {
    OptionRole.LENGTH: _MADE,
    OptionRole.DURATION: _MADE,
    OptionRole.MULTIPLIER: frozenset({"IMAGE", "VIDEO", "LATENT"}),
    OptionRole.STYLE: frozenset({"IMAGE", "VIDEO", "AUDIO", "SVG", "STRING"}),
}
"""What comes of a node whose input means this: ``length`` of a node that only picks pictures is none."""
_CONTROLS = frozenset({"CONTROL_NET", "MODEL_PATCH"})
_LOOKS_AT = frozenset({"CLIP_VISION_OUTPUT", "STYLE_MODEL", "IPADAPTER"})
_CONTROL_WORDS = ("control", "lllite", "t2iadapter")


def role_of(anatomy: Anatomy, target: InputRef) -> OptionRole | None:
    """What an input means by its name, on a node of which it can be true."""
    role = BY_INPUT.get(target.own_name)
    match role:
        case OptionRole.CONTROL_STRENGTH | OptionRole.IMAGE_WEIGHT:
            return _strength(anatomy, target, role)
        case OptionRole.MODEL | OptionRole.TEXT_ENCODER:
            return _model(anatomy, target, role)
        case OptionRole.LORA | OptionRole.LORA_STRENGTH:
            return _lora(anatomy, target, role)
        case OptionRole() if not _is_true(anatomy, target, role):
            return None
        case _:
            return role


def _is_true(anatomy: Anatomy, target: InputRef, role: OptionRole) -> bool:
    match role:
        case OptionRole.LEFT | OptionRole.TOP | OptionRole.RIGHT | OptionRole.BOTTOM:
            there = {InputRef(target.node_id, name).own_name for name in anatomy.graph[target.node_id].inputs}
            return there >= _MARGINS
        case OptionRole.QUALITY:  # that of a file
            return not anatomy.saves(target.node_id)
        case OptionRole.SPEED:  # of a camera, or of what is spoken
            moves = "camera_pose" in anatomy.graph[target.node_id].inputs
            return moves or "AUDIO" in (anatomy.outputs(target.node_id) or ())
        case _:
            given = role not in _GIVEN or _gives(anatomy, target.node_id, _GIVEN[role])
            return given or anatomy.gives_on(target.node_id, target.own_name)


def suits(role: OptionRole, value: Scalar | None, spec: InputSpec | None) -> bool:
    """Whether an input with this value can be what the role says."""
    listed = spec is not None and spec.options is not None
    if role in _WORDED:
        return isinstance(value, str) and not listed
    if role is OptionRole.SOUND:
        return isinstance(value, bool)
    if role is OptionRole.ASPECT_RATIO and isinstance(value, str) and _RATIO.fullmatch(value):
        return True  # a few partner nodes take any
    if role in _CHOSEN:
        return listed
    return listed or (isinstance(value, int | float) and not isinstance(value, bool))


def _gives(anatomy: Anatomy, node_id: str, types: frozenset[str]) -> bool:
    """A node that no server knows is believed."""
    outputs = anatomy.outputs(node_id)
    return outputs is None or not types.isdisjoint(outputs) or any("MATCHTYPE" in each for each in outputs)


def _strength(anatomy: Anatomy, target: InputRef, role: OptionRole) -> OptionRole | None:
    """Of a control net, or of a picture that is looked at; much else has a strength, too."""
    if target.own_name in {"control_strength", "conditioning_scale", "image_weight"}:
        return role
    takes = _taken(anatomy, target.node_id)
    if takes & _LOOKS_AT:
        return OptionRole.IMAGE_WEIGHT
    class_type = anatomy.graph[target.node_id].class_type.lower()
    is_control = bool(takes & _CONTROLS) or any(word in class_type for word in _CONTROL_WORDS)
    return OptionRole.CONTROL_STRENGTH if is_control and role is OptionRole.CONTROL_STRENGTH else None


def _model(anatomy: Anatomy, target: InputRef, role: OptionRole) -> OptionRole | None:
    outputs = anatomy.outputs(target.node_id) or ()
    if "UPSCALE_MODEL" in outputs or "LATENT_UPSCALE_MODEL" in outputs:
        return OptionRole.UPSCALE_MODEL
    if "CLIP_VISION" in outputs:
        return OptionRole.CLIP_VISION
    return role


def _lora(anatomy: Anatomy, target: InputRef, role: OptionRole) -> OptionRole | None:
    if not changes_the_model(anatomy, target.node_id):
        return None
    if not speeds_up(str(anatomy.literal(InputRef(target.node_id, "lora_name")))):
        return role
    return OptionRole.SPEED_LORA if role is OptionRole.LORA else OptionRole.SPEED_LORA_STRENGTH


def _taken(anatomy: Anatomy, node_id: str) -> set[str]:
    places = (InputRef(node_id, name) for name, _ in anatomy.links(node_id))
    return {spec.type for place in places if (spec := anatomy.spec(place))}
