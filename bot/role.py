"""What one process does of everything (``python -m bot run --role``), and what it is called."""

import re
import socket
from enum import StrEnum


class Role(StrEnum):
    ALL = "all"
    BOT = "bot"
    """It answers people, and reaches no ComfyUI: workers that have the same ledger do."""
    WORKER = "worker"
    """It carries jobs out beside a ComfyUI, and knows nothing of Discord."""

    @property
    def answers_people(self) -> bool:
        return self is not Role.WORKER

    @property
    def runs_jobs(self) -> bool:
        return self is not Role.BOT


def machine_name() -> str:
    """This machine's, as far as it can be a worker's."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", socket.gethostname())[:64] or "worker"
