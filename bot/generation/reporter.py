"""Puts one run's progress onto the board, with what a person should know beside the bar."""

from msgspec.structs import replace

from bot.generation.board import ProgressBoard
from bot.generation.progress import Progress, Waiting
from bot.generation.tracking import Tracker
from bot.texts import Text, text


class ProgressReporter:
    """What the tracker knows of the prompt, and what only the run knows: its place, and notices.

    A notice is shown for as long as it is true and no longer: ``away`` until the backend tells of the prompt (one that
    restarted does not know it), ``again`` until the new attempt begins, ``cancelling`` until the end.
    """

    def __init__(self, board: ProgressBoard, tracker: Tracker) -> None:
        self.tracker = tracker
        self._board = board
        self._away: Text | None = None
        self._again: Text | None = None
        self._cancelling = False
        self._waiting: Waiting | None = None

    def show(self) -> None:
        self._board.publish(self._progress())

    def begin_again(self, tracker: Tracker, why: Text | None) -> None:
        """The bar starts anew, for another attempt."""
        self.tracker, self._away, self._again, self._waiting = tracker, None, why, None
        self.show()

    def waits_behind(self, waiting: Waiting) -> None:
        if waiting != self._waiting:
            self._waiting = waiting
            self.show()

    def away(self, backend: str) -> None:
        self._set_away(text("notice-away", backend=backend))

    def back(self) -> None:
        """The backend has the prompt, or what it needs."""
        self._set_away(None)

    def cancelling(self) -> None:
        if not self._cancelling:
            self._cancelling = True
            self.show()

    def _set_away(self, away: Text | None) -> None:
        if away != self._away:
            self._away = away
            self.show()

    def _progress(self) -> Progress:
        progress = self.tracker.progress
        begun = progress.started_at is not None
        notice = self._away
        if notice is None and self._cancelling:
            notice = text("notice-cancelling")
        if notice is None and not begun:
            notice = self._again
        return replace(progress, waiting=None if begun else self._waiting, notice=notice)
