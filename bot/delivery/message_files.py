"""What goes into one message of a result: files, and notes about those that do not. Values only."""

from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.marks import Part
from bot.delivery.messages import Attached
from bot.delivery.upload_limits import UploadLimit
from bot.texts import Text

FILES_A_MESSAGE = 10


class MessageFiles(Struct, frozen=True):
    """What goes into one message."""

    part: Part
    files: tuple[Attached, ...] = ()
    numbers: tuple[int, ...] = ()
    """Of the outputs that the files are; a file of words has 0."""
    size: tuple[int, int] | None = None
    """Of the first picture."""
    notes: tuple[Text, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.files and not self.notes

    @property
    def sizes(self) -> list[int]:
        return [file.size_bytes for file in self.files]

    def has_room_for(self, file: Attached, limit: UploadLimit, most: int = FILES_A_MESSAGE) -> bool:
        """``most``: outputs that it may show; words beside them count for Discord alone."""
        fits = sum(self.sizes) + file.size_bytes <= limit.request_bytes
        outputs = sum(number > 0 for number in self.numbers)
        return not self.files or (len(self.files) < FILES_A_MESSAGE and outputs < most and fits)

    def with_file(
        self, number: int, file: Attached, size: tuple[int, int] | None, change: Text | None = None
    ) -> "MessageFiles":
        return replace(
            self, files=(*self.files, file), numbers=(*self.numbers, number), size=self.size or size
        ).with_note(change)

    def with_note(self, note: Text | None) -> "MessageFiles":
        return self if note is None or note in self.notes else replace(self, notes=(*self.notes, note))

    def without_files(self) -> "MessageFiles":
        return replace(self, files=(), numbers=(), size=None)

    def halves(self, outputs: int) -> "tuple[MessageFiles, MessageFiles] | None":
        """Two messages in place of one, of whose job there are so many ``outputs``. None: it cannot be divided."""
        first, last = (1, outputs) if self.part.is_whole else (self.part.first, self.part.last)
        later = [at for at in range(len(self.files) // 2, len(self.files)) if self.numbers[at] > first]
        if not later:
            return None
        middle = later[0]
        cut = self.numbers[middle] - 1
        return (
            MessageFiles(Part(first, cut), self.files[:middle], self.numbers[:middle], self.size),
            MessageFiles(Part(cut + 1, last), self.files[middle:], self.numbers[middle:], None, self.notes),
        )
