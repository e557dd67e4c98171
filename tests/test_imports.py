"""What the start imports, and what it leaves for whoever needs it."""

import subprocess
import sys

LATER = ("PIL", "bot.comfy.convert", "bot.workflows.drafting", "bot.sandbox", "bot.doctor")


def test_a_bot_that_starts_loads_nothing_that_only_some_jobs_need() -> None:
    program = f"import bot.app, sys; print(*(name for name in {LATER} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
