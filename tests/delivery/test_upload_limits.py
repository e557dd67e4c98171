from bot.delivery.upload_limits import (
    DEFAULT_FILE_BYTES,
    DOCUMENTED_REQUEST_BYTES,
    REMEMBERED,
    UploadLimit,
    UploadLimits,
)

MEBIBYTE = 1024 * 1024
GUILD, OTHER = 1, 2


def test_where_nothing_is_known_a_file_has_twenty_mebibytes() -> None:
    assert DEFAULT_FILE_BYTES == 20 * MEBIBYTE


def test_outside_guilds_a_limit_is_learnt_too_and_for_no_guild() -> None:
    limits = UploadLimits()
    limits.refused(None, [8 * MEBIBYTE], limits.of(None, 10 * MEBIBYTE))
    assert limits.of(None, 10 * MEBIBYTE).file_bytes == 4 * MEBIBYTE
    assert limits.of(GUILD, 10 * MEBIBYTE).file_bytes == 10 * MEBIBYTE


def test_what_the_interaction_says_is_believed() -> None:
    limits = UploadLimits()
    assert limits.of(GUILD, 20 * MEBIBYTE) == UploadLimit(20 * MEBIBYTE, DOCUMENTED_REQUEST_BYTES)
    assert limits.of(GUILD, 100 * MEBIBYTE) == UploadLimit(100 * MEBIBYTE, 100 * MEBIBYTE)


def test_a_request_that_was_refused_lowers_the_limit_of_its_guild_step_by_step() -> None:
    limits = UploadLimits()
    limit = limits.of(GUILD, 100 * MEBIBYTE)
    limit = limits.refused(GUILD, [30 * MEBIBYTE, 30 * MEBIBYTE], limit)
    assert limit == limits.of(GUILD, 100 * MEBIBYTE) == UploadLimit(100 * MEBIBYTE, DOCUMENTED_REQUEST_BYTES)
    limit = limits.refused(GUILD, [10 * MEBIBYTE, 10 * MEBIBYTE], limit)
    assert limit == UploadLimit(100 * MEBIBYTE, 10 * MEBIBYTE)
    assert limits.of(OTHER, 100 * MEBIBYTE).request_bytes == 100 * MEBIBYTE


def test_one_file_that_was_refused_halves_the_limit_of_files() -> None:
    limits = UploadLimits()
    limit = limits.refused(GUILD, [8 * MEBIBYTE], limits.of(GUILD, 10 * MEBIBYTE))
    assert limit == limits.of(GUILD, 10 * MEBIBYTE) == UploadLimit(4 * MEBIBYTE, DOCUMENTED_REQUEST_BYTES)
    assert limits.of(GUILD, 2 * MEBIBYTE).file_bytes == 2 * MEBIBYTE


def test_only_so_many_guilds_are_remembered() -> None:
    limits = UploadLimits()
    for guild in range(REMEMBERED + 1):
        limits.refused(guild + 1, [8 * MEBIBYTE], limits.of(guild + 1, 10 * MEBIBYTE))
    assert limits.of(1, 10 * MEBIBYTE).file_bytes == 10 * MEBIBYTE
    assert limits.of(REMEMBERED + 1, 10 * MEBIBYTE).file_bytes == 4 * MEBIBYTE
