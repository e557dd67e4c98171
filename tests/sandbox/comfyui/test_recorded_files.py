"""The stand-in against recordings of a real ComfyUI 0.3.64: uploads, and files of every kind among the outputs.

Runs where the recordings are: beside the project, in ``../shared``.
"""

import io
import itertools
import json

import aiohttp
from PIL import Image

from tests.sandbox.comfyui.client import Client, Json, short
from tests.sandbox.comfyui.recordings import evened, needs_recordings, recorded_server, recording

pytestmark = needs_recordings

SAME_AS_BEFORE = {
    "same name, same bytes: no new file": "plain",
    "same name, second content again: finds the (1) copy": "same name, other bytes: renamed",
}
"""By the note in the recording: which earlier upload had the same bytes."""
UNCLEAR = {"absolute filename"}
"""Its path was made unrecognisable, and only in the request."""
HUGE_BYTES = 2**20
"""What is larger is a matter of the limit, which has a test of its own."""


async def test_uploads_are_answered_as_recorded() -> None:
    rows = recording("50_uploads")
    wrong: list[object] = []
    note, count = "", 0
    async with recorded_server() as (_, client):
        for row, answer in itertools.pairwise(rows):
            note = row.get("note", note)
            if (
                "(multipart)" in row.get("req", "")
                and row["image"]["bytes"] < HUGE_BYTES
                and note not in UNCLEAR
            ):
                count += 1
                said = await uploaded(client, row, content_of(row, note))
                if said != (answer["status"], answer["raw"]):
                    wrong.append((note, row, said, answer["raw"]))
    assert (wrong, count > 20) == ([], True)


def content_of(row: Json, note: str) -> bytes:
    """A picture where the recording had one for a mask; texts else, equal where its bytes were equal."""
    if "mask" in note:
        side = 32 if "size" in note else 64
        content = io.BytesIO()
        Image.new("RGBA", (side, side), (200, 100, 50, 0)).save(content, "PNG")
        return content.getvalue()
    return SAME_AS_BEFORE.get(note, note).encode()


async def uploaded(client: Client, row: Json, content: bytes) -> tuple[int, str]:
    path = row["req"].split()[1]
    form = aiohttp.FormData()
    form.add_field("image", content, filename=row["image"]["filename"])
    for name, value in row["fields"].items():
        form.add_field(name, value)
    answer = await client.ask("POST", path, data=form)
    return answer.status, answer.text


async def test_outputs_of_every_kind_are_told_as_recorded() -> None:
    """Node by node: the frames of the job, and what the history keeps."""
    rows = recording("57_outputs_of_all_kinds")
    wrong: list[object] = []
    async with recorded_server() as (_, client), client.listen("alpha", handshake=True) as listener:
        for posted in (row for row in rows if row.get("req") == "POST /prompt"):
            after = rows[rows.index(posted) :]
            history = next(row for row in after if row.get("note", "").startswith("history "))
            expected = [frame(row) for row in after[: after.index(history)] if "frame" in row]
            prompt_id = await client.submit(posted["body"]["prompt"], "alpha")
            told = await listener.until_end()
            if [short(each) for each in told] != [short(each) for each in expected]:
                wrong.append(("frames", history["note"], [short(each) for each in told]))
            outputs = evened((await client.entry(prompt_id))["outputs"], {})
            if "PreviewAny" not in history["note"] and outputs != evened(history["outputs"], {}):
                wrong.append(("outputs", history["note"], outputs))
            wrong += await types_that_differ(client, prompt_id, after)
    assert wrong == []


def frame(row: Json) -> Json | bytes:
    return (
        json.loads(row["raw"]) if row["frame"] == "text" else bytes.fromhex(row["head_hex"].replace(" ", ""))
    )


async def types_that_differ(client: Client, prompt_id: str, after: list[Json]) -> list[object]:
    """The content type of the first file, where one was looked at."""
    viewed = after[[row.get("note", "").startswith("history ") for row in after].index(True) + 1]
    if "/view" not in viewed.get("note", ""):
        return []
    shown = next(iter((await client.entry(prompt_id))["outputs"].values()))
    file = shown[viewed["key"]][0]
    answer = await client.get("/view", params={key: file[key] for key in ("filename", "subfolder", "type")})
    same = (answer.status, answer.content_type) == (200, viewed["ct"])
    return [] if same else [(viewed, file, answer.status, answer.content_type)]


async def test_a_picture_on_the_websocket_is_whole() -> None:
    """Full size and PNG, in the form of a preview, and to a client without a handshake in the old form."""
    graph = {
        "1": {
            "class_type": "EmptyImage",
            "inputs": {"width": 70, "height": 50, "batch_size": 2, "color": 77},
        },
        "2": {"class_type": "SaveImageWebsocket", "inputs": {"images": ["1", 0]}},
    }
    for handshake, head in ((False, bytes.fromhex("0000000100000002")), (True, bytes.fromhex("00000004"))):
        async with recorded_server() as (_, client), client.listen(handshake=handshake) as listener:
            await client.submit(graph, "me")
            pictures = [each for each in await listener.until_end() if isinstance(each, bytes)]
        assert [each.startswith(head) for each in pictures] == [True, True]
        content = pictures[0][pictures[0].index(b"\x89PNG") :]
        with Image.open(io.BytesIO(content)) as image:
            assert (image.size, image.getpixel((0, 0))) == ((70, 50), (0, 0, 77))
