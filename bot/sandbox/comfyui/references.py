"""Names that clients write for files: ``picture.png``, ``sub/picture.png``, ``picture.png [temp]``."""

from bot.sandbox.comfyui.files import FileStore, Folder, StoredFile, inside


def annotated(name: str) -> tuple[str, Folder | None]:
    """A name without its annotation, and the folder that the annotation means.

    ComfyUI cuts the annotation and one character before it, whatever that is.
    """
    for folder in Folder:
        if name.endswith(f"[{folder}]"):
            return name[: -len(folder) - 3], folder
    return name, None


def input_file(files: FileStore, name: str) -> StoredFile | None:
    """The file that an input such as ``LoadImage.image`` names; nothing outside the folders is ever opened."""
    bare, folder = annotated(name)
    path = inside(bare)
    return None if path is None else files.get(folder or Folder.INPUT, path)
