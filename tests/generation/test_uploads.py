"""A job's files on their way to its backend: once, in time, and again where the backend lost them."""

import random
from collections import Counter
from pathlib import Path
from typing import cast
from uuid import UUID

from PIL import Image

from bot.backoff import Backoff
from bot.comfy import JsonValue, graph_of
from bot.generation import Rules, Timeouts
from bot.jobs.job import Done, Failed, Limits
from bot.sandbox.comfyui import ComfyStandIn, Fault, Story
from bot.sandbox.comfyui.files import Folder
from bot.texts import text
from tests.generation.handing_in import CENTRE, Life, Place, handing_in, job_from
from tests.generation.rig import eventually
from tests.inputs.rig import corners, level, opened, saved

FOX = saved(corners())
MOVING = Rules(
    limits=Limits(),
    keep_jobs_seconds=86_400,
    timeouts=Timeouts(
        silence_seconds=0.3,
        absent_seconds=0.1,
        retry=Backoff(first_seconds=0.05, longest_seconds=0.2),
        grace_seconds=0.2,
    ),
)


class Requests(Counter[str]):
    """How often a backend was asked for what."""

    def __init__(self, comfy: ComfyStandIn) -> None:
        super().__init__()
        comfy.installation.on_request = lambda method, path: self.update([f"{method} {path}"])

    @property
    def uploads(self) -> tuple[int, int]:
        """Of pictures, and of masks."""
        return self["POST /upload/image"], self["POST /upload/mask"]


def forget_files(comfy: ComfyStandIn) -> None:
    """As a container does that was made anew."""
    comfy.installation.files.wipe(Folder.INPUT)


def shown(comfy: ComfyStandIn, number: int = -1) -> str:
    """The file that a prompt names."""
    graph = graph_of(cast("JsonValue", comfy.submitted[number]["prompt"]))
    return str(graph["1"].inputs["image"])


def stored(comfy: ComfyStandIn, name: str, folder: Path) -> Image.Image:
    file = comfy.installation.files.get(Folder.INPUT, name)
    assert file is not None
    copy = folder / "stored"
    copy.write_bytes(file.content)
    return opened(copy)


async def run(place: Place, life: Life, number: int = 1, *, masked: bool = False) -> UUID:
    """A job with the fox, to its good end."""
    job = job_from(place.cdn.put("fox.png", FOX), number=number, masking=CENTRE if masked else None)
    job_id = await life.submit(job)
    assert isinstance(await life.outcome(job_id), Done), await life.outcome(job_id)
    return job_id


async def test_the_same_picture_is_uploaded_once(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        requests = Requests(place.comfy)
        for number in range(3):
            await run(place, life, number)
        assert requests.uploads == (1, 0)
        assert place.comfy.installation.files.names(Folder.INPUT) == [shown(place.comfy)]


async def test_a_mask_is_laid_over_its_picture_there(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        requests = Requests(place.comfy)
        for number in range(2):
            await run(place, life, number, masked=True)
        assert requests.uploads == (1, 1)
        picture = stored(place.comfy, shown(place.comfy), tmp_path)
        alpha = picture.getchannel("A")
        assert (level(alpha, (0, 0)), level(alpha, (6, 4))) == (255, 0)


async def test_a_picture_that_was_there_before_the_start_gets_no_second_name(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place:
        for number in range(2):
            async with place.life() as life:
                await run(place, life, number, masked=True)
        assert shown(place.comfy, 0) == shown(place.comfy, 1)
        assert len(place.comfy.installation.files.names(Folder.INPUT)) == 2


async def test_a_backend_that_forgot_its_input_folder_gets_everything_again(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        requests = Requests(place.comfy)
        await run(place, life, masked=True)
        forget_files(place.comfy)
        again = await run(place, life, 2, masked=True)
        assert requests.uploads == (2, 2)
        assert len(place.comfy.submitted) == 2  # what is refused is not taken
        assert (await life.job(again)).attempt == 2
        assert stored(place.comfy, shown(place.comfy), tmp_path).mode == "RGBA"


async def test_a_backend_that_lost_only_the_picture_gets_both_again(tmp_path: Path) -> None:
    """Another mask over a picture that is known to be there: the upload of the mask says all is well."""
    async with handing_in(tmp_path) as place, place.life() as life:
        requests = Requests(place.comfy)
        await run(place, life)
        forget_files(place.comfy)
        await run(place, life, 2, masked=True)
        assert requests.uploads == (2, 2)
        assert stored(place.comfy, shown(place.comfy), tmp_path).mode == "RGBA"


async def test_a_backend_that_loses_files_at_once_refuses_them_in_the_end(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        requests = Requests(place.comfy)
        count = place.comfy.installation.on_request

        def look(method: str, path: str) -> None:
            assert count is not None
            count(method, path)
            if path == "/prompt":
                forget_files(place.comfy)

        place.comfy.installation.on_request = look
        job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
        outcome = await life.outcome(job_id)
        assert isinstance(outcome, Failed)
        assert outcome.reason.id == "refused-graph"
        assert (requests.uploads, requests["POST /prompt"]) == ((2, 0), 2)


async def test_a_refusal_of_something_else_uploads_nothing_again(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        requests = Requests(place.comfy)
        body = (
            '{"error": {"type": "prompt_outputs_failed_validation", "message": "no"}, "node_errors": {"2": '
            '{"class_type": "SaveImage", "errors": [{"type": "value_not_in_list", "message": "no", "details": "",'
            ' "extra_info": {"input_name": "filename_prefix"}}]}}}'
        )
        place.comfy.add_fault(Fault("/prompt", "POST", status=400, body=body))
        outcome = await life.outcome(await life.submit(job_from(place.cdn.put("fox.png", FOX))))
        assert isinstance(outcome, Failed)
        assert (requests.uploads, requests["POST /prompt"]) == ((1, 0), 1)


async def test_a_restarted_backend_is_told_everything_again(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        requests = Requests(place.comfy)
        await run(place, life)
        place.comfy.next_job(Story(hold=True))
        job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX), number=2))
        await eventually(lambda: place.comfy.running_prompt)
        await place.comfy.crash()
        forget_files(place.comfy)
        await place.comfy.restart()
        assert isinstance(await life.outcome(job_id), Done)
        assert requests.uploads == (2, 0)
        assert (await life.job(job_id)).attempt == 2


async def test_a_job_that_moves_to_another_backend_takes_its_pictures_along(tmp_path: Path) -> None:
    async with handing_in(tmp_path, backends=2) as place, place.life(rules=MOVING) as life:
        for backend in place.backends:
            backend.next_job(Story(hold=True))
        job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX), masking=CENTRE))
        await eventually(lambda: any(backend.running_prompt for backend in place.backends))
        first = next(backend for backend in place.backends if backend.running_prompt)
        (other,) = (backend for backend in place.backends if backend is not first)
        other.installation.stories.clear()
        requests = Requests(other)
        await first.crash()
        assert isinstance(await life.outcome(job_id), Done)
        assert requests.uploads == (1, 1)
        assert stored(other, shown(other), tmp_path).mode == "RGBA"
        assert (place.cdn.asked["fox.png"], shown(first)) == (1, shown(other))


async def test_a_file_that_is_too_large_for_comfyui_is_told_before_it_is_sent(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place:
        place.comfy.installation.max_upload_bytes = len(FOX)
        requests = Requests(place.comfy)
        async with place.life() as life:
            job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))
            outcome = await life.outcome(job_id)
        assert isinstance(outcome, Failed)
        assert (outcome.reason.id, requests.uploads) == ("upload-too-large", (0, 0))


async def test_a_proxy_that_takes_nothing_so_large_is_told_too(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        place.comfy.add_fault(Fault("/upload/image", status=413, body="too large", headers={}))
        outcome = await life.outcome(await life.submit(job_from(place.cdn.put("fox.png", FOX))))
        assert isinstance(outcome, Failed)
        assert outcome.reason.id == "upload-too-large"


async def test_an_upload_whose_answer_was_lost_is_made_again_under_the_same_name(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        for path in ("/upload/image", "/upload/mask"):
            place.comfy.add_fault(Fault(path, "POST", drop="after"))
        await run(place, life, masked=True)
        assert len(place.comfy.installation.files.names(Folder.INPUT)) == 2


async def test_a_large_picture_whose_upload_is_cut_is_sent_again(tmp_path: Path) -> None:
    noise = Image.frombytes("RGB", (1200, 1200), random.Random(1).randbytes(1200 * 1200 * 3))
    async with handing_in(tmp_path) as place, place.life() as life:
        cut = place.comfy.add_fault(Fault("/upload/image", drop="before", times=4))
        job_id = await life.submit(job_from(place.cdn.put("noise.png", saved(noise))))
        assert isinstance(await life.outcome(job_id), Done)
        assert cut.hits == 4
        assert stored(place.comfy, shown(place.comfy), tmp_path).tobytes() == noise.tobytes()


async def test_a_server_that_never_takes_the_file_ends_the_job_in_words(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place, place.life() as life:
        fault = place.comfy.add_fault(Fault("/upload/image", status=500, body="?", headers={}, times=None))
        outcome = await life.outcome(await life.submit(job_from(place.cdn.put("fox.png", FOX))))
        assert isinstance(outcome, Failed)
        assert (outcome.reason.id, fault.hits) == ("upload-failed", 3)


async def test_a_file_that_somebody_deleted_here_is_told(tmp_path: Path) -> None:
    async with handing_in(tmp_path) as place:
        await place.comfy.crash()
        async with place.life() as life:
            job_id = await life.submit(job_from(place.cdn.put("fox.png", FOX)))

            async def is_kept() -> bool:
                return bool(await life.store.inputs(job_id))

            await eventually(is_kept)
            (kept,) = await life.store.inputs(job_id)
            assert await life.blobs.delete(kept.prepared.blob)
            await place.comfy.restart()
            assert await life.outcome(job_id) == Failed(text("upload-lost"))
