r"""A server's words made fit for people who do not run it: what is private goes, what has a meaning stays. Pure.

What goes: keys, tokens and passwords, the folders of files (``C:\Users\John Doe\x.png`` becomes ``x.png``), and whatever
an address carries beside the place it names. What stays: names of files, sizes such as ``4/8/16``, addresses, sentences.
"""

import re
from functools import cache

GONE = "…"

_LENGTH = 4_000
"""Of what is looked through. Nobody is shown more than a few hundred characters of it."""

_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s'\"<>`]+"
_LOGIN = r"(?<![\w.+-])[\w.+-]{1,64}:[^\s@/:'\"]{1,128}@(?=[\w\[])"
_KEY_FORMAT = (
    r"(?<![A-Za-z0-9])(?:"
    r"(?:hf|r8|gh[pousr]|github_pat|glpat|xox[abprs]|sk|pk|rk)[-_][A-Za-z0-9_-]{16,}"
    r"|AKIA[0-9A-Z]{12,}|AIza[\w-]{30,}"
    r"|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # a JSON Web Token
    r"|[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"  # a bot's token of Discord
    r")"
)
_NAMED_KEY = (
    r"(?:(?P<name>(?i:[\w-]{0,32}(?:api[_ -]?key|access[_-]?key|secret|passw(?:or)?d|pwd|authorization|"
    r"(?:auth|access|bearer|api|refresh|session)[_ -]?token|cookie)))(?P<sign>['\"]?\s{0,2}[=:]\s{0,2}['\"]?)"
    r"(?:(?i:bearer|basic|token)\s+)?[^\s'\",;&)}\]]+"
    r"|(?P<scheme>(?i:bearer|basic))\s+(?=[^\s]{0,200}[0-9=_-])[A-Za-z0-9+/=._~-]{12,})"
)
_QUERY_KEY = r"(?P<asked>[?&](?i:key|token|sig|signature|auth)=)[^\s&'\"<>`]+"
"""As an address has it, where the address itself is not written out."""
_PART = r"[^\\/:*?\"<>|\s'](?:(?:[^\\/:*?\"<>|']|(?<=\w)'(?=\w)){0,100}?[^\\/:*?\"<>|\s'])?"
"""One folder of a path on Windows: blanks inside, not at its ends."""
_WINDOWS = rf"(?:(?<![A-Za-z0-9])[A-Za-z]:[\\/]{{1,2}}(?![\\/])|(?<![\w\\])\\\\{{1,3}}(?=[\w.$]))(?:{_PART}[\\/]{{1,2}})*"
_WORD = r"[^\s/'\"`:,;<>|\\]+"
_POSIX = (
    rf"(?<![\w./\\<~)\]])(?:~|\.{{1,2}})?/(?=[^\d\s/]*[A-Za-z_])(?:{_WORD}(?:[ ](?:[A-Z(]{_WORD}|[A-Z]))*/)+"
)
_QUOTED = (
    r"(?P<quote>['\"])(?:~|[A-Za-z]:)?[\\/](?:[^'\"\n]|(?<=\w)'(?=\w)){0,1000}[\\/](?=[^'\"\n\\/]*(?P=quote))"
)
_SPACED = (
    rf"(?<![\w./\\<~)\]])~?/(?=[^\d\s/]*[A-Za-z_])(?:{_WORD}(?:[ ]{_WORD}){{0,3}}/)+"
    rf"(?={_WORD}(?:[ ]{_WORD}){{0,3}}\.[A-Za-z][A-Za-z0-9]{{1,11}}(?![\w/]))"
)

_PRIVATE = "|".join(
    (
        rf"(?P<address>{_ADDRESS})",
        rf"(?P<login>{_LOGIN})",
        rf"(?P<token>{_KEY_FORMAT})",
        rf"(?P<query>{_QUERY_KEY})",
        rf"(?P<secret>{_NAMED_KEY})",
        rf"(?P<quoted>{_QUOTED})",
        rf"(?P<windows>{_WINDOWS})",
        rf"(?P<spaced>{_SPACED})",
        rf"(?P<posix>{_POSIX})",
    )
)
_HOME = re.compile(r"(?:^|[\\/])(?:Users|home|Documents and Settings)[\\/]{1,2}$", re.IGNORECASE)
_PERSON = re.compile(r"[^\s\\/'\":,;]+(?: [A-Z][^\s\\/'\":,;]*)*[\\/]{0,2}")
_RANDOM = re.compile(
    r"[0-9a-fA-F]{24,}|.*(?<![A-Za-z0-9])"
    r"(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])(?=[A-Za-z]*\d[A-Za-z]*\d)[A-Za-z0-9]{16,}(?![A-Za-z0-9]).*"
)
"""A part of an address that is no word: webhooks carry their key like this."""


@cache
def _private() -> re.Pattern[str]:
    """Compiled when words are first looked through: that takes a hundredth of a second, which no start needs."""
    return re.compile(_PRIVATE)


def redacted(words: str) -> str:
    """``words`` without what is private."""
    private, kept = _private(), list[str]()
    at, words = 0, words[:_LENGTH]
    while (found := private.search(words, at)) is not None:
        kept += (words[at : found.start()], _instead_of(found))
        at = found.end()
        if found["windows"] or found["posix"] or found["quoted"] or found["spaced"]:
            at = _past_person(words, found, kept)
    return "".join((*kept, words[at:]))


def _instead_of(found: re.Match[str]) -> str:
    if found["address"]:
        return _address(found["address"])
    if found["login"]:
        return f"{GONE}@"
    if found["token"]:
        return GONE
    if found["query"]:
        return f"{found['asked']}{GONE}"
    if found["secret"]:
        return f"{found['scheme']} {GONE}" if found["scheme"] else f"{found['name']}{found['sign']}{GONE}"
    return found["quote"] or ""  # a path: its folders go


def _past_person(words: str, found: re.Match[str], kept: list[str]) -> int:
    """Where to go on: the folder of a person is named after them, so what follows ``Users`` goes too."""
    person = _PERSON.match(words, found.end()) if _HOME.search(found[0]) else None
    end = found.end() if person is None else person.end()
    if person is not None or not words[end : end + 1].strip("'\"`)]}>,;"):
        kept.append(GONE)
    return end


def _address(address: str) -> str:
    """An address without login, query and keys; a file's address is a path."""
    scheme, _, rest = address.partition("://")
    place, query, _ = rest.partition("?")
    place, fragment, _ = place.partition("#")
    host, slash, path = place.partition("/")
    if scheme.lower() == "file":
        return path.rpartition("/")[2] or GONE
    parts = (GONE if _RANDOM.fullmatch(part) else part for part in path.split("/"))
    host = host.rpartition("@")[2]
    rest = f"?{GONE}" if query else f"#{GONE}" if fragment else ""
    return f"{scheme}://{host}{slash}{'/'.join(parts)}{rest}"
