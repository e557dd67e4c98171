"""Settings: read from where they should be, refused with a sentence, and documented without a gap."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.classifying import ClassifierEndpoint
from bot.errors import SettingsUnusable
from bot.jobs.address import PostgresAddress
from bot.jobs.shards import Shards
from bot.sandbox.child import surroundings
from bot.settings import PROJECT, SHIPPED_WORKFLOWS, Language, Settings, load, own_or_shipped_workflows
from bot.texts import render
from bot.wording import Endpoint
from bot.workflows.template import PromptSyntax

CANARY = "hunter2-canary"


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def _load(tmp_path: Path, *lines: str) -> Settings:
    env_file = tmp_path / ".env"
    env_file.write_text("\n".join(lines), encoding="utf-8")
    return load(env_file)


def _problem(tmp_path: Path, *lines: str) -> str:
    with pytest.raises(SettingsUnusable) as caught:
        _load(tmp_path, *lines)
    return str(caught.value)


def _names_in(path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (PROJECT / path).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_setting_is_in_the_guide_and_in_env_example_and_nothing_else_is() -> None:
    settings = {name.upper() for name in Settings.model_fields}
    assert _names_in("bot/GUIDE.md", r"^\| `([A-Z_]+)` \|") == settings
    assert _names_in(".env.example", r"^#? ?([A-Z_]+)=") == settings


def test_env_example_loads_as_it_is_and_with_every_line_uncommented(tmp_path: Path) -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    assert _load(tmp_path, example).comfyui_urls == ("http://127.0.0.1:8188",)
    lines = re.findall(r"^#? ?([A-Z_]+=.*)$", example, re.MULTILINE)
    files_and_stand_ins = re.compile(r"[A-Z_]+_FILE=|DISCORD_(API_BASE|GATEWAY_URL)=|COMFYUI_BEARER_TOKEN=")
    assert _load(tmp_path, *(line for line in lines if not files_and_stand_ins.match(line)))


def test_what_is_not_set_is_sensible(tmp_path: Path) -> None:
    settings = _load(tmp_path)
    assert (settings.comfyui_urls, settings.database, settings.language) == (
        ("http://127.0.0.1:8188",),
        Path("data/comfycord.db"),
        Language.AUTO,
    )
    assert settings.workflows_dir.is_dir()


def test_several_servers_are_separated_by_commas(tmp_path: Path) -> None:
    settings = _load(tmp_path, "COMFYUI_URLS=http://a:8188, https://b/comfy/ ,")
    assert settings.comfyui_urls == ("http://a:8188", "https://b/comfy/")


def test_secrets_can_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{CANARY}\n", encoding="utf-8")
    assert _load(tmp_path, f"DISCORD_TOKEN_FILE={tmp_path / 'token'}").discord_token == SecretStr(CANARY)


def test_a_secret_file_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "DISCORD_TOKEN_FILE" in _problem(tmp_path, f"DISCORD_TOKEN_FILE={tmp_path / 'nothing'}")


def test_access_to_comfyui_is_passed_on(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        "COMFYUI_URLS=https://gpu.example/comfy",
        f"COMFYUI_BASIC_AUTH=me:{CANARY}:x",
        "COMFYUI_HEADERS=CF-Access-Client-Id: abc; X-More: 1:2",
    )
    (server,) = settings.servers()
    assert (server.basic, server.bearer) == (("me", f"{CANARY}:x"), None)
    assert dict(server.headers) == {"CF-Access-Client-Id": "abc", "X-More": "1:2"}


@pytest.mark.parametrize(
    ("line", "syntax"),
    [
        ("", {"choices", "wildcards", "loras"}),
        ("PROMPT_SYNTAX=none", set[str]()),
        ("PROMPT_SYNTAX=loras, Choices", {"loras", "choices"}),
    ],
)
def test_what_is_read_in_words_can_be_chosen(tmp_path: Path, line: str, syntax: set[str]) -> None:
    assert _load(tmp_path, line).prompt_syntax == syntax == syntax & {each.value for each in PromptSyntax}


@pytest.mark.parametrize("value", ["lora", "none,choices"])
def test_words_that_no_syntax_is_called_are_refused(tmp_path: Path, value: str) -> None:
    assert _problem(tmp_path, f"PROMPT_SYNTAX={value}") == (
        "PROMPT_SYNTAX: write choices, wildcards or loras, separated by commas, or none"
    )


def test_shards_are_one_processs_part_of_the_connections_to_discord(tmp_path: Path) -> None:
    assert _load(tmp_path, "SHARDS=").shards is None
    assert _load(tmp_path, "SHARDS=4-7/8").shards == Shards(4, 7, 8)
    assert _problem(tmp_path, "SHARDS=8/8") == (
        "SHARDS: there is no shard 8 of 8: they count from 0, the last one is 7"
    )


def test_no_setting_of_this_machine_reaches_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), CANARY)
    assert CANARY not in surroundings().values()
    assert "PATH" in surroundings()


def test_nobody_helps_with_words_unless_an_address_and_a_model_are_named(tmp_path: Path) -> None:
    assert _load(tmp_path, "PROMPT_HELPER_MODEL=qwen3:4b", "PROMPT_HELPER_URL=").prompt_helper is None
    (tmp_path / "key").write_text(f"{CANARY}\n", encoding="utf-8")
    lines = ("PROMPT_HELPER_URL=http://127.0.0.1:11434/v1", f"PROMPT_HELPER_KEY_FILE={tmp_path / 'key'}")
    settings = _load(tmp_path, *lines, "PROMPT_HELPER_MODEL=qwen3:4b", "PROMPT_HELPER_SECONDS=5")
    assert settings.prompt_helper == Endpoint("http://127.0.0.1:11434/v1", "qwen3:4b", CANARY, 5)
    assert CANARY in settings.secrets()
    assert CANARY not in f"{settings!r} {settings.prompt_helper!r}"
    assert "name the model" in _problem(tmp_path, *lines)


def test_nobody_says_what_pictures_show_unless_an_address_is_named(tmp_path: Path) -> None:
    assert _load(tmp_path, "CLASSIFIER_KEY=key").classifier is None
    settings = _load(
        tmp_path, "CLASSIFIER_URL=http://127.0.0.1:1/", f"CLASSIFIER_KEY={CANARY}", "CLASSIFIER_SECONDS=5"
    )
    assert settings.classifier == ClassifierEndpoint("http://127.0.0.1:1/", CANARY, 5)
    assert CANARY in settings.secrets()
    assert CANARY not in f"{settings!r} {settings.classifier!r}"


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        f"DISCORD_TOKEN={CANARY}",
        f"COMFYUI_URLS=http://me:{CANARY}@gpu.example",
        f"COMFYUI_HEADERS=X-Key: {CANARY}",
    )
    assert CANARY not in f"{settings.servers()!r}"


@pytest.mark.parametrize(
    "line",
    [
        f"COMFYUI_HEADERS={CANARY}",
        f"COMFYUI_BASIC_AUTH={CANARY}",
        f"COMFYUI_URLS=gpu.example/{CANARY}",
        f"COMFYUI_URLS=ftp://me:{CANARY}@gpu.example",
        f"PROMPT_HELPER_URL=http://me:{CANARY}@gpu.example/v1",
        f"PROMPT_HELPER_URL=gpu.example/{CANARY}",
        f"CLASSIFIER_URL=http://me:{CANARY}@gpu.example",
    ],
)
def test_a_wrong_value_is_named_by_its_setting_but_not_shown(tmp_path: Path, line: str) -> None:
    problem = _problem(tmp_path, line)
    assert line.partition("=")[0] in problem
    assert CANARY not in problem


@pytest.mark.parametrize(
    "line",
    [
        "LOG_LEVEL=loud",
        "LOG_FORMAT=xml",
        "METRICS_LISTEN=9464",
        "METRICS_LISTEN=127.0.0.1",
        "LANGUAGE=klingon",
        "MAX_JOBS_PER_MEMBER=-1",
        "STALL_SECONDS=1",
    ],
)
def test_a_value_out_of_its_range_is_refused_by_name(tmp_path: Path, line: str) -> None:
    assert line.partition("=")[0] in _problem(tmp_path, line)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:9464", ("::1", 9464)),
        ("gpu.lan:1", ("gpu.lan", 1)),
        ("OFF", None),
    ],
)
def test_where_metrics_are_served_is_a_place_or_off(
    tmp_path: Path, words: str, place: tuple[str, int] | None
) -> None:
    assert _load(tmp_path, f"METRICS_LISTEN={words}").metrics_place == place


def test_gettexts_language_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US:en")
    assert _load(tmp_path, "LANGUAGE=zh-CN").language is Language.CHINESE
    monkeypatch.setenv("LANGUAGE", "en")
    assert _load(tmp_path, "LANGUAGE=zh-CN").language is Language.ENGLISH


STAND_IN = ("DISCORD_API_BASE=http://127.0.0.1:1/api/v10", "DISCORD_GATEWAY_URL=ws://127.0.0.1:1/gateway")


def test_a_stand_in_takes_discords_place_on_loopback_with_a_token_that_is_none(tmp_path: Path) -> None:
    settings = _load(tmp_path, *STAND_IN, "DISCORD_TOKEN=sandbox-1")
    assert settings.discord_api_base == "http://127.0.0.1:1/api/v10"


def test_a_real_token_is_never_sent_to_a_stand_in(tmp_path: Path) -> None:
    assert "never sent" in _problem(tmp_path, *STAND_IN, f"DISCORD_TOKEN={CANARY}")


@pytest.mark.parametrize("host", ["discord.example", "10.0.0.1", "0.0.0.0", "127.0.0.1.example"])
def test_a_stand_in_elsewhere_is_refused(tmp_path: Path, host: str) -> None:
    problem = _problem(tmp_path, f"DISCORD_API_BASE=http://{host}/api/v10", STAND_IN[1])
    assert "DISCORD_API_BASE" in problem


def test_half_a_stand_in_is_refused(tmp_path: Path) -> None:
    assert "together" in _problem(tmp_path, STAND_IN[0])


def test_a_ca_file_and_the_hosts_for_files_are_passed_to_every_server(tmp_path: Path) -> None:
    certificate = PROJECT / "tests" / "comfy" / "certificates" / "self_signed.pem"
    settings = _load(
        tmp_path,
        "COMFYUI_URLS=https://a,https://b",
        f"COMFYUI_CA_FILE={certificate}",
        "COMFYUI_REDIRECT_HOSTS=Storage.example.com, 10.0.0.1:9000",
    )
    assert [(server.ca_file, server.redirect_hosts) for server in settings.servers()] == [
        (certificate, frozenset({"storage.example.com", "10.0.0.1:9000"}))
    ] * 2


def test_a_ca_file_without_certificates_is_refused_at_start(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for path in (empty, tmp_path / "missing.pem"):
        assert f"COMFYUI_CA_FILE: {path} holds no certificates in PEM form" in _problem(
            tmp_path, f"COMFYUI_CA_FILE={path}"
        )


def test_a_file_that_was_named_and_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsUnusable, match=r"named\.env is missing"):
        load(tmp_path / "named.env")
    assert load(tmp_path / "named.env", required=False).file is None


@pytest.mark.parametrize(
    "content", ["LOG_LEVEL=DEBUG".encode("utf-16"), b"LOG_LEVEL=\xff\xfe\x00", b"A=\x00"]
)
def test_a_file_in_another_encoding_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsUnusable, match=r"\.env is not UTF-8 text: save it again"):
        load(tmp_path / ".env")


def test_the_mark_that_windows_editors_begin_a_file_with_is_no_part_of_a_name(tmp_path: Path) -> None:
    settings = _load(tmp_path, "\ufeffLOG_LEVEL=debug")
    assert (settings.log_level, settings.oddities) == ("DEBUG", ())


def test_a_name_that_is_no_setting_is_told_with_the_nearest_that_is(tmp_path: Path) -> None:
    settings = _load(tmp_path, f"COMFYUI_URL=http://me:{CANARY}@gpu", "log_level=DEBUG", "QQQQ=1")
    told = [render(each, "en") for each in settings.oddities]
    assert [sentence.partition(" sets ")[2] for sentence in told] == [
        "COMFYUI_URL, which is no setting of this bot. Did you mean COMFYUI_URLS?",
        "QQQQ, which is no setting of this bot.",
    ]
    assert CANARY not in "".join(told)


def test_a_database_server_is_named_by_its_address_directly_or_in_a_file(tmp_path: Path) -> None:
    url = f"postgresql://me:{CANARY}%21@db.example/comfycord?sslmode=verify-full"
    (tmp_path / "address").write_text(f"{url}\n", encoding="utf-8")
    for line in (f"DATABASE={url}", f"DATABASE_FILE={tmp_path / 'address'}"):
        settings = _load(tmp_path, line)
        assert settings.database == PostgresAddress(url)
        assert {f"{CANARY}%21", f"{CANARY}!"} <= set(settings.secrets())
        assert CANARY not in repr(settings)
        assert settings.inputs_folder == Path("data/comfycord-inputs")
    assert "DATABASE_FILE: " in _problem(tmp_path, f"DATABASE_FILE={tmp_path / 'nothing'}")


@pytest.mark.parametrize(
    "url", ["mysql://me:{}@host/bot", "postgresql://me:{}@host", "postgresql://me:{}@host/"]
)
def test_an_address_of_no_database_is_refused_in_plain_words(tmp_path: Path, url: str) -> None:
    problem = _problem(tmp_path, f"DATABASE={url.format(CANARY)}")
    assert problem.startswith("DATABASE: name a file, like")
    assert CANARY not in problem


def test_a_problem_is_told_without_words_of_the_library(tmp_path: Path) -> None:
    assert _problem(tmp_path, "COMFYUI_BASIC_AUTH=me") == "COMFYUI_BASIC_AUTH: write it as user:password"


@pytest.mark.parametrize(
    "line",
    [
        *("LOG_LEVEL=loud", "MAX_BATCH=few", "MAX_BATCH=-1", "STALL_SECONDS=long", "KEEP_JOBS_DAYS=0"),
        *("PROMPT_HELPER_SECONDS=900", "DELETE_FORGETS=perhaps", "COMFYUI_URLS=,", "COMFYUI_URLS=gpu"),
        *("PROMPT_SYNTAX=verse", "DATABASE=postgres://host", "COMFYUI_BASIC_AUTH=me", "COMFYUI_HEADERS=x"),
        *("PROMPT_HELPER_URL=gpu", "PROMPT_HELPER_URL=http://gpu", "DISCORD_TOKEN_FILE=/nowhere"),
        *("COMFYUI_CA_FILE=/nowhere", "DISCORD_API_BASE=http://gpu", "COMFYUI_URLS=http://gpu/?key=1"),
    ],
)
def test_every_problem_is_told_in_the_operators_language(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsUnusable) as caught:
        _load(tmp_path, line)
    told = caught.value.told("zh-CN")
    assert re.search("[一-鿿]{2}", told)
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", told), told


def test_workflows_of_the_working_folder_come_before_those_that_came_with_the_bot(tmp_path: Path) -> None:
    assert own_or_shipped_workflows(tmp_path) == SHIPPED_WORKFLOWS
    (tmp_path / "workflows").mkdir()
    assert own_or_shipped_workflows(tmp_path) == tmp_path / "workflows"


def test_a_worker_is_called_as_its_machine_unless_it_has_a_name_that_can_stand_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Lena's PC/雪")
    assert _load(tmp_path).worker_name == "Lena-s-PC-"
    assert _load(tmp_path, "WORKER_NAME=gpu-1").worker_name == "gpu-1"
    for wrong in ("gpu/1", "a" * 65, "雪"):
        assert _problem(tmp_path, f"WORKER_NAME={wrong}").startswith("WORKER_NAME: ")
