"""Whatever the bytes: a workflow or a sentence."""

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.workflows.sources import Found, SourceError, read_workflow
from tests.workflows.sources.test_files import FILES

CONTENTS = [content for _, content in FILES.values()]


def _read(content: bytes) -> None:
    with suppress(SourceError):
        assert isinstance(read_workflow(content), Found)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CONTENTS), st.data())
def test_a_file_with_bytes_changed_inserted_and_cut(content: bytes, data: st.DataObject) -> None:
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(changed) - 1)))
        match data.draw(st.sampled_from(["change", "insert", "cut", "end"])):
            case "change":
                changed[at : at + 1] = data.draw(st.binary(min_size=1, max_size=4))
            case "insert":
                changed[at:at] = data.draw(st.binary(min_size=1, max_size=16))
            case "cut":
                del changed[at : at + data.draw(st.integers(1, 64))]
            case _:
                del changed[at:]
    _read(bytes(changed))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([content[:24] for content in CONTENTS]), st.binary(max_size=400))
def test_a_beginning_with_noise_behind_it(beginning: bytes, noise: bytes) -> None:
    _read(beginning + noise)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["nodes", "prompt", "workflow", "class_type", "inputs", "id", "definitions", "subgraphs"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_json_of_any_shape(document: object) -> None:
    _read(json.dumps(document).encode())
