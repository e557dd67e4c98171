"""Which words a model was taught with shows in its graph."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.comfy import Graph, Node
from bot.workflows import Workflow, load_template, resolve
from bot.workflows.model_family import ModelFamily, model_family
from tests.workflows.samples import TXT2IMG
from tests.workflows.shipped_server import SERVER

TAGS, SENTENCES, MOTION, SOUND = ModelFamily

SHIPPED: Mapping[str, ModelFamily] = {
    "flux": SENTENCES,
    "img2img": TAGS,
    "inpaint": TAGS,
    "outpaint": TAGS,
    "sdxl": TAGS,
    "sdxl-reference": TAGS,
    "svd": MOTION,
    "txt2img": TAGS,
    "upscale": SENTENCES,
}


def test_every_shipped_workflow_has_the_family_of_its_model() -> None:
    folders = sorted(path for path in TXT2IMG.parent.iterdir() if path.is_dir())
    assert {folder.name: _family(folder) for folder in folders} == SHIPPED


def _family(folder: Path) -> ModelFamily:
    workflow = resolve(load_template(folder), [SERVER])
    assert isinstance(workflow, Workflow), workflow
    return model_family(workflow.graph)


def _graph(*nodes: tuple[str, Mapping[str, str]]) -> Graph:
    return {str(number): Node(class_type, inputs) for number, (class_type, inputs) in enumerate(nodes)}


CLIP = ("CLIPTextEncode", {"text": "a fox"})
PICTURE = ("SaveImage", {"filename_prefix": "fox"})
VIDEO = ("SaveVideo", {"filename_prefix": "fox"})


@pytest.mark.parametrize(
    ("graph", "family"),
    [
        (
            _graph(("CheckpointLoaderSimple", {"ckpt_name": "sd_xl_base_1.0.safetensors"}), CLIP, PICTURE),
            TAGS,
        ),
        (_graph(("CheckpointLoaderSimple", {"ckpt_name": "anything.ckpt"}), CLIP, PICTURE), TAGS),
        (_graph(("CheckpointLoaderSimple", {"ckpt_name": "flux\\dreamer_v8.ckpt"}), CLIP, PICTURE), TAGS),
        (
            _graph(("CheckpointLoaderSimple", {"ckpt_name": "FLUX\\flux1-dev-fp8.sft"}), CLIP, PICTURE),
            SENTENCES,
        ),
        (
            _graph(("CheckpointLoaderSimple", {"ckpt_name": "sd3.5_large.safetensors"}), CLIP, PICTURE),
            SENTENCES,
        ),
        (
            _graph(("UNETLoader", {"unet_name": "mine.gguf"}), ("CLIPLoader", {"type": "sd3"}), CLIP),
            SENTENCES,
        ),
        (_graph(("UNETLoader", {"unet_name": "qwen_image_fp8.safetensors"}), CLIP, PICTURE), SENTENCES),
        (_graph(("UNETLoader", {"unet_name": "z_image_turbo_bf16.safetensors"}), CLIP, PICTURE), SENTENCES),
        (
            _graph(("CheckpointLoaderSimple", {"ckpt_name": "x.ckpt"}), CLIP, ("EmptySD3LatentImage", {})),
            SENTENCES,
        ),
        (_graph(("OpenAIGPTImage1", {"prompt": "a fox"}), PICTURE), SENTENCES),
        (_graph(("NobodyKnowsIt", {"words": "a fox"})), SENTENCES),
        (_graph(("UNETLoader", {"unet_name": "wan2.2_ti2v_5B.safetensors"}), CLIP, VIDEO), MOTION),
        (_graph(("KlingImage2VideoNode", {"prompt": "a fox"}), VIDEO), MOTION),
        (
            _graph(
                ("CheckpointLoaderSimple", {"ckpt_name": "sd15.ckpt"}),
                ("ADE_LoadAnimateDiffModel", {"model_name": "mm_sd_v15_v2.ckpt"}),
                CLIP,
                ("VHS_VideoCombine", {}),
            ),
            TAGS,
        ),
        (
            _graph(
                ("CheckpointLoaderSimple", {"ckpt_name": "ace_step_v1_3.5b.safetensors"}),
                ("TextEncodeAceStepAudio", {"tags": "jazz"}),
                ("SaveAudioMP3", {}),
            ),
            SOUND,
        ),
        (
            _graph(
                ("CLIPLoader", {"clip_name": "t5-base.safetensors"}),
                CLIP,
                ("EmptyLatentAudio", {}),
                ("SaveAudio", {}),
            ),
            SOUND,
        ),
    ],
)
def test_a_model_is_known_by_its_nodes_and_its_files(graph: Graph, family: ModelFamily) -> None:
    assert model_family(graph) is family
