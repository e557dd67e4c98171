"""How the actions speak: answers on stdout, the rest on stderr, in the operator's language."""

import sys
from collections.abc import Iterable

from bot.texts import Argument, Text, rendered


class Terminal:
    def __init__(self, locale: str) -> None:
        self.locale = locale

    def words(self, message: Argument) -> str:
        return rendered(message, self.locale)

    def write(self, line: Argument) -> None:
        """A line of the answer."""
        sys.stdout.write(f"{self._printable(line)}\n")

    def complain(self, line: Argument) -> None:
        """A line about what was odd or refused."""
        sys.stderr.write(f"{self._printable(line)}\n")

    def list(self, reasons: Iterable[Text]) -> None:
        """What is lacking, one line each, below a line that says so."""
        for reason in reasons:
            self.complain(f"– {self.words(reason)}")

    def _printable(self, line: Argument) -> str:
        """Files of unknown people have control characters that move the cursor, or worse."""
        return "".join(letter if letter.isprintable() else " " for letter in self.words(line))
