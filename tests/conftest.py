"""What is left out on systems on which it cannot be tried; everything else runs everywhere."""

import sys

_LINUX_ALONE = {
    "delivery/test_fitter.py": "whether a program still runs is read from /proc",
    "inputs/test_hostile.py": "the most memory that a process had is read from /proc",
}
_NOT_ON_WINDOWS = {
    "comfy/test_command_line.py": "Ctrl-C is sent as a signal",
    "delivery/test_size_ladder.py": "it stands on end_to_end",
    "end_to_end": "lives of the bot are forked, and ended by signals",
    "inputs/test_file_blobs.py": "processes are forked, and killed at every step",
    "test_doctor.py": "it stands on end_to_end",
    "workflows/prompts/test_wildcard_files.py": "pipes and links are made",
}
collect_ignore = [
    *(_LINUX_ALONE if sys.platform != "linux" else ()),
    *(_NOT_ON_WINDOWS if sys.platform == "win32" else ()),
]
