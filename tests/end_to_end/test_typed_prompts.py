"""Words with choices, wildcards and LoRAs in them, from the command to the picture and back."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Message
from tests.end_to_end.life import PROJECT
from tests.end_to_end.rig import SHIPPED, Rig

PROMPT = "a {red|blue} __animal__ <lora:pastell:0.8>"


def draw_with_lora(folder: Path, lines: str = "") -> Path:
    """The shipped /txt2img with a LoRA loader between the checkpoint and the sampler."""
    made = folder / "workflows" / "txt2img"
    made.mkdir(parents=True)
    graph = json.loads((SHIPPED / "txt2img" / "workflow.json").read_text(encoding="utf-8"))
    (loader,) = (key for key, node in graph.items() if node["class_type"] == "CheckpointLoaderSimple")
    for node in graph.values():
        node["inputs"] |= {
            name: ["lora", link[1]]
            for name, link in node["inputs"].items()
            if link in ([loader, 0], [loader, 1])
        }
    inputs = {"lora_name": "ink.safetensors", "strength_model": 0.0, "strength_clip": 0.0}
    inputs |= {"model": [loader, 0], "clip": [loader, 1]}
    graph["lora"] = {"class_type": "LoraLoader", "inputs": inputs}
    (made / "workflow.json").write_text(json.dumps(graph), encoding="utf-8")
    command = (SHIPPED / "txt2img" / "command.toml").read_text(encoding="utf-8")
    (made / "command.toml").write_text(lines + command, encoding="utf-8")
    return made.parent


@pytest.fixture(autouse=True)
def words(rig: Rig) -> None:
    lists = rig.folder / "wildcards"
    lists.mkdir()
    (lists / "animal.txt").write_text("# of the woods\n{grey|white} wolf\n", encoding="utf-8")
    rig.settings |= {
        "WORKFLOWS_DIR": str(draw_with_lora(rig.folder)),
        "WILDCARDS_DIR": str(lists),
    }


def sent(rig: Rig, number: int = -1) -> dict[str, dict[str, Any]]:
    """The inputs of a graph that ComfyUI took, by node class; of two of one class those of the first."""
    graph: Any = rig.comfy.submitted[number]["prompt"]
    return {node["class_type"]: node["inputs"] for node in reversed(graph.values())}


def texts(rig: Rig, number: int = -1) -> list[str]:
    graph: Any = rig.comfy.submitted[number]["prompt"]
    return [node["inputs"]["text"] for node in graph.values() if node["class_type"] == "CLIPTextEncode"]


async def asked(rig: Rig, line: str) -> Message:
    posted = len(rig.results())
    await rig.ask(line)
    await rig.until(lambda: len(rig.results()) > posted)
    return rig.results()[-1]


async def test_words_become_what_they_stand_for_and_say_so(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        result = await asked(rig, f"/txt2img prompt:{PROMPT} steps:2 seed:18446744073709551615")
        (words,) = (each for each in texts(rig) if "wolf" in each)
        assert words in {f"a {one} {two} wolf" for one in ("red", "blue") for two in ("grey", "white")}
        loader = sent(rig)["LoraLoader"]
        assert [loader[name] for name in ("lora_name", "strength_model", "strength_clip")] == [
            "style/pastel.safetensors",
            0.8,
            0.8,
        ]
        assert sent(rig)["KSampler"]["seed"] == 2**64 - 1
        shown = result.text.replace("\\", "")
        assert f"{words} <lora:style/pastel.safetensors:0.8>" in shown
        assert "LoRA “pastell”: style/pastel.safetensors was used, which comes closest." in shown
        assert "seed 18446744073709551615" in shown

        again = await asked(
            rig,
            f"/txt2img prompt:{words} <lora:style/pastel.safetensors:0.8> steps:2 seed:18446744073709551615",
        )
        assert [texts(rig, 0), sent(rig, 0)["LoraLoader"]] == [texts(rig), sent(rig)["LoraLoader"]]
        assert "which comes closest" not in again.text


async def test_what_cannot_be_done_is_told_with_the_status_and_the_picture_comes_all_the_same(
    rig: Rig,
) -> None:
    async with rig.bot():
        await rig.ready()
        story = Story(hold=True)
        rig.comfy.next_job(story)
        invocation = await rig.ask(
            "/txt2img prompt:a __anmal__ <lora:zebra> <lora:ink> <lora:pastel> steps:2"
        )
        answer = (await invocation.answered()).text.replace("\\", "")
        assert "__anmal__ stayed as it is: there is no such wildcard. Did you mean __animal__?" in answer
        assert "LoRA “zebra” was left out: no ComfyUI here has one like it." in answer
        assert "LoRA “pastel” was left out: this workflow takes one." in answer
        story.release()
        await rig.result()
        assert "a __anmal__" in texts(rig)


async def test_the_operator_and_a_workflow_can_leave_words_alone(rig: Rig) -> None:
    rig.settings["PROMPT_SYNTAX"] = "choices"
    lines = 'prompt_syntax = ["choices", "loras"]\n'
    rig.settings["WORKFLOWS_DIR"] = str(draw_with_lora(rig.folder / "less", lines))
    async with rig.bot():
        await rig.ready()
        await asked(rig, f"/txt2img prompt:{PROMPT} steps:2")
    assert any(
        each in texts(rig) for each in (f"a {red} __animal__ <lora:pastell:0.8>" for red in ("red", "blue"))
    )


async def test_a_loader_of_a_workflow_that_nobody_tuned_is_an_option_of_its_command(rig: Rig) -> None:
    made = draw_with_lora(rig.folder / "untuned")
    (made / "txt2img" / "command.toml").unlink()
    rig.settings["WORKFLOWS_DIR"] = str(made)
    async with rig.bot():
        await rig.ready()
        await asked(rig, "/txt2img prompt:a fox lora:style/pastel.safetensors lora-strength:0.5 steps:2")
        await asked(rig, "/txt2img prompt:a fox <lora:pastel:0.25> steps:2")
    chosen, typed = (sent(rig, number)["LoraLoader"] for number in (0, 1))
    assert [
        [each[name] for name in ("lora_name", "strength_model", "strength_clip")] for each in (chosen, typed)
    ] == [
        ["style/pastel.safetensors", 0.5, 0.5],
        ["style/pastel.safetensors", 0.25, 0.25],
    ]


async def test_a_list_that_changed_is_read_again(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        await asked(rig, "/txt2img prompt:a __bird__ steps:2")
        (rig.folder / "wildcards" / "bird.txt").write_text("heron", encoding="utf-8")
        for _ in range(50):  # a look that is too young to be repeated
            await asked(rig, "/txt2img prompt:a __bird__ steps:2")
            if "a heron" in texts(rig):
                break
    assert "a __bird__" in texts(rig, 0)
    assert "a heron" in texts(rig)


async def test_the_command_line_shows_what_the_words_became(rig: Rig) -> None:
    sandbox = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", "--once", f"/txt2img prompt:{PROMPT} steps:2"),
        *("--workflows", rig.settings["WORKFLOWS_DIR"], "--output", str(rig.folder / "out")),
        *("--comfyui", rig.comfy.url, "--json"),
        cwd=rig.folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT)},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await sandbox.communicate()
    assert sandbox.returncode == 0
    results = [json.loads(line) for line in told.splitlines()]
    (shown,) = (each["text"].replace("\\", "") for each in results if each["event"] == "result")
    assert "wolf <lora:style/pastel.safetensors:0.8>" in shown
