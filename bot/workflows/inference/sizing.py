"""A shape by name beside a width and a height: what most people mean by them."""

from collections.abc import Iterable, Iterator

from bot.texts import DEFAULT_LOCALE, render, text
from bot.workflows.inference.naming import cut, option_name
from bot.workflows.inference.option_role import TRANSLATED, WORDS, OptionRole
from bot.workflows.shapes import HEIGHT, WIDTH
from bot.workflows.template import OptionKind, OptionSpec

_ABOUT = text("option-shape-about")


def with_size(specs: Iterable[tuple[OptionSpec, bool]]) -> Iterator[tuple[OptionSpec, bool]]:
    """The options, each with whether it is advanced, and ``size`` before the width, unless one is called so."""
    found = [*specs]
    shown = {spec.name for spec, advanced in found if not advanced}
    wanted = {WIDTH, HEIGHT} <= shown and _size().name not in {spec.name for spec, _ in found}
    for spec, advanced in found:
        if wanted and spec.name == WIDTH:
            yield _size(), False
        yield spec, advanced


def _size() -> OptionSpec:
    words = WORDS[OptionRole.SIZE]
    return OptionSpec(
        name=OptionRole.SIZE.value,
        description=cut(render(_ABOUT, DEFAULT_LOCALE)),
        targets=(),
        name_localisations={each: option_name(words.names(each)) for each in TRANSLATED},
        description_localisations={each: cut(render(_ABOUT, each)) for each in TRANSLATED},
        kind=OptionKind.SIZE,
    )
