"""Names that Discord takes and people understand, each once in every language."""

import re
from unicodedata import normalize

from bot.workflows.discord_rules import MAX_DESCRIPTION, whole_characters, wrong_name
from bot.workflows.inference.option_role import TRANSLATED, WORDS, OptionRole

MAX_NAME = 32
_SPACES = re.compile(r"[\s_./\\:|,;]+")
_FRIENDLIER = {"text": "prompt", "style_model_name": "style_model", "motion_bucket_id": "motion"}
_NAMELESS = "value"
_ENOUGH = 40
"""A description that is shorter says too little where there is more."""
_SENTENCE = re.compile(r"\w{2}[)\]\"'”’]?[.!?](?=\s+[^\Wa-z_])|[。！？]")
"""Its end, which that of ``e.g.`` is not."""
_BEFORE_ELLIPSIS = " ,;:.-–—，、；：。"


def legal(words: str) -> str:
    """The nearest name that Discord takes: lower case, no spaces, no emoji, cut between words; empty when nothing is left."""
    joined = _SPACES.sub("_", normalize("NFKC", words).strip().lower())
    kept = "".join(letter for letter in joined if wrong_name(letter) is None)
    name = re.sub(r"_{2,}", "_", kept).strip("_-")
    if len(name) <= MAX_NAME:
        return name
    whole = re.split(r"[_-](?=[^_-]*$)", name[: MAX_NAME + 1])[0]
    return (whole if MAX_NAME // 2 < len(whole) <= MAX_NAME else name[:MAX_NAME]).strip("_-")


def option_name(words: str) -> str:
    """The same with hyphens, as options are called: ``batch-size``."""
    return re.sub(r"-{2,}", "-", legal(words).replace("_", "-"))


def from_input(input_name: str) -> str:
    return option_name(_FRIENDLIER.get(input_name, input_name)) or _NAMELESS


def cut(description: str) -> str:
    """One line of at most 100 characters: whole sentences, else whole words; in a language without spaces, letters."""
    line = whole_characters(" ".join(description.split()))
    if len(line) <= MAX_DESCRIPTION:
        return line
    room = line[:MAX_DESCRIPTION]
    ends = [found.end() for found in _SENTENCE.finditer(line) if _ENOUGH <= found.end() <= MAX_DESCRIPTION]
    if ends:
        return room[: ends[-1]]
    words, space, _ = room.rpartition(" ")
    kept = words if space and len(words) >= _ENOUGH else room[:-1]
    return kept.rstrip(_BEFORE_ELLIPSIS) + "…"


class Names:
    """Gives out names: the second ``prompt`` becomes ``prompt-2``, and 提示词 becomes 提示词-2 with it."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()
        self._next: dict[str, int] = {}

    def take(self, wanted: str, role: OptionRole | None, *, least: int = 1) -> tuple[str, dict[str, str]]:
        """The name, and what it is called in the other languages when it is that of a role.

        ``least``: the number that it has at least; 1 is left out.
        """
        number = max(least, self._next.get(wanted, 1))
        while True:
            name = _numbered(wanted, number)
            localised = dict.fromkeys(TRANSLATED, name)
            if role is not None and wanted == role.value:
                localised = {
                    each: _numbered(option_name(WORDS[role].names(each)), number) for each in TRANSLATED
                }
            shown = {("", name), *localised.items()}
            if not shown & self._taken:
                self._taken |= shown
                self._next[wanted] = number + 1
                return name, {each: words for each, words in localised.items() if words != name}
            number += 1


def _numbered(name: str, number: int) -> str:
    end = "" if number == 1 else f"-{number}"
    return name[: MAX_NAME - len(end)].rstrip("_-") + end
