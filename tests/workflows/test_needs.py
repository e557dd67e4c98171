"""What a backend has, asked by the needs of a job."""

import pytest

from bot.workflows import Capabilities
from bot.workflows.needs import models_in
from tests.workflows.samples import server


@pytest.mark.parametrize(
    ("need", "there"),
    [
        ("Sample", True),
        ("Sampler", False),
        ("Loader.model=first.safetensors", True),
        ("Loader.model=FIRST.safetensors", False),
        ("Loader.precision=fp32", True),
        ("Sample.bits=16", True),
        ("Sample.bits=17", False),
        ("Sample.nothing=16", False),
        ("Nothing.model=first.safetensors", False),
        ("Load.image=example.png", True),
        ("Load.image=of another server.png", False),
        ("Load.list=from elsewhere", True),
        ("", False),
        (5, False),
    ],
)
def test_a_need_is_there_or_not(need: object, there: bool) -> None:  # noqa: FBT001  # pytest passes it by name
    assert (need in Capabilities(server())) is there


def test_names_with_dots_and_signs_are_needs_like_any_other() -> None:
    assert "Loader.model=a.b=c\\d é.ckpt" in Capabilities(server(models=["a.b=c\\d é.ckpt"]))


def test_what_has_to_be_loaded_are_files_of_models_and_no_loras() -> None:
    needs = {
        "KSampler",
        "KSampler.sampler_name=euler",
        "CheckpointLoaderSimple.ckpt_name=sdxl/a.b.safetensors",
        "UnetLoaderGGUF.unet_name=flux.GGUF",
        "LoraLoader.lora_name=ink.safetensors",
    }
    assert models_in(frozenset(needs)) == {"sdxl/a.b.safetensors", "flux.GGUF"}
