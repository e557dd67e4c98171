"""What the end of a prompt means for its job, in words."""

import pytest
from msgspec.structs import replace

from bot.comfy import (
    FileRef,
    GraphRefused,
    HistoryEntry,
    Interrupted,
    NodeFailed,
    NodeProblem,
    OutputFile,
    OutputKind,
    Refusal,
    Success,
    Unfinished,
    Verdict,
)
from bot.generation.outcomes import outcome_of, refusal, tame, title_of
from bot.jobs.job import Done, Failed, Output
from bot.texts import Text, render, text
from tests.generation.sample import job_with

JOB = job_with({"3": "Sampler"})


def _entry(verdict: Verdict, *files: FileRef, texts: tuple[str, ...] = ()) -> HistoryEntry:
    outputs = tuple(OutputFile("9", file, OutputKind.IMAGE, animated=False) for file in files)
    return HistoryEntry("p", verdict, outputs, texts, None, None, None)


def _refusal(
    *problems: NodeProblem, option: str | None = None, message: str = "Prompt outputs failed validation"
) -> str:
    def option_of(workflow: str, node_id: str, input_name: str | None) -> str | None:
        return option

    error = GraphRefused("here", Refusal("", message, problems))
    return render(refusal(error, JOB, option_of), "en")


def test_saved_files_are_the_result_and_previews_only_where_nothing_was_saved() -> None:
    saved, preview = FileRef("a.png"), FileRef("b.png", type="temp")
    assert outcome_of(_entry(Success(), preview, saved), JOB) == Done((Output("9", "a.png", "", "output"),))
    assert outcome_of(_entry(Success(), preview), JOB) == Done((Output("9", "b.png", "", "temp"),))


def test_texts_are_a_result_too() -> None:
    assert outcome_of(_entry(Success(), texts=("a caption",)), JOB) == Done((), ("a caption",))


def test_success_without_anything_made_is_a_failure_with_its_reason() -> None:
    assert outcome_of(_entry(Success()), JOB) == Failed(text("failed-no-output"))
    cached = replace(_entry(Success()), all_cached=True)
    assert outcome_of(cached, JOB) == Failed(text("failed-all-cached"))
    assert outcome_of(replace(cached, texts=("a caption",)), JOB) == Done((), ("a caption",))


def test_pictures_that_the_socket_brought_come_after_saved_files_and_instead_of_previews() -> None:
    sent = (Output("3", "00001.png", "", "websocket"),)
    saved, preview = FileRef("a.png"), FileRef("b.png", type="temp")
    assert outcome_of(_entry(Success(), saved), JOB, sent) == Done(
        (Output("9", "a.png", "", "output"), *sent)
    )
    assert outcome_of(_entry(Success(), preview), JOB, sent) == Done(sent)
    failed = outcome_of(_entry(NodeFailed("3", "KSampler", "E", "m")), JOB, sent)
    assert isinstance(failed, Failed)
    assert failed.outputs == sent


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (Interrupted("3", "KSampler"), text("failed-interrupted")),
        (Unfinished(), text("failed-unfinished")),
        (
            NodeFailed("3", "KSampler", "torch.OutOfMemoryError", "Allocation on device\nTIPS: …"),
            text("failed-out-of-memory", node="Sampler"),
        ),
        (
            NodeFailed("3", "KSampler", "RuntimeError", "shapes\ncannot be multiplied"),
            text("failed-node", node="Sampler", message="shapes cannot be multiplied"),
        ),
        (
            NodeFailed("7", "LoadImage", "KeyError", ""),
            text("failed-node", node=text("node-of-class", id="7", type="LoadImage"), message="KeyError"),
        ),
        (
            NodeFailed("", "", "", "the server says 'error' and nothing more"),
            text(
                "failed-node",
                node=text("node-by-number", id="?"),
                message="the server says 'error' and nothing more",
            ),
        ),
    ],
)
def test_every_other_end_has_its_words(verdict: Verdict, reason: Text) -> None:
    assert outcome_of(_entry(verdict), JOB) == Failed(reason)


def test_a_servers_words_are_tamed() -> None:
    words = "cannot identify '/opt/comfyui/base/input/x.png'\n`@everyone`\x00 C:\\models\\secret\\y.bin"
    assert tame(words) == "cannot identify 'x.png' '@everyone' y.bin"
    assert len(tame("x" * 2_000_000)) == 300


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("[Errno 28] No space left on device", "disk of ComfyUI is full"),
        ("Error while deserializing header: MetadataIncompleteBuffer", "model file is damaged"),
        ("mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)", "do not belong together"),
        ("[Errno 2] No such file or directory: '/models/x.safetensors'", "is not there"),
        ("[WinError 5] Access is denied: 'C:\\out'", "has to allow it"),
        ("Unauthorized: Please login first to use this node.", "wants an account"),
        ("HTTPSConnectionPool: Max retries exceeded", "from the network"),
    ],
)
def test_where_the_words_tell_what_helps_that_is_said(message: str, advice: str) -> None:
    outcome = outcome_of(_entry(NodeFailed("3", "KSampler", "RuntimeError", message)), JOB)
    assert isinstance(outcome, Failed)
    words = render(outcome.reason, "en")
    assert words.startswith("The node “Sampler” failed: `")
    assert advice in words
    assert advice not in render(outcome.reason, "zh-CN")


def test_a_node_without_a_title_is_called_by_number_and_class() -> None:
    problem = NodeProblem("5", "KSampler", "required_input_missing", "model", "Missing", "")
    assert "input `model` of the node “node 5 (KSampler)”" in _refusal(problem)


def test_a_node_that_grew_out_of_another_has_that_ones_title() -> None:
    assert title_of(JOB, "3.0.7", "VAEDecode") == "Sampler"


def test_comfyuis_own_number_of_a_node_becomes_words() -> None:
    def refused(node_id: str) -> str:
        words = f"Cannot execute because a node is missing the class_type property.: Node ID '#{node_id}'"
        return _refusal(message=words)

    assert "property.: node “Sampler”`" in refused("3")
    assert "property.: node 9`" in refused("9")


def test_a_refused_value_names_the_option_and_near_names() -> None:
    problem = NodeProblem(
        "4", "CheckpointLoaderSimple", "value_not_in_list", "ckpt_name", "Value not in list", "…", "dreamshaper.safetensors",
        allowed=("sd15.safetensors", "DreamShaper_8.safetensors"),
    )  # fmt: skip
    assert _refusal(problem, option="checkpoint") == (
        "ComfyUI did not accept this: option `checkpoint` cannot be `dreamshaper.safetensors`. "
        "It has, for example: DreamShaper_8.safetensors, sd15.safetensors."
    )


def test_a_value_out_of_range_names_the_bound() -> None:
    problem = NodeProblem("3", "KSampler", "value_bigger_than_max", "steps", "", "", 20_000, maximum=10_000)
    assert _refusal(problem, option="steps").endswith("option `steps` cannot be 20000; the largest is 10000.")


def test_what_no_option_sets_is_named_by_node_and_input() -> None:
    problem = NodeProblem(
        "3", "KSampler", "required_input_missing", "model", "Required input is missing", "model"
    )
    assert _refusal(problem).endswith(
        "input `model` of the node “Sampler”: `Required input is missing – model`."
    )


def test_many_problems_are_told_but_not_all() -> None:
    problem = NodeProblem("3", "KSampler", "value_bigger_than_max", "steps", "", "", 9, maximum=1)
    assert _refusal(*[problem] * 9).count("the largest is") == 3


@pytest.mark.parametrize("kind", ["invalid_prompt", "missing_node_type"])
def test_a_class_that_is_gone_is_named_with_who_can_help(kind: str) -> None:
    message = "Cannot execute because node OldNode does not exist."
    problem = NodeProblem("4", "OldNode", kind, None, message, "Node ID '#4'")
    assert _refusal(problem) == (
        "ComfyUI did not accept this: it does not have the node `OldNode` (any more). "
        "Whoever runs it can install the pack that brings it."
    )


def test_a_refusal_without_node_errors_gives_the_servers_words() -> None:
    assert "`Prompt outputs failed validation`" in _refusal()


@pytest.mark.parametrize(
    "verdict",
    [
        NodeFailed("3", "KSampler", "torch.OutOfMemoryError", "Allocation on device"),
        NodeFailed("3", "KSampler", "ValueError", "no"),
        Interrupted("3", "KSampler"),
        Unfinished(),
    ],
)
def test_what_was_made_before_a_failure_is_kept(verdict: Verdict) -> None:
    outcome = outcome_of(_entry(verdict, FileRef("first.png"), texts=("a caption",)), JOB)
    assert isinstance(outcome, Failed)
    assert (outcome.outputs, outcome.texts) == ((Output("9", "first.png", "", "output"),), ("a caption",))
