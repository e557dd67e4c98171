"""Figures as Prometheus reads them, in both of its formats."""

from collections.abc import Iterable
from typing import cast

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics.exposition import exposition
from bot.metrics.recording import Counter, Gauge, Histogram

OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def _figures() -> tuple[Counter, Counter, Gauge, Histogram]:
    plain, counter = Counter("plain", "x"), Counter("asked", "Asked", ("who",))
    counter.add('a "b"\n\\')
    counter.add('a "b"\n\\', count=2)
    gauge = Gauge("now", "Now", ("place",), {("x",): 2.5})
    histogram = Histogram("took_seconds", "Took", (0.1, 1))
    for seconds in (0.1, 0.5, 3):
        histogram.observe(seconds)
    return plain, counter, gauge, histogram


@pytest.mark.parametrize("accept", ["", "text/plain", OPENMETRICS])
def test_what_was_counted_is_read_again(accept: str) -> None:
    content_type, body = exposition(_figures(), accept)
    is_open = "openmetrics" in content_type
    assert is_open is (accept == OPENMETRICS)
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in _parsed(body.decode(), is_open=is_open)
        for sample in family.samples
        if not sample.name.startswith("process_")
    }
    assert samples == {
        ("plain_total",): 0,
        ("asked_total", 'a "b"\n\\'): 3,
        ("now", "x"): 2.5,
        ("took_seconds_bucket", "0.1"): 1,
        ("took_seconds_bucket", "1.0"): 2,
        ("took_seconds_bucket", "+Inf"): 3,
        ("took_seconds_count",): 3,
        ("took_seconds_sum",): 3.6,
    }


def _parsed(words: str, *, is_open: bool) -> Iterable[Metric]:
    if is_open:
        return cast("Iterable[Metric]", openmetrics.text_string_to_metric_families(words))  # pyright: ignore[reportUnknownMemberType]  # theirs
    return text_string_to_metric_families(words)
