"""Figures in the words of Prometheus. To be imported by whoever reads them: its library costs 10 ms and 1 MB."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client import ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.metrics.recording import Counter, Figure, Gauge, Histogram


class _All(Collector):
    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        yield from map(_family, self._figures)
        yield from ProcessCollector(registry=None).collect()


def exposition(figures: Sequence[Figure], accept: str) -> tuple[str, bytes]:
    """Content type and body, in the format that the reader's ``Accept`` header prefers.

    May be called in a thread while the bot goes on counting: each figure is right by itself.
    """
    encode, content_type = choose_encoder(accept)
    return content_type, encode(_All(figures))


def _family(figure: Figure) -> Metric:
    match figure:
        case Counter(name, about, labels):
            counter = CounterMetricFamily(name, about, labels=labels)
            for key, value in list(figure.values.items()):
                counter.add_metric(key, value)
            return counter
        case Gauge(name, about, labels):
            gauge = GaugeMetricFamily(name, about, labels=labels)
            for key, value in figure.values.items():
                gauge.add_metric(key, value)
            return gauge
        case Histogram(name, about, buckets, labels):
            bounds = [*(str(float(bound)) for bound in buckets), "+Inf"]
            histogram = HistogramMetricFamily(name, about, labels=labels)
            for key, measured in list(figure.values.items()):
                counts = list(accumulate(list(measured.counts)))
                histogram.add_metric(key, list(zip(bounds, counts, strict=True)), measured.total)
            return histogram
