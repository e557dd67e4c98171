"""Values that lead out of the folders where ComfyUI keeps what is handed in and what comes out. Pure.

A rule about names alone: whether there is such a file is nobody's business here.
"""

import re

_LEADS_OUT = re.compile(
    r"""
    \s*[/\\~]                          # absolute, a Windows share, somebody's home
    | \s*[A-Za-z]:                     # a drive, and data of its own in an alternate stream
    | \s*[A-Za-z][A-Za-z0-9+.-]*:\s*/  # http://, file:/
    | .*(?:^|[/\\])\s*\.\.\s*(?:[/\\]|$)
    | .*\[(?:output|temp)\]\s*$        # what others made: ComfyUI reads "x.png [output]" from another folder
    | .*[\0-\x1f]
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_IS_A_PLACE = re.compile(
    r"""
    ( /[^\s/]+/ | // | ~/ | \.\.[/\\] | \\\\ | [A-Za-z]:[/\\] | [A-Za-z][A-Za-z0-9+.-]*:/ ) .+
    """,
    re.VERBOSE | re.DOTALL,
)
_ANNOTATION = re.compile(r"\[(?:input|output|temp)\]$", re.IGNORECASE)
_COMFYUIS_OWN = re.compile(
    r"%(?:date(?::[^%]*)?|year|month|day|hour|minute|second|width|height|batch_num)%", re.IGNORECASE
)


def without_annotation(value: str) -> str:
    """Without the folder that ComfyUI is to look in: ``fox.png`` of ``fox.png [output]``."""
    return _ANNOTATION.sub("", value.rstrip()).rstrip()


def leads_out(value: str) -> bool:
    """Of what is to be the name of a file or folder: whether it could be one elsewhere, or an address."""
    return _LEADS_OUT.match(value) is not None


def is_a_place(value: str) -> bool:
    """Of words that may be anything: whether they begin as only an absolute path or an address does.

    ``/imagine`` and ``~100 foxes`` are words; ``/etc/passwd`` is none.
    """
    return _IS_A_PLACE.fullmatch(value.strip()) is not None


def is_plain_prefix(value: str) -> bool:
    """Whether a ``filename_prefix`` names files below the output folder, with no placeholder but those of ComfyUI itself."""
    return not leads_out(value) and "%" not in _COMFYUIS_OWN.sub("", value)
