"""A workflow's own model that no server has: the same file in another spelling, or said and never silent."""

from pathlib import Path
from uuid import UUID

import pytest

from bot.comfy import JsonValue
from bot.errors import Refused
from bot.texts import render
from bot.workflows import Unavailable, fill, load_template, resolve
from bot.workflows import choices as suggested
from tests.workflows.samples import COMMAND, GRAPH, only_option, option_file, resolved, server, write

JOB = UUID(int=1)
MODEL_OPTION = option_file('node = "Model"\ninput = "model"')


def _graph(model: str) -> JsonValue:
    loader: JsonValue = {
        "class_type": "Loader",
        "inputs": {"model": model, "precision": "fp16"},
        "_meta": {"title": "Model"},
    }
    return {**GRAPH, "1": loader}


def test_a_default_in_another_systems_spelling_is_the_servers_file(tmp_path: Path) -> None:
    workflow = resolved(
        write(tmp_path, MODEL_OPTION, _graph("FLUX/dev.sft")), server(models=["FLUX\\dev.sft"])
    )
    option = only_option(workflow)
    assert (option.default, option.stands_in_for) == ("FLUX\\dev.sft", None)
    filled = fill(workflow, {}, job_id=JOB, pick_seed=int)
    assert filled.graph["1"].inputs["model"] == "FLUX\\dev.sft"
    assert filled.stand_ins == {}


def test_a_default_that_lies_in_another_folder_is_the_same_file(tmp_path: Path) -> None:
    workflow = resolved(
        write(tmp_path, MODEL_OPTION, _graph("FLUX\\dev.sft")), server(models=["a", "x/dev.sft"])
    )
    option = only_option(workflow)
    assert (option.default, option.stands_in_for) == ("x/dev.sft", None)


def test_where_no_name_is_alike_the_first_stands_in(tmp_path: Path) -> None:
    folder = write(tmp_path, MODEL_OPTION, _graph("v1-5-pruned-emaonly-fp16.safetensors"))
    option = only_option(resolved(folder, server(models=["anime.ckpt", "flux1-dev-fp8.safetensors"])))
    assert (option.default, option.stands_in_for) == ("anime.ckpt", "v1-5-pruned-emaonly-fp16.safetensors")


def test_a_name_that_no_option_sets_is_sent_as_the_server_spells_it(tmp_path: Path) -> None:
    workflow = resolved(
        write(tmp_path, COMMAND, _graph("FLUX\\dev.sft")), server(models=["a", "FLUX/dev.sft"])
    )
    filled = fill(workflow, {}, job_id=JOB, pick_seed=int)
    assert filled.graph["1"].inputs["model"] == "FLUX/dev.sft"
    assert "Loader.model=FLUX/dev.sft" in filled.needs
    assert "Loader.model=FLUX\\dev.sft" not in filled.needs


def test_a_choice_in_another_systems_spelling_is_taken(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path, MODEL_OPTION, _graph("a")), server(models=["a", "FLUX\\dev.sft"]))
    filled = fill(workflow, {"x": "FLUX/dev.sft"}, job_id=JOB, pick_seed=int)
    assert filled.values == {"x": "FLUX\\dev.sft"}


def test_choices_of_the_file_match_the_servers_names_in_either_spelling(tmp_path: Path) -> None:
    command = option_file('node = "Model"\ninput = "model"\nchoices = ["FLUX/dev.sft"]')
    workflow = resolved(
        write(tmp_path, command, _graph("FLUX/dev.sft")), server(models=["a", "FLUX\\dev.sft"])
    )
    assert only_option(workflow).choices == ("FLUX\\dev.sft",)


def test_a_stand_in_is_the_nearest_name_and_goes_with_the_job(tmp_path: Path) -> None:
    folder = write(tmp_path, MODEL_OPTION, _graph("sd15.safetensors"))
    workflow = resolved(folder, server(models=["anime.ckpt", "sd15-fp16.safetensors"]))
    filled = fill(workflow, {}, job_id=JOB, pick_seed=int)
    assert filled.values == {"x": "sd15-fp16.safetensors"}
    assert filled.stand_ins == {"x": "sd15.safetensors"}


def test_what_a_person_chose_stands_in_for_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path, MODEL_OPTION, _graph("sd15.safetensors"))
    workflow = resolved(folder, server(models=["anime.ckpt"]))
    assert fill(workflow, {"x": "anime.ckpt"}, job_id=JOB, pick_seed=int).stand_ins == {}


def test_where_the_operator_wants_no_stand_ins_the_workflow_waits_with_its_reason(tmp_path: Path) -> None:
    template = load_template(write(tmp_path, MODEL_OPTION, _graph("sd15.safetensors")))
    made = resolve(template, [server(models=["sd15-fp16.safetensors"])], allow_stand_ins=False)
    assert isinstance(made, Unavailable)
    assert [render(reason, "en") for reason in made.reasons] == [
        (
            "“sd15.safetensors”, which Model (Loader) needs as model, is not there. "
            "The nearest that is: sd15-fp16.safetensors."
        )
    ]
    assert not isinstance(
        resolve(template, [server(models=["sd15.safetensors"])], allow_stand_ins=False), Unavailable
    )


def test_a_list_that_the_file_narrows_to_others_has_its_first_name_as_default(tmp_path: Path) -> None:
    command = option_file('node = "Model"\ninput = "model"\nchoices = ["b", "c"]')
    workflow = resolved(write(tmp_path, command, _graph("a")), server(models=["c", "b"]))
    option = only_option(workflow)
    assert (option.default, option.stands_in_for) == ("c", None)


def test_half_a_character_is_refused_and_never_repeated(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path, MODEL_OPTION, _graph("a")), server(models=["a"]))
    with pytest.raises(Refused) as caught:
        fill(workflow, {"x": "fox \ud83e"}, job_id=JOB, pick_seed=int)
    assert "fox ?" in render(caught.value.message, "en")


def test_half_a_character_in_a_text_becomes_a_question_mark_and_whole_ones_stay(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path), server())
    filled = fill(workflow, {"prompt": "\ud83e a \U0001f98a fox \udd8a"}, job_id=JOB, pick_seed=int)
    assert filled.values == {"prompt": "? a \U0001f98a fox ?"}


def test_a_name_with_half_a_character_is_no_suggestion_and_no_choice(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path, MODEL_OPTION, _graph("a")), server(models=["a", "\ud83e"]))
    option = only_option(workflow)
    assert option.autocomplete
    assert suggested(workflow, option, [server(models=["a", "\ud83e", " ", "b"])]) == ("a", "b")
