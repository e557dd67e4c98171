"""All settings of a guild. A new one is one constant in :data:`KEYS`, and its texts."""

from collections.abc import Mapping
from typing import cast

from bot.errors import NotThere
from bot.moderation.access import ACCESS, ADDERS, Adders
from bot.moderation.by_role import ByRole, by_role
from bot.moderation.key import Key, Theme
from bot.moderation.kinds import CHANNEL, CHANNELS, ROLES, number, one_of, words
from bot.moderation.option_values import OPTION_VALUES, OptionValues, over
from bot.moderation.thresholds import THRESHOLDS
from bot.moderation.values import (
    ClassifierAway,
    GuildLanguage,
    Metadata,
    Nsfw,
    ResultStyle,
    Review,
    ShowcaseBy,
    Switch,
)
from bot.texts import text
from bot.workflows.spelling import nearest

MOST = 1_000_000
LONGEST_ADDED = 500
"""Characters that are added to a person's words."""
DAY_SECONDS = 86_400
MOST_DAYS = 3_650

ALLOWED_CHANNELS = Key(
    "allowed-channels", Theme.PLACES, text("settings-allowed-channels"), frozenset[int](), CHANNELS
)
ALLOWED_ROLES = Key("allowed-roles", Theme.PLACES, text("settings-allowed-roles"), frozenset[int](), ROLES)
WORKFLOW_ACCESS = Key("workflow-access", Theme.PLACES, text("settings-workflow-access"), {}, ACCESS)
WORKFLOW_ADDERS = Key("workflow-adders", Theme.PLACES, text("settings-workflow-adders"), Adders(), ADDERS)
ONE_COMMAND = Key("one-command", Theme.PLACES, text("settings-one-command"), Switch.OFF, one_of(Switch))
"""Whether ``/run`` alone runs the workflows that were added in the guild: they have no commands of their own."""
MODERATOR_ROLES = Key(
    "moderator-roles", Theme.PLACES, text("settings-moderator-roles"), frozenset[int](), ROLES
)

LIMIT_WAITING = Key(
    "limit-waiting",
    Theme.LIMITS,
    text("settings-limit-waiting"),
    ByRole(0),
    by_role(MOST),
    is_beyond=lambda limit, bound: max([limit.everybody, *limit.roles.values()]) > int(bound),
)
LIMIT_AT_ONCE = Key("limit-at-once", Theme.LIMITS, text("settings-limit-at-once"), ByRole(0), by_role(MOST))
LIMIT_DAY = Key("limit-day", Theme.LIMITS, text("settings-limit-day"), ByRole(0), by_role(MOST))
LIMIT_GPU_MINUTES = Key(
    "limit-gpu-minutes", Theme.LIMITS, text("settings-limit-gpu-minutes"), ByRole(0), by_role(MOST)
)
"""Of the last 24 hours."""
LIMIT_SIZE = Key("limit-size", Theme.LIMITS, text("settings-limit-size"), ByRole(0), by_role(MOST))
"""Megapixels × steps of one job: width × height × batch × frames × steps / 1,000,000."""
COOLDOWN = Key(
    "cooldown",
    Theme.LIMITS,
    text("settings-cooldown"),
    ByRole(0, least_is_best=True),
    by_role(DAY_SECONDS, least_is_best=True),
)
"""Seconds between two jobs of one person."""
WEIGHT = Key("weight", Theme.LIMITS, text("settings-weight"), ByRole(1), by_role(100, least=1))

DEFAULTS: Key[OptionValues] = Key(
    "defaults",
    Theme.OPTIONS,
    text("settings-defaults"),
    {},
    OPTION_VALUES,
    by_channel=True,
    over=over,
)
ADDED_PROMPT = Key(
    "added-prompt",
    Theme.OPTIONS,
    text("settings-added-prompt"),
    "",
    words(LONGEST_ADDED, "masterpiece"),
    by_channel=True,
)
ADDED_NEGATIVE = Key(
    "added-negative",
    Theme.OPTIONS,
    text("settings-added-negative"),
    "",
    words(LONGEST_ADDED, "blurry"),
    by_channel=True,
)
LANGUAGE = Key(
    "language",
    Theme.OPTIONS,
    text("settings-language"),
    GuildLanguage.AUTO,
    one_of(GuildLanguage),
    by_channel=True,
)
TRANSLATE = Key(
    "translate", Theme.OPTIONS, text("settings-translate"), Switch.OFF, one_of(Switch), by_channel=True
)
"""Whether words are put into English first, where a prompt helper is set up."""

MENTION = Key("mention", Theme.RESULTS, text("settings-mention"), Switch.ON, one_of(Switch), by_channel=True)
RESULT = Key(
    "result",
    Theme.RESULTS,
    text("settings-result"),
    ResultStyle.GALLERY,
    one_of(ResultStyle),
    by_channel=True,
)
KEEP_STATUS = Key(
    "keep-status", Theme.RESULTS, text("settings-keep-status"), Switch.ON, one_of(Switch), by_channel=True
)
THREADS = Key("threads", Theme.RESULTS, text("settings-threads"), Switch.OFF, one_of(Switch), by_channel=True)
METADATA = Key(
    "metadata",
    Theme.RESULTS,
    text("settings-metadata"),
    Metadata.OPERATOR,
    one_of(Metadata),
    by_channel=True,
    is_beyond=lambda how_much, bound: how_much.is_more_than(Metadata(bound)),
)
SHOWCASE_CHANNEL = Key("showcase-channel", Theme.RESULTS, text("settings-showcase-channel"), None, CHANNEL)
SHOWCASE_BY = Key(
    "showcase-by",
    Theme.RESULTS,
    text("settings-showcase-by"),
    ShowcaseBy.REQUESTER,
    one_of(ShowcaseBy),
)

NSFW = Key("nsfw", Theme.DECENCY, text("settings-nsfw"), Nsfw.RESTRICTED, one_of(Nsfw))
NSFW_SPOILER = Key(
    "nsfw-spoiler", Theme.DECENCY, text("settings-nsfw-spoiler"), Switch.OFF, one_of(Switch), by_channel=True
)
REVIEW = Key("review", Theme.DECENCY, text("settings-review"), Review.OFF, one_of(Review), by_channel=True)
NEWCOMER_DAYS = Key("newcomer-days", Theme.DECENCY, text("settings-newcomer-days"), 7, number(1, MOST_DAYS))
CLASSIFIER = Key("classifier", Theme.DECENCY, text("settings-classifier"), {}, THRESHOLDS, by_channel=True)
CLASSIFIER_AWAY = Key(
    "classifier-away",
    Theme.DECENCY,
    text("settings-classifier-away"),
    ClassifierAway.CLOSED,
    one_of(ClassifierAway),
)

LOG_CHANNEL = Key("log-channel", Theme.LOG, text("settings-log-channel"), None, CHANNEL)
RETENTION_DAYS = Key(
    "retention-days",
    Theme.LOG,
    text("settings-retention-days"),
    0,
    number(0, MOST_DAYS),
    is_beyond=lambda days, bound: days > float(bound),
)
"""0: as long as the operator keeps them, which is the most."""

_ALL = (
    *(ALLOWED_CHANNELS, ALLOWED_ROLES, WORKFLOW_ACCESS, WORKFLOW_ADDERS, ONE_COMMAND, MODERATOR_ROLES),
    *(LIMIT_WAITING, LIMIT_AT_ONCE, LIMIT_DAY, LIMIT_GPU_MINUTES, LIMIT_SIZE, COOLDOWN, WEIGHT),
    *(DEFAULTS, ADDED_PROMPT, ADDED_NEGATIVE, LANGUAGE, TRANSLATE),
    *(MENTION, RESULT, KEEP_STATUS, THREADS, METADATA, SHOWCASE_CHANNEL, SHOWCASE_BY),
    *(NSFW, NSFW_SPOILER, REVIEW, NEWCOMER_DAYS, CLASSIFIER, CLASSIFIER_AWAY),
    *(LOG_CHANNEL, RETENTION_DAYS),
)
KEYS: Mapping[str, Key[object]] = {key.name: cast("Key[object]", key) for key in _ALL}


def key_named(name: str) -> Key[object]:
    """The setting of this name.

    Raises:
        NotThere: there is none.
    """
    key = KEYS.get(name.strip().casefold())
    if key is None:
        near = ", ".join(nearest(name, KEYS) or KEYS)
        raise NotThere(text("settings-unknown", key=name, names=near))
    return key
