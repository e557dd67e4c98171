"""The dashboard and the alerts ask for what the bot tells, and alerts go off when they should."""

import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.jobs.sqlite import SqliteStore
from bot.metrics.exposition import exposition
from bot.metrics.recording import Histogram
from bot.metrics.watch import Watch
from tests.metrics.dashboard import RULES, alert_metrics, questions
from tests.metrics.observed import NoServers, TwoShards

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="Prometheus is not installed")


@pytest.fixture
async def told(tmp_path: Path) -> set[str]:
    """The names of all that a bot can tell."""
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        watch = Watch(store, ("127.0.0.1", 0))
        watch.services(NoServers(), TwoShards())
        figures = await watch.figures()
    names: set[str] = set()
    for figure in figures:
        if isinstance(figure, Histogram):
            names |= {f"{figure.name}_{part}" for part in ("bucket", "sum", "count")}
    _, body = exposition(figures, "")
    families = list(text_string_to_metric_families(body.decode()))
    return names | {
        f"{family.name}_total" if family.type == "counter" else family.name for family in families
    }


async def test_every_metric_of_the_dashboard_is_one_that_the_bot_tells(told: set[str]) -> None:
    asked = {metric for question in questions() for metric in question.metrics}
    assert len(asked) > 15
    assert asked - told == set()


async def test_every_metric_of_an_alert_is_one_that_the_bot_tells(told: set[str]) -> None:
    assert alert_metrics() - told == set()


@needs_promtool
@pytest.mark.parametrize("what", [("config", RULES.with_name("prometheus.yml")), ("rules", RULES)])
def test_prometheus_takes_what_is_shipped(what: tuple[str, Path]) -> None:
    assert PROMTOOL is not None
    kind, file = what
    checked = subprocess.run(
        [PROMTOOL, "check", kind, str(file)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@needs_promtool
def test_alerts_go_off_when_they_should_and_not_before() -> None:
    assert PROMTOOL is not None
    cases = Path(__file__).with_name("alerts.yml")
    tested = subprocess.run(
        [PROMTOOL, "test", "rules", str(cases)], capture_output=True, text=True, check=False
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr
