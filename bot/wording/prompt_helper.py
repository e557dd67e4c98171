"""The service: better words for a prompt, or English ones."""

import aiohttp

from bot.wording import instructions
from bot.wording.endpoint import Chat, Endpoint
from bot.wording.english import has_letters, looks_english
from bot.workflows.discord_rules import MAX_TEXT
from bot.workflows.model_family import ModelFamily

LONGEST_IMPROVED = 2_000
"""Characters; of a prompt that was longer by itself, twice its own."""


class PromptHelper:
    def __init__(self, session: aiohttp.ClientSession, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._chat = Chat(session, endpoint)

    async def improve(self, words: str, family: ModelFamily) -> str:
        """The prompt as such a model takes it best, of 1 to :data:`MAX_TEXT` characters. Empty words stay so.

        Raises:
            WordingError: there are none; the person's own are as good as before.
        """
        if not has_letters(words):
            return words
        most = min(MAX_TEXT, max(LONGEST_IMPROVED, 2 * len(words)))
        return _cleaned(await self._chat.answer(instructions.improving(family), words), most)

    async def translate(self, words: str) -> str:
        """The prompt in English. What is English already, as far as that can be seen, is sent to nobody.

        Raises:
            WordingError: there are none; the person's own are as good as before.
        """
        if not has_letters(words) or looks_english(words):
            return words
        return _cleaned(await self._chat.answer(instructions.translating(), words), MAX_TEXT)

    async def check(self) -> None:
        """Ask for one word.

        Raises:
            WordingError: why none came.
        """
        await self._chat.answer(instructions.CHECK, "Are you there?")


def _cleaned(answer: str, most: int) -> str:
    """See :func:`bot.wording.cleaning.cleaned`."""
    from bot.wording.cleaning import cleaned  # noqa: PLC0415  # no patterns take a start longer to compile

    return cleaned(answer, most)
