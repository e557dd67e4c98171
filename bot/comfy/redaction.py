"""What must not be shown of words that others wrote: keys in addresses, tokens, passwords. The rest keeps its meaning."""

import re

HIDDEN = "•••"
_NAMES = r"(?:[\w-]*(?:api[_-]?key|token|secret|passw(?:or)?d|signature|credential)|key|auth|sig|pwd)"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # user:password@ of an address; a bare user is a token as often as a name
    (re.compile(r"\b([a-z][a-z0-9+.-]{1,15}://)[^\s/@\"'<>?#]{1,512}@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    # ?key=… and &token=… of an address or a path, and key=… of a form
    (re.compile(rf"([?&;]{_NAMES}=)[^\s&;\"'<>#]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    # api_key=…, "token": "…", X-Api-Key: …
    (
        re.compile(rf"((?<![\w-]){_NAMES}[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?)[\w.~+/=-]{{8,}}", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    # tokens that are known by their form: JSON web tokens, Hugging Face, OpenAI, GitHub, AWS, Google, Slack
    (
        re.compile(
            r"\b(?:eyJ[\w-]{8,}(?:\.[\w-]+){1,2}|hf_\w{16,}|sk-[\w-]{16,}|gh[pousr]_\w{16,}|github_pat_\w{16,}"
            r"|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|xox[abprs]-[\w-]{10,})"
        ),
        HIDDEN,
    ),
)


def without_secrets(text: str) -> str:
    """``text`` with what looks like a key, a token or a password blacked out. Addresses stay readable without them."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


def encodable(text: str) -> str:
    """``text`` in characters that UTF-8 has: headers and file names may hold bytes that are none, as lone surrogates."""
    return text.encode(errors="replace").decode()
