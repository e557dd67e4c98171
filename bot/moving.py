"""``python -m bot migrate-store``: everything that a stopped bot knows goes to another database, and is counted."""

import shutil
from contextlib import aclosing
from pathlib import Path

from bot.app import blobs_of
from bot.errors import Unusable
from bot.inputs.blobs import Blobs
from bot.jobs.address import Address
from bot.jobs.moving import move_ledger
from bot.jobs.opening import open_store
from bot.settings import Language, Settings
from bot.texts import DEFAULT_LOCALE, Text, render, text


async def move(settings: Settings, target: Address) -> None:
    """Move the ledger, and what lies beside it, from where the settings say; told line by line.

    Raises:
        Unusable: with a sentence for the operator.
    """
    locale = DEFAULT_LOCALE if settings.language is Language.AUTO else settings.language.value

    def tell(words: Text) -> None:
        print(render(words, locale), flush=True)

    new = settings.model_copy(update={"database": target})
    await move_ledger(
        settings.database, target, lambda table, rows: tell(text("moved-table", table=table, rows=rows))
    )
    async with open_store(settings.database) as old_store, open_store(target) as new_store:
        files = await _move_files(
            await blobs_of(settings, old_store.blob_table), await blobs_of(new, new_store.blob_table)
        )
        tell(text("moved-files", count=files))
        label = new_store.label
    _copy_pictures(settings.pictures_folder, new.pictures_folder)
    tell(text("moved-all", place=label))


async def _move_files(source: Blobs, target: Blobs) -> int:
    """How many there are; those that are there already are not copied again."""
    blobs = sorted(await source.all())
    for blob in blobs:
        async with target.scratch() as folder, aclosing(source.chunks(blob)) as chunks:
            file = folder / "file"
            with file.open("wb") as content:
                async for chunk in chunks:
                    content.write(chunk)
            if await target.put(file) != blob:
                raise Unusable(text("moving-damaged", blob=str(blob)))
    return len(blobs)


def _copy_pictures(source: Path, target: Path) -> None:
    """Pictures that wait to be posted and lie nowhere else."""
    if source != target and source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
