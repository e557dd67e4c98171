"""Every setting: its name, its type, what it is for. Read once at start and passed on as plain values.

Sources, strongest first: environment variables, the ``.env`` file. A secret may come from a file instead, as
container secrets do: ``DISCORD_TOKEN_FILE=/run/secrets/token``.
"""

import ipaddress
import ssl
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot import env_file as files
from bot.classifying import ClassifierEndpoint
from bot.comfy import Server
from bot.errors import SettingsUnusable
from bot.jobs.address import PostgresAddress, address_of
from bot.jobs.shards import Shards
from bot.os_reasons import reason
from bot.role import machine_name
from bot.setting_problems import Wrong, told
from bot.texts import Text, text
from bot.wording import Endpoint

if TYPE_CHECKING:
    from bot.workflows.caps import Caps
    from bot.workflows.policy import NodePolicy

PROJECT = Path(__file__).resolve().parent.parent
SHIPPED_WORKFLOWS = PROJECT / "workflows"
"""In a checkout and beside the installed packages alike."""
DEFAULT_DATABASE = Path("data/comfycord.db")
SANDBOX_TOKEN_PREFIX = "sandbox"  # noqa: S105  # marks what is *not* a token of Discord's
SECRETS = (
    "discord_token",
    "comfyui_basic_auth",
    "comfyui_bearer_token",
    "comfyui_headers",
    "prompt_helper_key",
    "classifier_key",
)


# What a browser would run (html, svg), programs, and kinds that nobody here knows are left out on purpose.
_FILE_KINDS = (
    "png,jpg,jpeg,webp,gif,avif,bmp,tif,tiff,exr,mp4,webm,mov,mkv,mp3,wav,flac,ogg,opus,m4a,"
    "txt,json,csv,srt,vtt,latent,glb,gltf,obj,ply,stl"
)
FILE_KINDS = frozenset(_FILE_KINDS.split(","))


PROMPT_SYNTAX = frozenset({"choices", "wildcards", "loras"})
"""What can be read in people's words."""
NO_SYNTAX = "none"
OFF = "off"


class Language(StrEnum):
    """In which language messages that everybody reads are written."""

    AUTO = "auto"
    ENGLISH = "en"
    CHINESE = "zh-CN"


class MissingModels(StrEnum):
    """What becomes of a workflow whose own model no server has, where people can choose another one."""

    SUBSTITUTE = "substitute"
    HIDE = "hide"


class ResultMetadata(StrEnum):
    """How much of what made it travels with a posted file."""

    FULL = "full"
    RECIPE = "recipe"
    NONE = "none"


class WorkflowErrors(StrEnum):
    """What becomes of the bot where a folder of a workflow is wrong."""

    SKIP = "skip"
    STOP = "stop"


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class Environment(EnvSettingsSource):
    """The environment, less what is not meant for us.

    ``LANGUAGE`` is gettext's variable too, with values like ``en_US:en``; those say nothing about this bot.
    """

    def __call__(self) -> dict[str, object]:
        found: dict[str, object] = super().__call__()
        if found.get("language") not in {*Language, None}:
            del found["language"]
        return found


class Settings(BaseSettings):
    """The fields are the settings; the descriptions are what ``.env.example`` and GUIDE.md say of them."""

    model_config = SettingsConfigDict(env_file_encoding=files.ENCODING, extra="ignore", env_ignore_empty=True)

    discord_token: SecretStr = Field(SecretStr(""), description="Your bot's token")
    discord_token_file: Path | None = Field(None, description="A file that holds the token")
    shards: Annotated[Shards | None, NoDecode] = Field(
        None,
        description="Connections to Discord; not set: as many as Discord recommends. `0-3/8`: the first four of eight",
    )
    comfyui_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        ("http://127.0.0.1:8188",), description="Your ComfyUI servers, separated by commas"
    )
    comfyui_basic_auth: SecretStr = Field(SecretStr(""), description="`user:password`, for a proxy in front")
    comfyui_basic_auth_file: Path | None = Field(None, description="A file that holds it")
    comfyui_bearer_token: SecretStr = Field(SecretStr(""), description="A bearer token for a proxy in front")
    comfyui_bearer_token_file: Path | None = Field(None, description="A file that holds it")
    comfyui_headers: SecretStr = Field(
        SecretStr(""), description="More headers: `Name: value`, separated by `;` or lines"
    )
    comfyui_headers_file: Path | None = Field(None, description="A file that holds them")
    comfyui_ca_file: Path | None = Field(
        None, description="Certificates (PEM) to trust for `https` besides the system's"
    )
    comfyui_redirect_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Hosts to which ComfyUI may redirect for files, separated by commas"
    )
    database: Annotated[Path | PostgresAddress, NoDecode] = Field(
        DEFAULT_DATABASE,
        description="The ledger of jobs: an SQLite file, or `postgresql://user:password@host/name`",
    )
    database_file: Path | None = Field(None, description="A file that holds that address")
    worker_name: str = Field(
        default_factory=machine_name,
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        description="What this process is called among workers with the same PostgreSQL; not set: this machine's name",
    )
    workflows_dir: Path = Field(
        default_factory=lambda: own_or_shipped_workflows(Path.cwd()),
        description="The folder of your workflows",
    )
    workflow_errors: WorkflowErrors = Field(
        WorkflowErrors.SKIP,
        description="A workflow whose files are wrong at the start: `skip` it and say so in the log, or `stop` the bot",
    )
    workflow_nodes_deny: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Node classes that no workflow may use, separated by commas; `*` is any number of letters",
    )
    workflow_nodes_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Node classes that members' workflows may use although they are held to be dangerous"
    )
    missing_models: MissingModels = Field(
        MissingModels.SUBSTITUTE,
        description="A default model that no ComfyUI has: `substitute` another one and say so, or `hide` the command",
    )
    language: Language = Field(
        Language.AUTO, description="Of messages that everybody reads: `auto` (the server's), `en` or `zh-CN`"
    )
    log_level: LogLevel = Field(LogLevel.INFO, description="`DEBUG`, `INFO`, `WARNING` or `ERROR`")
    log_format: LogFormat = Field(
        LogFormat.TEXT, description="`text` for people, or `json`: an object a line, for programs"
    )
    metrics_listen: str = Field(
        "127.0.0.1:9464",
        description="Where `/metrics`, `/healthz` and `/readyz` are served: `host:port`, or `off`",
    )
    max_jobs_per_member: int = Field(20, ge=0, description="Open jobs of one person; 0: no limit")
    max_jobs_per_guild: int = Field(100, ge=0, description="Open jobs of one server; 0: no limit")
    max_pixels: int = Field(
        2048 * 2048, ge=0, description="Width times height that people may ask for; 0: no limit"
    )
    max_batch: int = Field(8, ge=0, description="Pictures at once that people may ask for; 0: no limit")
    max_steps: int = Field(100, ge=0, description="Steps that people may ask for; 0: no limit")
    max_frames: int = Field(500, ge=0, description="Frames of a video that people may ask for; 0: no limit")
    stall_seconds: float = Field(600, ge=30, description="A job without a step for so long is tried again")
    quarantine: bool = Field(
        default=True,
        description="Whether a workflow that crashed or hung ComfyUI twice within an hour is set aside until you release it",
    )
    keep_jobs_days: float = Field(30, gt=0, description="How long ended jobs stay in the ledger")
    max_outputs: int = Field(30, ge=1, description="Files of one job that are posted; more are only told of")
    max_input_mb: int = Field(50, ge=1, description="A file that a person hands in may have so many MB")
    inputs_max_gb: float = Field(
        5, gt=0, description="All files that people handed in, in a folder beside the ledger"
    )
    delete_forgets: bool = Field(
        default=False, description="Whether 🗑 under a result makes the ledger forget what was made, too"
    )
    file_kinds: Annotated[frozenset[str], NoDecode] = Field(
        FILE_KINDS, description="Endings of files that are posted, separated by commas; `*`: all"
    )
    result_metadata: ResultMetadata = Field(
        ResultMetadata.FULL,
        description="What made a file, kept inside of it: `full`, `recipe` (without the editor's graph) or `none`",
    )
    ffmpeg: str = Field(
        "ffmpeg",
        description="The program that makes videos and sounds fit: its name or path; `none`: not used",
    )
    user_install: bool = Field(
        default=True,
        description="Whether people may use the bot with their own account where it is no member, if its application allows that",
    )
    owner_guild: int | None = Field(
        None,
        ge=1,
        description="The only server that has `/owner`, by id; not set: every one, for its administrators",
    )
    allowed_guilds: Annotated[frozenset[int] | None, NoDecode] = Field(
        None, description="Servers that may have the bot, by id, separated by commas; not set: all"
    )
    leave_other_guilds: bool = Field(
        default=False, description="Whether the bot leaves servers that may not have it"
    )
    prompt_helper_url: str | None = Field(
        None,
        description="An OpenAI-compatible address that improves and translates prompts, such as Ollama's; not set: nothing is sent",
    )
    prompt_helper_model: str = Field("", description="The model there")
    prompt_helper_key: SecretStr = Field(SecretStr(""), description="Its key, if it wants one")
    prompt_helper_key_file: Path | None = Field(None, description="A file that holds it")
    prompt_helper_seconds: float = Field(
        20, ge=1, le=300, description="After so many seconds a job goes on with the person's own words"
    )
    classifier_url: str | None = Field(
        None,
        description="An address that says what pictures show, before they are posted; not set: none is sent anywhere",
    )
    classifier_key: SecretStr = Field(SecretStr(""), description="Its key, if it wants one")
    classifier_key_file: Path | None = Field(None, description="A file that holds it")
    classifier_seconds: float = Field(10, ge=1, le=60, description="How long one picture may take it")
    wildcards_dir: Path = Field(
        Path("wildcards"), description="The folder of your wildcards: `animal.txt` is `__animal__`"
    )
    prompt_syntax: Annotated[frozenset[str], NoDecode] = Field(
        PROMPT_SYNTAX,
        description="What is read in people's words: `choices` (`{a|b}`), `wildcards`, `loras`, or `none`",
    )
    discord_api_base: str | None = Field(None, description="A stand-in's address (loopback only)")
    discord_gateway_url: str | None = Field(None, description="A stand-in's gateway (loopback only)")

    _file: Path | None = PrivateAttr(None)
    _oddities: tuple[Text, ...] = PrivateAttr(())

    def tell_origin(self, file: Path, oddities: tuple[Text, ...]) -> None:
        """Say from which file they were read, and what was odd in it."""
        self._file, self._oddities = file, oddities

    @property
    def file(self) -> Path | None:
        """The file that was read; None: there was none."""
        return self._file

    @property
    def oddities(self) -> tuple[Text, ...]:
        """What is odd about the settings and stops nothing, for the operator."""
        return self._oddities

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        _ = env_settings, file_secret_settings
        return init_settings, Environment(settings_cls), dotenv_settings

    @field_validator("shards", mode="before")
    @classmethod
    def _read_shards(cls, value: object) -> object:
        return Shards.read(value) if isinstance(value, str) else value

    @field_validator(
        "comfyui_urls",
        "comfyui_redirect_hosts",
        "workflow_nodes_deny",
        "workflow_nodes_allow",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("allowed_guilds", mode="before")
    @classmethod
    def _read_guilds(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = [part.strip() for part in value.split(",") if part.strip()]
        if not all(each.isdecimal() for each in ids):
            raise Wrong(text("setting-guilds"))
        return frozenset(map(int, ids))

    @field_validator("file_kinds", mode="before")
    @classmethod
    def _split_kinds(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(kind.strip().lstrip(".").lower() for kind in value.split(",") if kind.strip())

    @field_validator("prompt_syntax", mode="before")
    @classmethod
    def _split_syntax(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = frozenset(name.strip().lower() for name in value.split(",") if name.strip())
        if not names <= PROMPT_SYNTAX | {NO_SYNTAX} or (NO_SYNTAX in names and len(names) > 1):
            raise Wrong(text("setting-syntax"))
        return names - {NO_SYNTAX}

    @field_validator("comfyui_urls")
    @classmethod
    def _are_urls(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if not urls:
            raise Wrong(text("setting-no-server"))
        for number, url in enumerate(urls, 1):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                # Not the address itself: it may hold a password.
                raise Wrong(text("setting-server-address", number=number))
        return urls

    @field_validator("prompt_helper_url", "classifier_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "http://nobody")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise Wrong(text("setting-helper-address"))
        if parts.username or parts.password:
            # Not the address itself: it holds a password.
            raise Wrong(text("setting-helper-password"))
        return url or None

    @field_validator("database", mode="before")
    @classmethod
    def _names_a_database(cls, value: object) -> object:
        return address_of(value) if isinstance(value, str) else value

    @field_validator("comfyui_ca_file")
    @classmethod
    def _holds_certificates(cls, path: Path | None) -> Path | None:
        if path is not None:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
            except OSError as error:
                raise Wrong(text("setting-no-certificates", file=str(path), problem=reason(error))) from error
        return path

    @field_validator("metrics_listen")
    @classmethod
    def _is_a_place(cls, place: str) -> str:
        if place.lower() != OFF and _place_of(place) is None:
            raise Wrong(text("setting-metrics-place"))
        return place

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _in_any_case(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        return value.upper() if info.field_name == "log_level" else value.lower()

    @field_validator("comfyui_basic_auth")
    @classmethod
    def _has_user(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and ":" not in value.get_secret_value():
            raise Wrong(text("setting-user-password"))
        return value

    @field_validator("discord_api_base", "discord_gateway_url")
    @classmethod
    def _is_loopback(cls, url: str | None) -> str | None:
        if url and not is_loopback(urlsplit(url).hostname or ""):
            raise Wrong(text("setting-loopback"))
        return url or None

    @model_validator(mode="after")
    def _read_secret_files(self) -> Self:
        for name in SECRETS:
            path: Path | None = getattr(self, f"{name}_file")
            if path is None:
                continue
            try:
                setattr(self, name, SecretStr(path.read_text(encoding="utf-8").strip()))
            except OSError as error:
                setting, why = f"{name.upper()}_FILE", reason(error)
                raise Wrong(
                    text("setting-secret-file", setting=setting, file=str(path), problem=why)
                ) from error
        return self

    @model_validator(mode="after")
    def _read_address_file(self) -> Self:
        if self.database_file is not None:
            try:
                self.database = address_of(self.database_file.read_text(encoding="utf-8").strip())
            except OSError as error:
                file, why = str(self.database_file), reason(error)
                raise Wrong(
                    text("setting-secret-file", setting="DATABASE_FILE", file=file, problem=why)
                ) from error
        return self

    @model_validator(mode="after")
    def _keep_token_home(self) -> Self:
        token = self.discord_token.get_secret_value()
        elsewhere = self.discord_api_base or self.discord_gateway_url
        if elsewhere and token and not token.startswith(SANDBOX_TOKEN_PREFIX):
            raise Wrong(text("setting-sandbox-token", prefix=SANDBOX_TOKEN_PREFIX))
        if elsewhere and not (self.discord_api_base and self.discord_gateway_url):
            raise Wrong(text("setting-sandbox-both"))
        return self

    @model_validator(mode="after")
    def _check_access(self) -> Self:
        if self.comfyui_basic_auth.get_secret_value() and self.comfyui_bearer_token.get_secret_value():
            raise Wrong(text("setting-one-access"))
        self.servers()
        return self

    @model_validator(mode="after")
    def _names_the_helpers_model(self) -> Self:
        if self.prompt_helper_url and not self.prompt_helper_model:
            raise Wrong(text("setting-helper-model"))
        return self

    def headers(self) -> dict[str, str]:
        """The extra headers for every ComfyUI server."""
        headers: dict[str, str] = {}
        for line in self.comfyui_headers.get_secret_value().replace(";", "\n").splitlines():
            name, colon, value = line.partition(":")
            if colon and name.strip():
                headers[name.strip()] = value.strip()
            elif line.strip():
                raise Wrong(text("setting-headers"))
        return headers

    def secrets(self) -> list[str]:
        """Every value that must never be shown."""
        password = self.comfyui_basic_auth.get_secret_value().partition(":")[2]
        in_addresses = [urlsplit(url).password or "" for url in self.comfyui_urls]
        return [
            self.discord_token.get_secret_value(),
            password,
            self.comfyui_bearer_token.get_secret_value(),
            *self.headers().values(),
            self.prompt_helper_key.get_secret_value(),
            self.classifier_key.get_secret_value(),
            *in_addresses,
            *(self.database.passwords if isinstance(self.database, PostgresAddress) else ()),
        ]

    @property
    def shares_its_ledger(self) -> bool:
        """Whether other processes may have the same ledger."""
        return isinstance(self.database, PostgresAddress)

    @property
    def metrics_place(self) -> tuple[str, int] | None:
        """Host and port; None: nobody is to watch."""
        return _place_of(self.metrics_listen)

    @property
    def inputs_folder(self) -> Path:
        """Where the files are that open jobs start from."""
        file = self._ledger_file
        return file.with_name(f"{file.stem}-inputs")

    @property
    def pictures_folder(self) -> Path:
        """Where pictures are that a ComfyUI tells of without saving them, until they are posted."""
        file = self._ledger_file
        return file.with_name(f"{file.name}-pictures")

    @property
    def _ledger_file(self) -> Path:
        """What this process keeps on its own disk stands beside it; of a server's ledger, where an own one would be."""
        return self.database if isinstance(self.database, Path) else DEFAULT_DATABASE

    @property
    def caps(self) -> "Caps":
        """The most that people may ask for."""
        from bot.workflows.caps import Caps  # noqa: PLC0415  # not every command needs it

        return Caps(self.max_pixels, self.max_batch, self.max_steps, self.max_frames)

    @property
    def node_policy(self) -> "NodePolicy":
        """Which node classes graphs may use."""
        from bot.workflows.policy import NodePolicy, Patterns  # noqa: PLC0415  # not every command needs it

        return NodePolicy(Patterns(self.workflow_nodes_deny), Patterns(self.workflow_nodes_allow))

    def servers(self) -> tuple[Server, ...]:
        """The ComfyUI servers with what lets us in."""
        user, _, password = self.comfyui_basic_auth.get_secret_value().partition(":")
        return tuple(
            Server(
                url=url,
                headers=self.headers(),
                basic=(user, password) if user or password else None,
                bearer=self.comfyui_bearer_token.get_secret_value() or None,
                ca_file=self.comfyui_ca_file,
                redirect_hosts=self.comfyui_redirect_hosts,
            )
            for url in self.comfyui_urls
        )

    @property
    def prompt_helper(self) -> Endpoint | None:
        """Who helps with words; None: nobody, and nothing is sent anywhere."""
        if self.prompt_helper_url is None:
            return None
        return Endpoint(
            url=self.prompt_helper_url,
            model=self.prompt_helper_model,
            key=self.prompt_helper_key.get_secret_value(),
            timeout_seconds=self.prompt_helper_seconds,
        )

    @property
    def classifier(self) -> ClassifierEndpoint | None:
        """Who says what pictures show; None: nobody, and none is sent anywhere."""
        if self.classifier_url is None:
            return None
        return ClassifierEndpoint(
            self.classifier_url, self.classifier_key.get_secret_value(), self.classifier_seconds
        )


def load(env_file: Path | None, *, required: bool = True) -> Settings:
    """Read the settings, from ``env_file`` and the environment.

    Args:
        env_file: None reads the environment only.
        required: False: where there is no such file, the environment is enough.

    Raises:
        SettingsUnusable: a value is wrong, or the file. The message names the setting, never a secret's value.
    """
    if env_file is not None and not required and not env_file.exists():
        env_file = None
    if env_file is not None:
        files.check(env_file)
    try:
        settings = Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue]  # pydantic-settings takes it
    except ValidationError as error:
        raise SettingsUnusable(*map(told, error.errors(include_input=False, include_url=False))) from None
    if env_file is not None:
        known = [name.upper() for name in Settings.model_fields]
        settings.tell_origin(env_file, files.unknown_names(env_file, known))
    return settings


def own_or_shipped_workflows(folder: Path) -> Path:
    """``workflows`` in ``folder``, where there is one; else those that came with the bot."""
    own = folder / "workflows"
    return own if own.is_dir() else SHIPPED_WORKFLOWS


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _place_of(words: str) -> tuple[str, int] | None:
    """Host and port; None: these are none."""
    parts = urlsplit(f"//{words}")
    with suppress(ValueError):  # its port is none
        if parts.hostname and parts.port is not None and parts.netloc == words and parts.username is None:
            return parts.hostname, parts.port
    return None
