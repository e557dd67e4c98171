"""What is offered of many workflows, and of some that cannot be worked out."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bugs import reported
from bot.comfy import Node, NodeClass, ObjectInfo
from bot.generation.catalogue import WorkflowCatalogue, offer
from bot.texts import text
from bot.workflows import Template, classes_of, load_template
from bot.workflows.discord_rules import MAX_WORKFLOWS
from bot.workflows.loading import RESERVED_NAMES
from bot.workflows.template import ALL_SYNTAX, PromptSyntax
from tests.workflows.samples import COMMAND, GRAPH, option_file, server, write


def _template(name: str, class_type: str = "Save") -> Template:
    return Template(name, "A command", {"1": Node(class_type, {})}, (), Path(name))


class _Broken(dict[str, NodeClass]):
    """Node classes that nobody can look at without an error that nobody foresaw."""

    def __contains__(self, key: object) -> bool:
        if key == "Broken":
            raise RuntimeError("nobody foresaw this")
        return super().__contains__(key)


def test_as_many_are_offered_as_discord_takes_beside_the_bots_own_and_the_rest_is_told() -> None:
    assert 100 - len(RESERVED_NAMES) == MAX_WORKFLOWS
    templates = [_template(f"w{number:03}") for number in range(MAX_WORKFLOWS + 2)]
    offered = offer(templates, [server()])
    assert list(offered.workflows) == [f"w{number:03}" for number in range(MAX_WORKFLOWS)]
    told = (text("workflow-too-many", most=MAX_WORKFLOWS),)
    assert offered.missing == {f"w{MAX_WORKFLOWS:03}": told, f"w{MAX_WORKFLOWS + 1:03}": told}


def test_words_are_read_as_far_as_the_workflow_and_the_operator_allow() -> None:
    few = frozenset({PromptSyntax.CHOICES, PromptSyntax.LORAS})
    templates = (_template("all"), replace(_template("few"), prompt_syntax=few))

    def read(allowed: frozenset[PromptSyntax]) -> dict[str, frozenset[PromptSyntax]]:
        offered = offer(templates, (), prompt_syntax=allowed)
        return {name: each.prompt_syntax for name, each in offered.workflows.items()}

    assert read(ALL_SYNTAX) == {"all": ALL_SYNTAX, "few": few}
    wanted = frozenset({PromptSyntax.CHOICES, PromptSyntax.WILDCARDS})
    assert read(wanted) == {"all": wanted, "few": frozenset({PromptSyntax.CHOICES})}


def test_only_what_can_run_takes_a_place() -> None:
    templates = [_template("gone", "NotInstalled"), *(_template(f"w{n:03}") for n in range(MAX_WORKFLOWS))]
    assert list(offer(templates, [server()]).workflows)[-1] == f"w{MAX_WORKFLOWS - 1:03}"


async def test_a_bug_met_in_one_workflow_withdraws_that_one(caplog: pytest.LogCaptureFixture) -> None:
    broken = ObjectInfo(_Broken(server().classes))
    before = reported()
    catalogue = WorkflowCatalogue([_template("odd", "Broken"), _template("good")], lambda: [broken])
    await catalogue.refresh()
    assert list(catalogue.workflows) == ["good"]
    assert reported() == before + 1
    (line,) = (each for each in caplog.records if "is not offered" in each.getMessage())
    assert line.levelno == logging.WARNING
    assert "met a bug" in line.getMessage()


async def test_a_file_that_fits_no_server_withdraws_its_workflow_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = load_template(write(tmp_path, option_file('node = "Sampler"\ninput = "width"\nmin = 8')))
    good = replace(_template("good"), name="good")
    catalogue = WorkflowCatalogue([wrong, good], lambda: [server()])
    await catalogue.refresh()
    assert list(catalogue.workflows) == ["good"]
    assert "takes no less than 16" in caplog.text


def test_the_classes_of_a_template_are_those_of_its_graph(tmp_path: Path) -> None:
    assert classes_of(load_template(write(tmp_path, COMMAND, GRAPH))) == {
        "Loader",
        "Encode",
        "Sample",
        "Save",
        "Load",
    }


def test_the_classes_of_a_ui_graph_are_found_in_subgraphs_and_group_nodes_too(tmp_path: Path) -> None:
    folder = tmp_path / "ui"
    folder.mkdir()
    (folder / "workflow.json").write_text(
        """{"nodes": [{"id": 1, "type": "KSampler", "inputs": [{"name": "model", "type": "MODEL"}], "outputs": []}],
            "links": [], "version": 0.4,
            "definitions": {"subgraphs": [{"id": "a", "nodes": [{"id": 2, "type": "VAEDecode", "inputs": []}]}]},
            "extra": {"groupNodes": {"g": {"nodes": [{"index": 0, "type": "SaveImage", "widgets_values": []}]}}}}""",
        encoding="utf-8",
    )
    assert {"KSampler", "VAEDecode", "SaveImage"} <= classes_of(load_template(folder))
