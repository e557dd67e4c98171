"""Where a file comes from, as JSON: nothing here reads or writes a database."""

from typing import TypeAlias
from uuid import UUID

from bot.jobs.inputs import Attachment, KeptInput, MadeOutput, Source

_Attachment: TypeAlias = tuple[str, str, int | None] | list[str | int | None]

SourceJson: TypeAlias = _Attachment | dict[str, str | int | _Attachment | None]
"""An attachment is a list (address, name, size); what is of an earlier job is an object that names the job."""


def source_to_json(source: Source) -> SourceJson:
    match source:
        case Attachment(url, filename, size_bytes):
            return url, filename, size_bytes
        case KeptInput(job_id, option, filename):
            return {"job": str(job_id), "option": option, "filename": filename}
        case MadeOutput(job_id, number, filename, posted):
            fields = None if posted is None else (posted.url, posted.filename, posted.size_bytes)
            return {"job": str(job_id), "number": number, "filename": filename, "posted": fields}


def source_of(found: SourceJson) -> Source:
    match found:
        case [str(url), str(filename), size]:
            return Attachment(url, filename, None if size is None else int(size))
        case {"job": str(job), "option": str(option), "filename": str(filename)}:
            return KeptInput(UUID(job), option, filename)
        case {"job": str(job), "number": int(number), "filename": str(filename), "posted": posted}:
            return MadeOutput(UUID(job), number, filename, _posted_of(posted))
        case _:
            raise ValueError(f"no source of a file: {found!r}")


def _posted_of(found: object) -> Attachment | None:
    match found:
        case [str(url), str(filename), int() | None as size]:
            return Attachment(url, filename, size)
        case _:
            return None
