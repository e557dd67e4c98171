"""Why the operating system did not do something, as a text where it is one of the usual reasons."""

import errno

from bot.texts import Argument, Text, text

_USUAL: dict[int, Text] = {
    errno.ENOENT: text("os-missing"),
    errno.EACCES: text("os-no-right"),
    errno.EPERM: text("os-not-permitted"),
    errno.EEXIST: text("os-exists"),
    errno.ENOTDIR: text("os-no-folder"),
    errno.EISDIR: text("os-folder"),
    errno.ENOSPC: text("os-full"),
    errno.EROFS: text("os-read-only"),
    errno.ENAMETOOLONG: text("os-name-long"),
    errno.ELOOP: text("os-circle"),
    errno.EIO: text("os-disk"),
}


def reason(error: OSError) -> Argument:
    """In English as the system says it; of an unusual one the system's own words."""
    usual = _USUAL.get(error.errno or 0)
    return usual or error.strerror or str(error) or type(error).__name__
