"""Pictures that ComfyUI sends over its websocket and keeps nowhere."""

import io
import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from PIL import Image

from bot.comfy import (
    Event,
    Executing,
    Graph,
    NodeProgress,
    PreviewImage,
    ProgressState,
    StepProgress,
    parse_graph,
)
from bot.generation import FileGone, FileTooBig, Rules
from bot.generation.socket_pictures import MAX_JOB_BYTES, PictureCollector, SocketPictures
from bot.jobs.job import DeliveryState, Done, Failed, Job, Output
from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from bot.texts import text
from tests.generation.rig import RULES, Rig, eventually, fetched, rig, service
from tests.generation.sample import new_job

GRAPH = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 24, "height": 16, "batch_size": 3, "color": 255}},
    "2": {"class_type": "SaveImageWebsocket", "inputs": {"images": ["1", 0]}},
}
NEEDS = frozenset({"EmptyImage", "SaveImageWebsocket"})
NAMES = ["00001.png", "00002.png", "00003.png"]


def rules(tmp_path: Path) -> Rules:
    return replace(RULES, pictures_folder=tmp_path / "pictures")


async def sizes(here: Rig, job: Job, outcome: object) -> list[tuple[int, int]]:
    assert isinstance(outcome, Done)
    contents = [await fetched(here.generation, job, output) for output in outcome.outputs]
    return [Image.open(io.BytesIO(content)).size for content in contents]


async def test_what_is_sent_over_the_socket_only_is_a_result(tmp_path: Path) -> None:
    async with rig(tmp_path, rules=rules(tmp_path)) as here:
        job_id = await here.submit(new_job(graph=GRAPH, needs=NEEDS))
        outcome = await here.outcome(job_id)
        job = await here.job(job_id)
        assert await sizes(here, job, outcome) == [(24, 16)] * 3
        assert outcome == Done(tuple(Output("2", name, "", "websocket") for name in NAMES))
        assert job.attempt == 1


async def test_previews_do_not_count_beside_them(tmp_path: Path) -> None:
    previewed = {**GRAPH, "3": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}
    async with rig(tmp_path, rules=rules(tmp_path)) as here:
        outcome = await here.outcome(await here.submit(new_job(graph=previewed, needs=NEEDS)))
    assert isinstance(outcome, Done)
    assert [output.type for output in outcome.outputs] == ["websocket"] * 3


@pytest.mark.parametrize("story", [Story(silent=True), Story(disconnect_at=0.1)], ids=["silent", "cut"])
async def test_a_job_whose_pictures_were_not_heard_runs_again(tmp_path: Path, story: Story) -> None:
    async with rig(tmp_path, rules=rules(tmp_path)) as here:
        here.comfy.next_job(story)
        job_id = await here.submit(new_job(graph=GRAPH, needs=NEEDS))
        outcome = await here.outcome(job_id)
        job = await here.job(job_id)
        assert len(await sizes(here, job, outcome)) == 3
        assert len(here.comfy.submitted) == job.attempt


async def test_the_second_time_it_is_told_instead(tmp_path: Path) -> None:
    saved = {
        **GRAPH,
        "3": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}},
    }
    async with rig(tmp_path, rules=rules(tmp_path)) as here:
        here.comfy.every_job(Story(silent=True))
        job_id = await here.submit(new_job(graph=saved, needs=NEEDS))
        outcome = await here.outcome(job_id)
        assert isinstance(outcome, Failed)
        assert outcome.reason == text("failed-unheard")
        assert [output.type for output in outcome.outputs] == ["output"] * 3  # what there is
        first, second = (str(body["client_id"]) for body in here.comfy.submitted)
        assert second.startswith(f"{first}-")  # on a socket of its own


async def test_after_a_restart_of_the_bot_it_runs_again(tmp_path: Path) -> None:
    story = Story(hold=True)
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        comfy.next_job(story)
        database = tmp_path / "jobs.db"
        async with service(database, [comfy.url], rules=rules(tmp_path)) as (store, generation):
            here = Rig(store, generation, (comfy,))
            job_id = await here.submit(new_job(graph=GRAPH, needs=NEEDS))
            await eventually(lambda: comfy.running_prompt)
        story.release()
        await eventually(lambda: comfy.history)
        async with service(database, [comfy.url], rules=rules(tmp_path)) as (store, generation):
            here = Rig(store, generation, (comfy,))
            outcome = await here.outcome(job_id)
            job = await here.job(job_id)
            assert len(await sizes(here, job, outcome)) == 3
            assert len(comfy.submitted) == 2


async def test_they_outlive_a_restart_until_they_are_posted(tmp_path: Path) -> None:
    database, folder = tmp_path / "jobs.db", tmp_path / "pictures"
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        async with service(database, [comfy.url], rules=rules(tmp_path)) as (store, generation):
            here = Rig(store, generation, (comfy,))
            job_id = await here.submit(new_job(graph=GRAPH, needs=NEEDS))
            outcome = await here.outcome(job_id)
        (folder / uuid4().hex).mkdir()  # of a job that the ledger has forgotten
        async with service(database, [comfy.url], rules=rules(tmp_path)) as (store, generation):
            await eventually(lambda: [each.name for each in folder.iterdir()] == [job_id.hex])
            here = Rig(store, generation, (comfy,))
            job = await here.job(job_id)
            assert len(await sizes(here, job, outcome)) == 3
            with pytest.raises(FileGone):
                await fetched(generation, job, Output("2", "../../jobs.db", "", "websocket"))
            with pytest.raises(FileTooBig):
                async for _ in generation.fetch(job, Output("2", NAMES[0], "", "websocket"), max_bytes=20):
                    pass
            delivery = await store.claim_delivery("test", 60)
            assert delivery is not None
            assert await store.delivered(delivery, 1)
            assert (await here.job(job_id)).delivery is DeliveryState.POSTED
        async with service(database, [comfy.url], rules=rules(tmp_path)) as (store, generation):
            await eventually(lambda: list(folder.iterdir()) == [])
            job = await Rig(store, generation, (comfy,)).job(job_id)
            with pytest.raises(FileGone):
                await fetched(generation, job, Output("2", NAMES[0], "", "websocket"))


async def test_where_they_are_not_kept_the_reason_is_told(tmp_path: Path) -> None:
    async with rig(tmp_path) as here:
        outcome = await here.outcome(await here.submit(new_job(graph=GRAPH, needs=NEEDS)))
    assert outcome == Failed(text("failed-no-output"))


def parsed() -> Graph:
    return parse_graph(json.dumps(GRAPH))


def picture(content: bytes = b"\x89PNG", node_id: str | None = "2") -> PreviewImage:
    return PreviewImage(content, "image/png", None if node_id is None else "p", node_id, node_id)


def told(most: float) -> Event:
    return ProgressState("p", {"2": NodeProgress("2", "2", 0.0, most, "running")})


def collector(tmp_path: Path, *, connected: bool = True) -> PictureCollector:
    made = PictureCollector(UUID(int=1), parsed(), SocketPictures(tmp_path))
    made.begin(connected=connected)
    return made


async def test_an_old_server_does_not_say_whose_a_picture_is(tmp_path: Path) -> None:
    pictures = collector(tmp_path)
    pictures.take(Executing("p", "1", "1"))
    pictures.take(picture(node_id=None))  # while another node runs: somebody else's
    pictures.take(Executing("p", "2", "2"))
    pictures.take(StepProgress("p", "2", 0, 1))
    pictures.take(picture(node_id=None))
    assert await pictures.outputs(0.0) == (Output("2", "00001.png", "", "websocket"),)
    assert not pictures.is_lost


async def test_a_preview_of_a_sampler_is_no_result(tmp_path: Path) -> None:
    pictures = collector(tmp_path)
    pictures.take(picture(node_id="1"))
    pictures.take(PreviewImage(b"\xff\xd8", "image/jpeg", "p", "2", "2"))
    assert await pictures.outputs(0.0) == ()


async def test_fewer_than_were_announced_are_not_all(tmp_path: Path) -> None:
    pictures = collector(tmp_path)
    pictures.take(told(2.0))
    pictures.take(picture())
    assert pictures.is_lost
    pictures.take(picture())
    assert not pictures.is_lost


async def test_where_nothing_was_missed_a_node_that_never_ran_lost_nothing(tmp_path: Path) -> None:
    pictures = collector(tmp_path)
    assert pictures.is_lost  # as long as the end was not heard
    pictures.take(Executing("p", None, None))
    assert not pictures.is_lost
    pictures.missed_events()
    assert pictures.is_lost
    assert collector(tmp_path, connected=False).is_lost


async def test_more_than_there_is_room_for_is_left_out_and_not_waited_for(tmp_path: Path) -> None:
    pictures = collector(tmp_path)
    many = 9
    pictures.take(told(many))
    for _ in range(many):
        pictures.take(picture(bytes(MAX_JOB_BYTES // (many - 1))))
    assert not pictures.is_lost
    assert 0 < len(await pictures.outputs(0.0)) < many


async def test_a_folder_that_takes_nothing_loses_them(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    pictures = PictureCollector(UUID(int=1), parsed(), SocketPictures(tmp_path / "file" / "pictures"))
    pictures.begin(connected=True)
    pictures.take(told(1.0))
    pictures.take(picture())
    assert await pictures.outputs(0.0) == ()
    assert pictures.is_lost


def test_that_events_were_missed_is_all_the_same_without_such_nodes(tmp_path: Path) -> None:
    plain = parse_graph('{"1": {"class_type": "SaveImage", "inputs": {}}}')
    pictures = PictureCollector(UUID(int=1), plain, SocketPictures(tmp_path))
    pictures.missed_events()
    pictures.take(Executing("p", None, None))
    assert not pictures.is_lost
