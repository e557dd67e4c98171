"""Workflows that members bring, made to hurt or merely odd: each is refused, or becomes a draft, with a sentence."""

import json
import zipfile
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.comfy import ObjectInfo, graph_to_json
from bot.errors import UserError
from bot.generation import Rules
from bot.generation.adding import Adding
from bot.generation.first_file import FirstFile
from bot.inputs.fetching import Fetcher
from bot.inputs.file_blobs import FileBlobs
from bot.jobs.inputs import Attachment
from bot.jobs.job import Limits
from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.discord.wire import Upload
from bot.texts import render
from bot.workflows.brought import Brought
from bot.workflows.sources import read_workflow
from tests.workflow_terminal import FORMS, GRAPH, UI
from tests.workflows.inference.samples import server
from tests.workflows.policy.test_policy import SERVER, STOLEN
from tests.workflows.sources.files import plain, png

Json = Any
RULES = Rules(Limits(), keep_jobs_seconds=1)
MAX_BYTES = 8 * 2**20
FOX = FORMS["fox.api.json"]


@dataclass
class Bringing:
    discord: DiscordStandIn
    files: FirstFile
    known: Sequence[ObjectInfo] = (server(),)

    @property
    def adding(self) -> Adding:
        return Adding(self.files, lambda: self.known, RULES)

    async def bring(
        self,
        *contents: bytes,
        filename: str = "fox.json",
        name: str | None = None,
        description: str | None = None,
        taken: Sequence[str] = (),
    ) -> Brought:
        files = [self._attached(filename, content) for content in contents]
        return await self.adding.bring(files, name=name, description=description, taken=taken)

    async def refusal(self, *contents: bytes, **given: Any) -> str:
        with pytest.raises(UserError) as refused:
            await self.bring(*contents, **given)
        assert render(refused.value.message, "zh-CN")
        return render(refused.value.message, "en")

    def _attached(self, filename: str, content: bytes) -> Attachment:
        given = self.discord.attachments.add(Upload(filename, content), folder_id=1)
        return Attachment(given.url, filename, given.size_bytes)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bringing(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Bringing]:
    folder = tmp_path_factory.mktemp("blobs")
    async with (
        DiscordStandIn.running() as discord,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        origin = discord.api_base.partition("/api")[0]
        fetcher = Fetcher(session, max_bytes=MAX_BYTES, origins=frozenset({origin}))
        blobs = await FileBlobs.open(folder / "inputs", total_bytes=2**30)
        yield Bringing(discord, FirstFile(fetcher, blobs))


def _json(document: Json) -> bytes:
    return json.dumps(document).encode()


def _zip(**files: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _graph(count: int) -> Json:
    node: Json = {"class_type": "SaveImage", "inputs": {}}
    return {str(number): node for number in range(count)}


def _circle() -> Json:
    return {
        "1": {"class_type": "VAEDecode", "inputs": {"samples": ["2", 0]}},
        "2": {"class_type": "KSampler", "inputs": {"model": ["1", 0]}},
    }


HOSTILE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "a bomb in a zip": (lambda: _zip(**{"workflow.json": b" " * 30 * 2**20}), "larger than"),
    "a bomb in a picture": (lambda: png(plain("prompt", "[" * 5 * 2**20)), "larger than"),
    "nested without end": (lambda: b"[" * 100_000, "nested deeper"),
    "5,001 nodes": (lambda: _json(_graph(5001)), "more than 5,000 nodes"),
    "a circle": (lambda: _json(_circle()), "1 → 2"),
    "larger than a file may be": (lambda: bytes(MAX_BYTES + 1), "MB"),
    "more pixels than anybody may ask for": (
        lambda: _json(
            {
                **GRAPH,
                "5": {**GRAPH["5"], "inputs": {**GRAPH["5"]["inputs"], "width": 16384, "height": 16384}},
            }
        ),
        "16384 × ",
    ),
    "nothing": (lambda: b"{}", "not a workflow"),
    "a picture of nobody's": (png, "no workflow"),
    "a denied class": (
        lambda: _json({**GRAPH, "66": {"class_type": "RunPythonCode", "inputs": {}}}),
        "runs code",
    ),
}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("kind", HOSTILE)
async def test_what_is_made_to_hurt_is_refused_with_a_sentence(bringing: Bringing, kind: str) -> None:
    content, words = HOSTILE[kind]
    assert words in await bringing.refusal(content())


PASSWD = [way for way, (graph, _) in STOLEN.items() if "passwd" in graph_to_json(graph)]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", PASSWD)
async def test_no_graph_that_reads_etc_passwd_becomes_a_draft(bringing: Bringing, way: str) -> None:
    assert len(PASSWD) >= 10
    there = Bringing(bringing.discord, bringing.files, [SERVER])
    refusal = await there.refusal(graph_to_json(STOLEN[way][0]).encode())
    assert refusal.startswith("Not allowed: ")


@pytest.mark.asyncio(loop_scope="module")
async def test_the_first_file_that_has_a_workflow_counts_and_else_the_sentence_is_about_the_first(
    bringing: Bringing,
) -> None:
    brought = await bringing.bring(b"a photo", FOX, filename="Neon Fox.json", taken=["neon_fox"])
    assert brought.name == "neon_fox-2"
    assert read_workflow(brought.source).prompt == read_workflow(FOX).prompt
    assert "not a kind of file" in await bringing.refusal(b"a photo", b"{}")


@pytest.mark.asyncio(loop_scope="module")
async def test_names_and_descriptions_are_refused_before_anything_is_fetched(bringing: Bringing) -> None:
    assert "1 to 32 letters" in await bringing.refusal(FOX, name="🦊")
    assert "bot’s own commands" in await bringing.refusal(FOX, name="queue")
    assert "a command /fox here already" in await bringing.refusal(FOX, name="fox", taken=["fox"])
    assert "1 to 100 characters" in await bringing.refusal(FOX, description="x" * 101)
    brought = await bringing.bring(FOX, name="猫咪", description="🐱 猫")
    assert 'description = "🐱 猫"\n' in brought.command


@pytest.mark.asyncio(loop_scope="module")
async def test_what_a_command_has_no_room_for_waits_behind_the_form(bringing: Bringing) -> None:
    graph: Json = json.loads(FOX)
    last = "5"
    for number in range(100, 140):
        inputs = {**GRAPH["3"]["inputs"], "steps": number - 60, "latent_image": [last, 0]}
        last = str(number)
        graph[last] = {**GRAPH["3"], "inputs": inputs, "_meta": {"title": f"狐狸🦊 {number}"}}
    graph["3"]["inputs"]["latent_image"] = [last, 0]
    brought = await bringing.bring(_json(graph))
    shown = await bringing.adding.preview(brought)
    assert shown.can_run
    assert (len(shown.in_command), len(shown.in_form_alone)) == (25, 28)


@pytest.mark.asyncio(loop_scope="module")
async def test_while_no_server_answers_a_workflow_waits_as_a_draft(bringing: Bringing) -> None:
    alone = Bringing(bringing.discord, bringing.files, ())
    brought = await alone.bring(_json(UI), description="Foxes")
    shown = await alone.adding.preview(brought)
    assert (shown.can_run, shown.has_known_options) == (False, False)
    found = await bringing.adding.completed(brought)
    assert (await bringing.adding.preview(found)).can_run
