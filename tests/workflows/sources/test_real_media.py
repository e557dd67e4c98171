"""Files that real ComfyUI servers saved, where they lie beside the repository."""

from pathlib import Path

import pytest

from bot.workflows.sources import read_workflow

MEDIA = Path(__file__).parents[4] / "shared" / "media"
FILES = sorted(path for path in MEDIA.glob("*/*") if path.is_file())


@pytest.mark.skipif(not FILES, reason="needs ../shared/media")
def test_every_saved_file_has_both_graphs() -> None:
    for path in FILES:
        with path.open("rb") as file:
            found = read_workflow(file)
        assert found.prompt is not None, path
        assert found.workflow is not None, path
        nodes = found.workflow["nodes"]
        assert isinstance(nodes, list)
        assert {str(node["id"]) for node in nodes if isinstance(node, dict)} == found.prompt.keys(), path
