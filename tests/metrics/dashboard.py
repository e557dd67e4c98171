"""What the shipped dashboard and alerts ask of Prometheus."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from bot.settings import PROJECT

DASHBOARD = PROJECT / "deploy" / "grafana" / "comfycord.json"
RULES = PROJECT / "deploy" / "prometheus" / "comfycord.rules.yml"
METRIC = re.compile(r"\b(?:comfycord|process)_[a-z_]+\b")


@dataclass(frozen=True, slots=True)
class Question:
    panel: str
    expression: str

    @property
    def metrics(self) -> set[str]:
        return set(METRIC.findall(self.expression))

    def asked(self, *, window: str) -> str:
        """As Grafana sends it, for all processes."""
        return self.expression.replace("$__rate_interval", window).replace("$instance", ".*")


def questions() -> Iterator[Question]:
    """Of each panel of the dashboard."""
    dashboard = cast("Mapping[str, Any]", json.loads(DASHBOARD.read_text(encoding="utf-8")))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield Question(panel["title"], target["expr"])


def alert_metrics() -> set[str]:
    return set(METRIC.findall(RULES.read_text(encoding="utf-8")))
