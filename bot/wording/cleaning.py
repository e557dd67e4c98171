"""From what a model wrote to the words of a prompt: without its thoughts, its manners and its Markdown. Pure."""

import re

from bot.texts import text
from bot.wording.errors import HelperRefused, HelperUnreadable

MOST_ANSWERED = 20_000
"""Characters, less the thoughts. Whatever is longer is no prompt, and is not looked through."""
_ROUNDS = 4
"""Manners inside of quotation marks inside of a fence."""

_OPENING = re.compile(r"<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_CLOSING = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)

_FENCE = re.compile(r"```[^\S\n]*(?:[\w-]{0,20}[^\S\n]*\n)?(.*?)```", re.DOTALL)
_POLITE = re.compile(
    r"\A(?:sure|certainly|of course|absolutely|okay|好的|当然)(?: thing)?[!,.，。！]\s*", re.IGNORECASE
)
_LEAD_IN = re.compile(
    r"\A[*_#>\s]{0,8}(?:(?:here|below|this is|improved|enhanced|rewritten|revised|refined|optimi[sz]ed|final|new|english"
    r"|translated|translation|prompt|output|answer|result)\b[^\n:]{0,120}"
    r"|(?:以下|这是|下面|改写|优化|改进|英文|翻译|译文|提示词|翻譯)[^\n:：]{0,40})[:：][*_]{0,3}\s*",
    re.IGNORECASE,
)
_NAMES_PROMPT = re.compile(
    r"prompt|translat|version|rewrit|improved|enhanced|english|output|answer|result|[\u4e00-\u9fff]",
    re.IGNORECASE,
)
_AFTERWORD = re.compile(
    r"\n ?[*_(\[#>-]{0,4} ?(?:let me know|i hope|feel free|note\b|notes\b|this prompt|this version|explanation"
    r"|would you like|if you'd like|negative prompt|希望|如果您|如需|注[:：]|说明[:：]|负面提示词|反向提示词).*\Z",
    re.DOTALL | re.IGNORECASE,
)
_PAIRS = ('""', "''", "“”", "\u2018\u2019", "«»", "「」", "『』", "``", "**")
_BULLET = re.compile(r"^ ?(?:[-*•>]|#{1,6}) ", re.MULTILINE)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]")

_REGRET = re.compile(
    r"\A\W{0,4}(?:(?:i'?m|i am|we'?re|we are)? ?(?:very |really |so )?sorry|i (?:can ?not|can't|won't|am unable|must decline)"
    r"|i'?m (?:unable|not able|afraid)|unfortunately,? i|as an? (?:ai|language model)|my apologies|i apologi[sz]e"
    r"|抱歉|对不起|很抱歉|我无法|我不能|作为)",
    re.IGNORECASE,
)
_DECLINES = re.compile(
    r"(?:can ?not|can't|unable|won't|not able|decline|not (?:allowed|comfortable))\W.{0,60}?"
    r"(?:help|assist|provid|generat|creat|fulfil|comply|translat|writ|request|content|prompt|improv|descri|engag)"
    r"|(?:无法|不能|不可以|拒绝).{0,20}?(?:帮|提供|生成|协助|翻译|创建|满足|处理|请求|内容|回答)",
    re.IGNORECASE | re.DOTALL,
)
_BEGINNING = 400
"""Characters in which a model that declines says so."""


def cleaned(answer: str, most: int) -> str:
    """The prompt in ``answer``, of at most ``most`` characters.

    Raises:
        HelperRefused: it says that it will not.
        HelperUnreadable: nothing is left, or far too much.
    """
    words = _without_thoughts(answer)
    if len(words) > MOST_ANSWERED:
        raise HelperUnreadable(text("helper-characters", count=len(words)))
    words = _straight(words)
    if _is_refusal(words[:_BEGINNING]):
        raise HelperRefused
    for _ in range(_ROUNDS):
        before, words = words, _without_manners(words)
        if words == before:
            break
    words = _BULLET.sub("", words.replace("**", "")).strip()
    if not any(map(str.isalnum, words)):
        raise HelperUnreadable(text("helper-thoughts"))
    if len(words) > most:
        raise HelperUnreadable(text("helper-characters", count=len(words)))
    return words


def _without_thoughts(answer: str) -> str:
    """Models think first. Some templates open the tag themselves, so that the answer begins inside."""
    *_, said = _CLOSING.split(answer)
    return _OPENING.split(said, maxsplit=1)[0]


def _straight(words: str) -> str:
    """Line ends of one kind, no empty lines, and nothing that is not to be seen."""
    shown = _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return _LINES.sub("\n", _SPACES.sub(" ", shown)).strip()


def _is_refusal(beginning: str) -> bool:
    """Regret alone is no refusal: songs are full of it."""
    plain = beginning.replace("’", "'")
    return _REGRET.match(plain) is not None and _DECLINES.search(plain) is not None


def _without_manners(words: str) -> str:
    fenced = _FENCE.search(words)
    words = fenced.group(1).strip() if fenced else words
    words = _AFTERWORD.sub("", _POLITE.sub("", words)).strip()
    lead_in = _LEAD_IN.match(words)
    if lead_in is not None and _NAMES_PROMPT.search(lead_in.group()):
        words = words[lead_in.end() :]
    return _unquoted(words.strip())


def _unquoted(words: str) -> str:
    """Without a pair of marks around the whole. ``"a" and "b"`` keeps its own."""
    for opening, closing in _PAIRS:
        inside = words[1:-1]
        if len(words) > 1 and words.startswith(opening) and words.endswith(closing):
            return words if opening in inside or closing in inside else inside.strip()
    return words
