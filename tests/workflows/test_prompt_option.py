"""Which option is the prompt, whatever it is called."""

import re
from pathlib import Path

import pytest

from bot.workflows import WorkflowError, load_template
from tests.workflows.samples import resolved, write

GRAPH = {
    "1": {"class_type": "Loader", "inputs": {"model": "first.safetensors", "precision": "fp16"}},
    "2": {"class_type": "Encode", "inputs": {"text": "a cat", "model": ["1", 0]}},
    "3": {"class_type": "Encode", "inputs": {"text": "ugly", "model": ["1", 0]}},
    "4": {"class_type": "KSampler", "inputs": {"positive": ["2", 0], "negative": ["3", 0], "steps": 4}},
    "5": {"class_type": "Save", "inputs": {"filename_prefix": "x", "images": ["4", 0]}},
}


def _command(*options: str, first: str = "") -> str:
    return f'description = "Draws"\n{first}\n' + "\n".join(options)


def _option(name: str, node: str, input_name: str = "text", more: str = "") -> str:
    return f'[options.{name}]\ndescription = "x"\nnode = "{node}"\ninput = "{input_name}"\n{more}\n'


def _prompt_option(folder: Path, command: str) -> str | None:
    return resolved(write(folder, command, GRAPH)).prompt_option


def test_the_option_called_prompt_is_the_prompt(tmp_path: Path) -> None:
    assert _prompt_option(tmp_path, _command(_option("style", "2"), _option("prompt", "3"))) == "prompt"


def test_else_it_is_the_option_that_sets_what_the_picture_is_made_from(tmp_path: Path) -> None:
    assert _prompt_option(tmp_path, _command(_option("avoid", "3"), _option("motif", "2"))) == "motif"


def test_else_a_text_that_must_be_given(tmp_path: Path) -> None:
    command = _command(_option("steps", "4", "steps"), _option("words", "3", more="required = true"))
    assert _prompt_option(tmp_path, command) == "words"


def test_a_file_may_name_another_one(tmp_path: Path) -> None:
    command = _command(_option("avoid", "3"), _option("motif", "2"), first='prompt = "avoid"')
    assert _prompt_option(tmp_path, command) == "avoid"


def test_a_workflow_without_words_has_none(tmp_path: Path) -> None:
    assert _prompt_option(tmp_path, _command(_option("steps", "4", "steps"))) is None


def test_a_file_that_names_a_syntax_which_there_is_not_is_wrong(tmp_path: Path) -> None:
    for line, problem in (
        (
            'prompt_syntax = ["lora"]',
            "names 'lora' as prompt_syntax, which there is not; did you mean 'loras'",
        ),
        ('prompt_syntax = "loras"', "has a 'prompt_syntax' that must be a list of texts"),
        ("prompt_syntax = [1]", "has a 'prompt_syntax' that must be a list of texts"),
    ):
        with pytest.raises(WorkflowError, match=re.escape(problem)):
            _prompt_option(
                tmp_path / problem[:9] / str(len(line)), _command(_option("motif", "2"), first=line)
            )


def test_a_file_that_names_an_option_which_there_is_not_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(
        WorkflowError, match="names the option 'motiv' as its prompt, which there is not; did you"
    ):
        load_template(write(tmp_path, _command(_option("motif", "2"), first='prompt = "motiv"'), GRAPH))
