"""Whether words are English already, as far as that can be seen without asking anybody. Pure.

In doubt they are not: a model that is asked to translate English gives it back as it is.
"""

import re

_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")

_ENGLISH = frozenset(
    """
    the a an of in on at with and or from into under over behind beside between near by for to is are as its his her
    while during wearing holding standing sitting looking walking running flying made
    quality masterpiece detailed highly best high photo photograph photorealistic portrait painting drawing picture
    view close-up background foreground light lighting lit shot style art realistic cinematic
    girl boy woman man people person cat dog fox bird horse dragon house city forest mountain sea ocean sky cloud
    clouds snow rain night day sunset sunrise morning evening summer winter water tree trees flower flowers
    red blue green black white yellow golden old young small big beautiful dark bright soft
    """.split()  # noqa: SIM905  # a word a line would be two pages
)
_OTHERS = frozenset(
    """
    der die das ein eine einen einem einer und mit auf im ist am vor unter dem den des von zum zur
    le la les un une et avec dans sur du au aux est en sous il elle
    el los las una y con por para es del al se su
    o os um uma e com na no em do da dos das ao
    di lo gli che per nel nella della sul
    het een van met op
    dan yang di dengan dari pada sebuah
    i w z na jest do nie si
    ve bir ile
    och ett med av til paa
    """.split()  # noqa: SIM905  # a word a line would be two pages
)


def has_letters(words: str) -> bool:
    return _LETTERS.search(words) is not None


def looks_english(words: str) -> bool:
    """Letters of ASCII only, at least one of the commonest words of English prompts, and more of them than of others'."""
    if any(not each.isascii() for each in _LETTERS.findall(words)):
        return False
    found = _WORD.findall(words.lower())
    ours = sum(word in _ENGLISH for word in found)
    others = sum(word in _OTHERS and word not in _ENGLISH for word in found)
    return ours > others
