"""Uploads, and looking at files."""

import io
import json

import aiohttp
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from tests.sandbox.comfyui.client import TRIVIAL, TXT2IMG, Answer, Client, Json, changed, connected


def png(colour: tuple[int, ...], size: int = 64) -> bytes:
    content = io.BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", (size, size), colour).save(content, "PNG")
    return content.getvalue()


def picture(answer: Answer) -> Image.Image:
    return Image.open(io.BytesIO(answer.body))


async def upload(
    client: Client,
    name: str,
    content: bytes,
    *,
    path: str = "/upload/image",
    field: str = "image",
    **fields: str,
) -> Answer:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field(field, content, filename=name, content_type="image/png")
    for key, value in fields.items():
        form.add_field(key, value)
    return await client.ask("POST", path, data=form)


async def name_of(client: Client, name: str, content: bytes, **fields: str) -> str:
    return (await upload(client, name, content, **fields)).json["name"]


async def test_equal_bytes_keep_their_name_and_others_get_a_new_one(client: Client) -> None:
    names = [await name_of(client, "a.png", content) for content in (b"1", b"1", b"2", b"3", b"2")]
    assert names == ["a.png", "a.png", "a (1).png", "a (2).png", "a (1).png"]
    assert await name_of(client, "a.png", b"4", overwrite="true") == "a.png"
    assert await name_of(client, "a.png", b"5", overwrite="TRUE") == "a (3).png"


async def test_uploads_go_where_they_are_told(client: Client) -> None:
    answer = await upload(client, "a.png", b"1", subfolder="discord/user42", type="temp")
    assert answer.json == {"name": "a.png", "subfolder": "discord/user42", "type": "temp"}
    seen = await client.get(
        "/view", params={"filename": "a.png", "subfolder": "discord/user42", "type": "temp"}
    )
    assert (seen.status, seen.body) == (200, b"1")


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("a.png", {"type": "bogus"}, 500),
        ("a.png", {"subfolder": "../../x"}, 400),
        ("a.png", {"subfolder": "/abs"}, 400),
        ("../../evil.png", {}, 400),
        ("/abs/evil.png", {}, 500),
        ("no/such/folder.png", {}, 500),
        ("x" * 300 + ".png", {}, 500),
        ("tail.png [output]", {}, 200),
        ("z.png", {"subfolder": "a\\b"}, 200),
        ("z.png", {"subfolder": "a/../b"}, 200),
        ("z.png", {"subfolder": "./"}, 200),
        ("z.png", {"subfolder": ".."}, 400),
    ],
)
async def test_odd_uploads_are_answered_as_recorded(
    client: Client, name: str, fields: dict[str, str], status: int
) -> None:
    assert (await upload(client, name, b"1", **fields)).status == status


async def test_an_upload_without_an_image_is_refused(client: Client) -> None:
    assert (await upload(client, "a.png", b"1", field="file")).status == 400
    assert (await client.post("/upload/image", {"image": "x"})).status == 400


async def test_too_much_is_refused_with_413() -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT, max_upload_bytes=1000) as comfy,
        connected(comfy.url) as client,
    ):
        answer = await upload(client, "a.png", bytes(2000))
        assert (answer.status, answer.text[:39]) == (413, "Maximum request body size 1000 exceeded")
        assert (await client.get("/features")).json["max_upload_size"] == 1000


async def test_a_mask_gives_the_original_its_alpha(client: Client) -> None:
    await upload(client, "orig.png", png((200, 100, 50)))
    reference = json.dumps({"filename": "orig.png", "type": "input", "subfolder": ""})
    await upload(
        client, "mask.png", png((0, 0, 0, 7)), path="/upload/mask", type="input", original_ref=reference
    )
    masked = await client.get("/view?filename=mask.png&type=input")
    assert picture(masked).getpixel((32, 32)) == (200, 100, 50, 7)
    lost = json.dumps({"filename": "gone.png", "type": "input"})
    answer = await upload(client, "m2.png", png((0, 0, 0, 7)), path="/upload/mask", original_ref=lost)
    assert (answer.status, (await client.get("/view?filename=m2.png&type=input")).status) == (200, 404)
    broken = await upload(client, "m4.png", b"no picture", path="/upload/mask", original_ref=reference)
    assert broken.status == 500
    for wrong in ({}, {"original_ref": reference}):
        small = png((0, 0, 0, 7), size=8)
        assert (await upload(client, "m3.png", small, path="/upload/mask", **wrong)).status == 500


async def test_pictures_can_be_seen_as_previews_and_by_channel(client: Client) -> None:
    await upload(client, "p.png", png((200, 30, 30, 0)))

    async def seen(query: str) -> tuple[str, str | None, str]:
        answer = await client.get(f"/view?filename=p.png&type=input{query}")
        image = picture(answer)
        return answer.content_type, image.format, image.mode

    assert await seen("") == ("image/png", "PNG", "RGBA")
    assert await seen("&preview=webp;90") == ("image/webp", "WEBP", "RGBA")
    assert await seen("&preview=jpeg;75") == ("image/jpeg", "JPEG", "RGB")
    assert await seen("&preview=png") == ("image/webp", "WEBP", "RGBA")
    assert await seen("&preview=jpeg;75&channel=a") == ("image/webp", "WEBP", "RGBA")
    assert await seen("&channel=rgb") == ("image/png", "PNG", "RGB")
    assert await seen("&channel=a") == ("image/png", "PNG", "RGBA")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("?filename=", 400),
        ("?filename=p.png", 404),
        ("?filename=p.png&type=bogus", 400),
        ("?filename=a..b.png", 400),
        ("?filename=/etc/passwd", 400),
        ("?filename=p.png&type=input&subfolder=../input", 403),
        ("?filename=p.png&type=input&subfolder=sub/..", 200),
        ("?filename=some/p.png&type=input", 200),
        ("?filename=p.png [input]", 200),
        ("?filename=p.png[input]", 404),
        ("?filename=broken.png&type=input", 200),
        ("?filename=broken.png&type=input&preview=webp", 500),
        ("?filename=broken.png&type=input&channel=rgb", 500),
    ],
)
async def test_odd_views_are_answered_as_recorded(client: Client, query: str, status: int) -> None:
    await upload(client, "p.png", png((1, 2, 3)))
    await upload(client, "broken.png", b"no picture")
    assert (await client.get(f"/view{query}")).status == status


async def test_a_file_can_be_asked_for_in_parts_and_only_when_changed(client: Client) -> None:
    await upload(client, "p.bin", bytes(range(100)))
    url = f"{client.url}/view?filename=p.bin&type=input"
    async with client.session.get(url, headers={"Range": "bytes=10-19"}) as answer:
        assert (answer.status, answer.headers["Content-Range"], await answer.read()) == (
            206,
            "bytes 10-19/100",
            bytes(range(10, 20)),
        )
        etag = answer.headers["ETag"]
    async with client.session.get(url, headers={"Range": "bytes=200-"}) as answer:
        assert answer.status == 416
    async with client.session.get(url, headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304
    async with client.session.head(url) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "100")


async def test_an_uploaded_picture_can_be_changed_by_a_prompt(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "red.png", png((255, 0, 0)), subfolder="discord")
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "discord/red.png"}},
        "3": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "2": {"class_type": "SaveImage", "inputs": {"filename_prefix": "out", "images": ["3", 0]}},
    }
    prompt_id = await client.submit(graph)
    await comfy.until(lambda: prompt_id in comfy.history)
    assert picture(await client.get("/view?filename=out_00001_.png")).getpixel((5, 5)) == (0, 255, 255)


async def test_names_that_lead_elsewhere_open_nothing(comfy: ComfyStandIn, client: Client) -> None:
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "../../etc/passwd"}},
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }
    answer = await client.post("/prompt", {"prompt": graph})
    assert (
        answer.json["node_errors"]["1"]["errors"][0]["details"]
        == "image - Invalid image file: ../../etc/passwd"
    )
    prompt_id = await client.submit(changed(graph, n1_image="/etc/passwd"))
    await comfy.until(lambda: prompt_id in comfy.history)
    error = (await client.entry(prompt_id))["status"]["messages"][-1][1]
    assert error["exception_type"] == "PIL.UnidentifiedImageError"
    prompt_id = await client.submit(changed(TRIVIAL, n2_filename_prefix="../outside"))
    await comfy.until(lambda: prompt_id in comfy.history)
    assert (await client.entry(prompt_id))["status"]["messages"][-1][0] == "execution_error"


async def test_saved_pictures_carry_their_prompt_and_numbers_are_used_again(
    comfy: ComfyStandIn, client: Client
) -> None:
    graph = changed(TXT2IMG, n5_batch_size=2, n9_filename_prefix="a/%width%_cat")
    extra_data = {"extra_pnginfo": {"workflow": {"id": "w"}, "mine": 7}}

    async def saved_by(graph: Json) -> list[dict[str, str]]:
        prompt_id = await client.submit(graph, "me", extra_data=extra_data)
        await comfy.until(lambda: prompt_id in comfy.history)
        return (await client.entry(prompt_id))["outputs"]["9"]["images"]

    comfy.next_job(Story(lose_file=True))
    await saved_by(graph)
    graph = changed(graph, n3_seed=5)
    images = await saved_by(graph)
    assert images == [
        {"filename": f"64_cat_0000{number}_.png", "subfolder": "a", "type": "output"} for number in (1, 2)
    ]
    saved = picture(await client.get("/view", params=images[0]))
    assert isinstance(saved, PngImageFile)
    assert {key: json.loads(text) for key, text in saved.text.items()} == {
        "prompt": graph,
        "workflow": {"id": "w"},
        "mine": 7,
    }
