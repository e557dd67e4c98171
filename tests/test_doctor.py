"""The doctor: one line for each thing the bot stands on, and what to mend."""

import io
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from PIL import Image

from bot.comfy import ComfyClient, Server
from bot.delivery.fonts import installed
from bot.doctor import examine, findings
from bot.doctor_discord import invite_link
from bot.generation.backends import Backend
from bot.generation.publishing import Publisher
from bot.jobs.backend_store import BackendReport
from bot.jobs.opening import open_store
from bot.jobs.pause_store import PauseKind
from bot.jobs.postgres import PostgresStore
from bot.jobs.quarantine_store import Harm, Incident
from bot.role import Role
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.sandbox.discord import DiscordStandIn, Fault
from bot.settings import PROJECT, Settings, load
from bot.texts import render
from bot.workflows import load_workflows
from bot.workflows.discord_rules import MAX_WORKFLOWS
from tests.classifying.stand_in import ClassifierStandIn
from tests.classifying.stand_in import Fault as ClassifierFault
from tests.end_to_end.rig import PLAIN
from tests.postgres import PostgresServer
from tests.wording.chat_stand_in import KEY, MODEL, ChatStandIn

NOBODY = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def _settings(tmp_path: Path, *lines: str, discord: DiscordStandIn | None = None) -> Settings:
    stand_in = (
        [
            f"DISCORD_TOKEN={discord.token}",
            f"DISCORD_API_BASE={discord.api_base}",
            f"DISCORD_GATEWAY_URL={discord.gateway_url}",
        ]
        if discord
        else []
    )
    env_file = tmp_path / "settings.env"
    env_file.write_text("\n".join([f"DATABASE={tmp_path / 'jobs.db'}", *stand_in, *lines]), encoding="utf-8")
    return load(env_file)


async def _lines(settings: Settings, role: Role = Role.ALL) -> Sequence[str]:
    """All but the first, which says where the settings come from."""
    lines = [f"{each.mark} {render(each.words, 'en')}" async for each in findings(settings, role)]
    assert lines[0] == (
        f"✓ Settings: {settings.file} and the environment; relative paths in them begin in {Path.cwd()}"
    )
    return lines[1:]


async def test_a_healthy_setup_is_told_line_by_line(tmp_path: Path) -> None:
    async with DiscordStandIn.running() as discord, ComfyStandIn.running(speed=INSTANT) as comfy:
        settings = _settings(tmp_path, f"COMFYUI_URLS={comfy.url}", f"WORKFLOWS_DIR={PLAIN}", discord=discord)
        discord.session_starts.use()
        lines = await _lines(settings)
        assert await examine(settings) == 0
    name = comfy.url.removeprefix("http://")
    assert [line.split(":")[0] for line in lines] == [
        "✓ Discord knows the token",
        "✓ Invite it with",
        "✓ Discord's gateway answers; 999 of 1,000 starts are left today",
        "– Only servers can have it. For use with one's own account anywhere",
        f"✓ 1 workflow in {PLAIN} reads well",
        f"✓ ComfyUI {name.split(':')[0]}",
        "✓ Commands offered",
        _font_line(),
        "✓ Metrics are at http",
        f"✓ The database {tmp_path / 'jobs.db'} can be written",
    ]
    assert "/blank" in lines[6]
    assert discord.token not in "".join(lines)


def _font_line() -> str:
    """Which fonts there are is this machine's business."""
    path = installed().chinese()
    if path is None:
        return "– No font with Chinese characters was found"
    return f"✓ Chinese labels of contact sheets are drawn in {path}"


@pytest.mark.parametrize(
    ("shards", "recommended", "line"),
    [
        ("", 4, "✓ This process has shards 0 to 3 of 4; Discord recommends 4"),
        ("2-3/8", 4, "✓ This process has shards 2 to 3 of 8; Discord recommends 4"),
        ("1", 4, "✗ SHARDS has one shard, Discord recommends 4. Name as many, or leave SHARDS unset"),
        ("0-1/2", 4, "✗ SHARDS has 2 shards, Discord recommends 4. Name as many, or leave SHARDS unset"),
    ],
)
async def test_shards_are_held_against_what_discord_recommends(
    tmp_path: Path, shards: str, recommended: int, line: str
) -> None:
    async with DiscordStandIn.running() as discord:
        discord.session_starts.recommended_shards = recommended
        settings = _settings(tmp_path, f"COMFYUI_URLS={NOBODY}", f"SHARDS={shards}", discord=discord)
        assert (await _lines(settings))[3] == line


async def test_shards_of_other_bots_need_a_ledger_that_they_share(tmp_path: Path) -> None:
    async with DiscordStandIn.running() as discord:
        settings = _settings(tmp_path, f"COMFYUI_URLS={NOBODY}", "SHARDS=0-1/4", discord=discord)
        assert (await _lines(settings))[4].startswith(
            "✗ SHARDS leaves some to other bots, and with an SQLite"
        )


async def test_fewer_starts_than_shards_are_not_enough(tmp_path: Path) -> None:
    async with DiscordStandIn.running() as discord:
        discord.session_starts.use(997)
        settings = _settings(tmp_path, f"COMFYUI_URLS={NOBODY}", "SHARDS=4", discord=discord)
        assert (await _lines(settings))[2] == "✗ Discord's gateway answers; 3 of 1,000 starts are left today"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("[::1]:9464", "✓ Metrics are at http://[::1]:9464/metrics while the bot runs"),
        (
            "0.0.0.0:80",
            "– Metrics are at http://0.0.0.0:80/metrics while the bot runs, for whoever reaches that address: there is no login",
        ),
        ("off", "– METRICS_LISTEN is off: nobody can watch the bot"),
    ],
)
async def test_where_the_bot_can_be_watched_is_told(tmp_path: Path, place: str, told: str) -> None:
    assert (await _lines(_settings(tmp_path, f"METRICS_LISTEN={place}")))[-2] == told


def test_the_invite_asks_for_the_smallest_permissions() -> None:
    names = (
        ("View Channel", 10),
        ("Send", 11),
        ("Embed", 14),
        ("Attach", 15),
        ("History", 16),
        ("Threads", 38),
    )
    wanted = sum(1 << bit for _, bit in names)
    assert invite_link(42) == (
        "https://discord.com/oauth2/authorize?client_id=42&scope=bot+applications.commands"
        f"&permissions={wanted}"
    )


async def test_a_missing_token_says_where_to_find_one(tmp_path: Path) -> None:
    lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}"))
    assert lines[0].startswith("✗ DISCORD_TOKEN is not set. Create an application")


async def test_a_wrong_token_is_told_and_never_printed(tmp_path: Path) -> None:
    async with DiscordStandIn.running() as discord:
        settings = _settings(
            tmp_path,
            f"COMFYUI_URLS={NOBODY}",
            "DISCORD_TOKEN=sandbox-canary",
            f"DISCORD_API_BASE={discord.api_base}",
            f"DISCORD_GATEWAY_URL={discord.gateway_url}",
        )
        lines = await _lines(settings)
    assert lines[0].startswith("✗ Discord does not accept DISCORD_TOKEN.")
    assert "canary" not in "".join(lines)


@pytest.mark.parametrize("body", [b"<html>", b'{"name": "x', b"[]", b"{}"])
async def test_an_answer_that_is_not_discords_is_one_sentence(tmp_path: Path, body: bytes) -> None:
    async with DiscordStandIn.running() as discord:
        discord.add_fault(Fault("GET", "/oauth2/applications/@me", body=body))
        lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", discord=discord))
        assert lines[0].startswith("✗ What answers in Discord's place")
        discord.add_fault(Fault("GET", "/gateway/bot", body=body))
        lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", discord=discord))
        assert lines[2].startswith("✗ What answers in Discord's place")


async def test_a_comfyui_that_is_away_and_one_with_a_lock_are_told_apart(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT, require_headers={"Authorization": "Bearer x"}) as locked:
        lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY},{locked.url}"))
        assert await examine(_settings(tmp_path, f"COMFYUI_URLS={locked.url}")) == 1
    away, unauthorized = (line for line in lines if "COMFYUI_" in line)
    assert "Is it started" in away
    assert "wants to know who asks" in unauthorized


async def test_what_a_comfyui_lacks_is_named_with_near_names(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        comfy.checkpoints.clear()
        comfy.remove_class("UpscaleModelLoader")  # /upscale needs no checkpoint
        lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={comfy.url}"))
    assert any("cannot run /txt2img" in line for line in lines)
    assert any(line.startswith("✗ Commands offered") for line in lines)


async def test_a_wrong_workflow_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "workflows" / "broken"
    folder.mkdir(parents=True)
    (folder / "workflow.json").write_text("{", encoding="utf-8")
    (folder / "command.toml").write_text('description = "x"', encoding="utf-8")
    lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", f"WORKFLOWS_DIR={folder.parent}"))
    assert any(line.startswith("✗") and "workflow.json" in line for line in lines)
    assert f"✓ 0 workflows in {folder.parent} read well" in lines


async def test_a_database_in_use_is_fine_and_an_unusable_one_is_not(tmp_path: Path) -> None:
    settings = _settings(tmp_path, f"COMFYUI_URLS={NOBODY}")
    async with open_store(settings.database):
        assert (await _lines(settings))[-1].endswith("is in use by a running bot")
    folder = tmp_path / "folder"
    folder.mkdir()
    assert (await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", f"DATABASE={folder}")))[-1].startswith(
        "✗"
    )


async def test_what_is_held_up_is_told(tmp_path: Path) -> None:
    (template,) = load_workflows(PLAIN).templates
    async with open_store(tmp_path / "jobs.db") as store:
        await store.pause(None, PauseKind.PAUSE, by=7)
        await store.pause_backend("gpu", paused=True, by=7)
        for files in (template.fingerprint, "of another version"):
            for _ in range(2):
                await store.report_incident(Incident(uuid4(), Harm.GONE, "gpu", template.name, files, {}))
    async with DiscordStandIn.running() as discord:
        listed = f"ALLOWED_GUILDS={discord.guilds[0].id}"
        lines = await _lines(_settings(tmp_path, f"WORKFLOWS_DIR={PLAIN}", listed, discord=discord))
    assert "– One server has the bot and is not on ALLOWED_GUILDS: Paper Mill" in lines
    assert [line[:48] for line in lines[-3:]] == [
        "– Everything is paused: no job begins until `/ow",
        "– ComfyUI gpu is paused: no job begins there unt",
        "– `/blank` is set aside for now: ComfyUI crashed",
    ]


async def test_a_ledger_on_a_server_is_told_with_its_version_and_one_that_is_away_without_its_password(
    tmp_path: Path, postgres: PostgresServer, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", f"DATABASE={postgres_url}"))
    assert lines[-1].startswith(f"✓ The database {name} at 127.0.0.1:{postgres.port} (PostgreSQL ")
    away = f"DATABASE=postgresql://me:{KEY}@127.0.0.1:1/ledger"
    lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", away))
    assert lines[-1].startswith("✗ The database ledger at 127.0.0.1:1 cannot be opened: ")
    assert KEY not in "".join(lines)


async def test_a_prompt_helper_is_asked_for_a_word_where_one_is_set_up(tmp_path: Path) -> None:
    async with ChatStandIn.running(key=KEY) as chat:
        lines = [f"{name}={value}" for name, value in chat.settings.items()]
        told = [
            await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", *each))
            for each in (lines, [*lines, "PROMPT_HELPER_KEY=wrong"], [*lines, "PROMPT_HELPER_MODEL=x"])
        ]
    name = chat.url.removeprefix("http://").removesuffix("/v1")
    mend = "Check PROMPT_HELPER_URL, PROMPT_HELPER_MODEL and PROMPT_HELPER_KEY; until then jobs run with people's own words."
    silent = f"✗ The prompt helper {name} gives no answer that can be used"
    assert [[line for line in each if "prompt helper" in line] for each in told] == [
        [f"✓ The prompt helper {name} answers with the model {MODEL}"],
        [f"{silent} (HTTP 401 (invalid_api_key)). {mend}"],
        [f"{silent} (HTTP 404 (model_not_found)). {mend}"],
    ]


async def test_a_classifier_is_shown_a_picture_and_its_labels_are_told(tmp_path: Path) -> None:
    async with ClassifierStandIn.running() as classifier:
        classifier.answer = lambda _: {"neutral": 0.98, "drawing": 0.02}
        lines = [f"{name}={value}" for name, value in classifier.settings.items()]
        good = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", *lines))
        classifier.answer = lambda _: {f"label {number:02}": 0.01 for number in range(40)}
        many = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", *lines))
        classifier.always = ClassifierFault.PAGE
        bad = await _lines(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", *lines))
    name = classifier.url.removeprefix("http://").removesuffix("/classify")
    told = f"✓ The classifier {name} answers. Labels that it knows, for `/settings`: "
    assert f"{told}drawing, neutral" in good
    assert f"{told}{', '.join(f'label {number:02}' for number in range(20))}, …" in many
    assert (
        f"✗ The classifier {name} gives no answer that can be used (no JSON that could be read). Check CLASSIFIER_URL "
        "and CLASSIFIER_KEY; until then “Without the classifier” in each server's `/settings` decides."
    ) in bad
    with Image.open(io.BytesIO(classifier.sent[0].picture)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (224, 224))


async def test_it_speaks_chinese_where_the_operator_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await examine(_settings(tmp_path, f"COMFYUI_URLS={NOBODY}", "LANGUAGE=zh-CN"))
    assert capsys.readouterr().out.splitlines()[1].startswith("✗ 未设置 DISCORD_TOKEN。")


_ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")


async def test_an_operator_who_reads_chinese_reads_it_throughout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong; but for the names that things have, in settings, files and on servers."""
    workflows = tmp_path / "workflows"
    graph = '{"1": {"class_type": "KSampler", "inputs": {"steps": 20, "text": "a"}}}'
    for name, command in {
        "toml": "a = ",
        "key": 'description = "Draws"\nhelp = 1\n',
        "node": 'description = "Draws"\n[options.a]\ndescription = "A"\nnode = "9"\ninput = "steps"\n',
        "value": 'description = "Draws"\n[options.a]\ndescription = 5\n',
        "name": 'name = "Two words"\ndescription = "Draws"\n',
    }.items():
        (workflows / name).mkdir(parents=True)
        (workflows / name / "workflow.json").write_text(graph, encoding="utf-8")
        (workflows / name / "command.toml").write_text(command, encoding="utf-8")
    for name, content in {"json": "{", "classless": '{"1": {"inputs": {}}}', "picture": "GIF89a"}.items():
        (workflows / name).mkdir()
        (workflows / name / "workflow.json").write_text(content, encoding="utf-8")
    (workflows / "empty").mkdir()
    (tmp_path / "folder").mkdir()
    async with (
        ComfyStandIn.running(speed=INSTANT, require_headers={"Authorization": "Bearer x"}) as locked,
        ComfyStandIn.running(speed=INSTANT) as comfy,
    ):
        comfy.break_object_info("KSampler")
        settings = _settings(
            tmp_path,
            f"COMFYUI_URLS={NOBODY},http://nobody.invalid,{locked.url},{comfy.url}",
            f"WORKFLOWS_DIR={workflows}",
            "PROMPT_HELPER_URL=http://127.0.0.1:1/v1",
            "PROMPT_HELPER_MODEL=any",
            "MAX_BATCHES=2",
            "LANGUAGE=zh-CN",
        )
        assert await examine(settings) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("✗")]) >= 12
    assert [line for line in lines if _ENGLISH.search(line) and "原文：" not in line] == []
    assert [line for line in lines if not re.search("[一-鿿]", line)] == []


async def test_shipped_workflows_that_a_comfyui_cannot_run_say_what_to_install_and_are_no_fault(
    tmp_path: Path,
) -> None:
    async with DiscordStandIn.running() as discord, ComfyStandIn.running(speed=INSTANT) as comfy:
        comfy.checkpoints.remove("flux1-dev-fp8.safetensors")
        settings = _settings(tmp_path, f"COMFYUI_URLS={comfy.url}", discord=discord)
        lines = await _lines(settings)
        assert await examine(settings) == 0
    label = comfy.url.removeprefix("http://")
    asides = [line.removeprefix("– ComfyUI ") for line in lines if line.startswith("–")]
    for wanted in (
        (
            f"{label} cannot run /flux: Checkpoint (CheckpointLoaderSimple) needs a file that is not there. One of these "
            "will do: FLUX\\flux1-dev-fp8.safetensors, FLUX/flux1-dev-fp8.safetensors, flux1-dev-fp8.safetensors."
        ),
        (
            f"{label} lacks the pack comfyui_controlnet_aux for /sdxl-reference: install it for HEDPreprocessor, "
            "ScribblePreprocessor"
        ),
        f"{label} lacks the pack ComfyUI-VideoHelperSuite for /svd: install it for VHS_VideoCombine",
    ):
        assert wanted in asides
    (offered,) = [line for line in lines if line.startswith("✓ Commands offered: ")]
    names = set(offered.partition(": ")[2].split(", "))
    assert names >= {"/sdxl", "/txt2img", "/upscale"}
    assert names.isdisjoint({"/flux", "/sdxl-reference", "/svd"})


async def test_workflows_beyond_what_discord_takes_and_stand_ins_are_told(tmp_path: Path) -> None:
    source = PROJECT / "workflows" / "txt2img"
    for number in range(MAX_WORKFLOWS + 1):
        copy = tmp_path / "workflows" / f"w{number:02}"
        shutil.copytree(source, copy)
        named = (copy / "command.toml").read_text(encoding="utf-8")
        (copy / "command.toml").write_text(re.sub(r"(?m)^name.*\n", "", named), encoding="utf-8")
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        comfy.checkpoints[:] = ["another.ckpt"]
        folder = tmp_path / "workflows"
        lines = await _lines(_settings(tmp_path, f"COMFYUI_URLS={comfy.url}", f"WORKFLOWS_DIR={folder}"))
    (beyond,) = (line for line in lines if "is not offered" in line)
    told = f"✗ /w{MAX_WORKFLOWS} is not offered: Discord allows {MAX_WORKFLOWS} workflows at once"
    assert beyond.startswith(told)
    assert sum("another one stands in" in line for line in lines) == MAX_WORKFLOWS


async def test_wildcards_are_counted_and_those_that_nobody_can_type_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "wildcards"
    folder.mkdir()
    settings = _settings(tmp_path, f"COMFYUI_URLS={NOBODY}", f"WILDCARDS_DIR={folder}")
    assert not [line for line in await _lines(settings) if "in " + str(folder) in line]
    for name in ("animal.txt", "two words.txt"):
        (folder / name).write_text("fox", encoding="utf-8")
    lines = [line for line in await _lines(settings) if str(folder) in line]
    assert lines[0] == f"✓ One wildcard in {folder}"
    assert lines[1].startswith(f"– {folder / 'two words.txt'} is no wildcard: ")


async def test_without_a_file_of_settings_the_folder_is_named_where_one_would_be_and_paths_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(Path(".env"), required=False)
    first = await anext(findings(settings))
    assert render(first.words, "en") == (
        f"Settings: the environment alone; there is no .env in {tmp_path}, where relative paths begin"
    )


def test_the_shipped_workflows_are_where_the_settings_look() -> None:
    assert (PROJECT / "workflows" / "txt2img" / "command.toml").is_file()


async def test_a_terminal_that_knows_letters_only_is_spoken_to_in_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(tmp_path, f"COMFYUI_URLS={NOBODY}", "LANGUAGE=zh-CN", "NOTHING=1")
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    monkeypatch.setattr("sys.stdout", terminal)
    await examine(settings)
    terminal.flush()
    marks = [line.split(" ")[0] for line in terminal.buffer.getvalue().decode().splitlines()]  # type: ignore[attr-defined]
    assert marks[:3] == ["ok", "--", "NO"]


async def test_a_worker_needs_no_token_and_no_font(tmp_path: Path) -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        settings = _settings(
            tmp_path, f"COMFYUI_URLS={comfy.url}", f"WORKFLOWS_DIR={PLAIN}", "WORKER_NAME=gpu-1"
        )
        lines = await _lines(settings, Role.WORKER)
    name = comfy.url.removeprefix("http://")
    assert lines[0].startswith("✗ The role worker goes with DATABASE=postgresql://…")
    assert [line.split(":")[0] for line in lines[1:]] == [
        f"✓ 1 workflow in {PLAIN} reads well",
        f"✓ ComfyUI {name.split(':')[0]}",
        "✓ Commands offered",
        "✓ Other processes know this worker as gpu-1",
        "✓ Metrics are at http",
        f"✓ The database {tmp_path / 'jobs.db'} can be written",
    ]


async def test_a_bot_is_told_of_the_comfyuis_of_its_workers(tmp_path: Path, postgres_url: str) -> None:
    nobody = _settings(tmp_path, f"WORKFLOWS_DIR={PLAIN}", f"DATABASE={postgres_url}")
    assert any("No worker has told of a ComfyUI yet" in line for line in await _lines(nobody, Role.BOT))
    async with (
        ComfyStandIn.running(speed=INSTANT) as comfy,
        aiohttp.ClientSession() as session,
        PostgresStore.open(postgres_url) as store,
    ):
        backend = Backend(ComfyClient(session, Server(comfy.url)), grace_seconds=60, worker="gpu-1")
        await backend.look_once(5)
        await Publisher(store, [backend]).report()
        away = BackendReport("attic/127.0.0.1:8188", "attic/127.0.0.1:8188", online=False)
        await store.report_backends([away])
    lines = await _lines(nobody, Role.BOT)
    assert [line for line in lines if "ComfyUI" in line] == [
        "✗ ComfyUI attic/127.0.0.1:8188 is away: its worker spoke 0 s ago. Is the worker started, and its ComfyUI?",
        f"✓ ComfyUI {backend.label}: its worker spoke 0 s ago",
    ]
    assert "✓ Commands offered: /blank" in lines
