"""GET /metrics: the service's figures as Prometheus text."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.service.wiring import Service

__all__ = ["CONTENT_TYPE", "text"]


def text(service: Service) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Figures(service))
    return generate_latest(registry)


class _Figures(Collector):
    """Reads nothing: it repeats what the service has at hand."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        counts, figures = self._service.desk.counts, self._service.sampler.latest
        yield _gauge("edits_active", "Edits that run now.", counts.active)
        ended = CounterMetricFamily("turnsmith_edits", "Ended edits.", labels=["outcome"])
        for outcome, number in counts.outcomes.items():
            ended.add_metric([outcome], number)
        yield ended
        yield _counter("edit_seconds", "Time of all ended edits.", counts.seconds)
        yield _counter("tokens_in", "Tokens read by the model.", counts.tokens_in)
        yield _counter("tokens_out", "Tokens written by the model.", counts.tokens_out)
        yield _counter("tokens_cached", "Of tokens_in, those read from a cache.", counts.cached)
        if calls := self._service.calls:
            standing = calls.standing
            yield _gauge("calls_running", "Calls to the model now.", standing.running)
            yield _gauge("calls_waiting", "Calls that stand in line.", standing.waiting)
            away = standing.circuit != "closed"
            yield _gauge("circuit_open", "1 while the model is left alone.", away)
        yield _gauge("process_cpu_percent", "Of one core.", figures.process_cpu_percent)
        yield _gauge("process_memory_rss_bytes", "Of this process.", figures.memory_rss)
        yield _gauge("system_cpu_percent", "Of all cores.", figures.cpu_percent)
        yield _gauge("system_memory_percent", "Of the machine.", figures.memory_percent)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"turnsmith_{name}", about, value)


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(f"turnsmith_{name}", about, value)
