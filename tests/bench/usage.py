"""What a process uses, as Linux tells it in ``/proc``. Elsewhere nothing is known."""

import os
from dataclasses import dataclass
from pathlib import Path

_BYTES_A_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    cpu_seconds: float
    """All threads, in the process and in the kernel, since the start."""
    resident_mb: float
    most_resident_mb: float
    """The most that it ever had."""


def usage(pid: int | str) -> Usage | None:
    """``pid`` may be ``"self"``. None: this is no Linux, or the process is gone."""
    folder = Path("/proc") / str(pid)
    try:
        # after the name, which is in brackets and may hold anything
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        status = (folder / "status").read_text()
    except OSError:
        return None
    kilobytes = {
        name: int(value.split()[0])
        for name, _, value in (line.partition(":") for line in status.splitlines())
        if name in {"VmRSS", "VmHWM"}
    }
    return Usage(
        cpu_seconds=(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        resident_mb=kilobytes["VmRSS"] * 1024 / _BYTES_A_MEGABYTE,
        most_resident_mb=kilobytes["VmHWM"] * 1024 / _BYTES_A_MEGABYTE,
    )
