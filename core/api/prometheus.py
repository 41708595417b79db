"""GET /metrics: the service's figures as Prometheus text."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from core.service.history import PROBLEMS
from core.service.tally import Histogram, Histograms
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
        yield from self._edits()
        yield from self._calls()
        yield from self._held()
        yield _gauge("process_cpu_percent", "Of one core.", figures.process_cpu_percent)
        yield _gauge("process_memory_rss_bytes", "Of this process.", figures.memory_rss)
        yield _gauge("system_cpu_percent", "Of all cores.", figures.cpu_percent)
        yield _gauge("system_memory_percent", "Of the machine.", figures.memory_percent)

    def _edits(self) -> Iterator[Metric]:
        tally, states = self._service.history.tally, self._service.desk.states
        found = GaugeMetricFamily("turnsmith_edits_standing", "Edits by state.", labels=["state"])
        for state in ("queued", "running", "stopping"):
            found.add_metric([state], states[state])
        yield found
        yield _times("edit_duration_seconds", "Edits that are over.", tally.edits)
        errors = CounterMetricFamily(
            "turnsmith_edit_errors", "Edits that failed, by kind and rule.", labels=["kind", "rule"]
        )
        for labels, number in tuple(tally.errors.items()):
            errors.add_metric(labels, number)
        yield errors
        yield _counter("cost", "Of all ended edits, in your contract's currency.", tally.cost)
        yield _counter("requests_named", "Requests that name themselves.", tally.asked)
        yield _counter("requests_repeated", "Of them, those known already.", tally.repeated)
        yield _times("http_request_duration_seconds", "Requests to the API.", tally.served)

    def _calls(self) -> Iterator[Metric]:
        if not (calls := self._service.calls):
            return
        standing, tally = calls.standing, self._service.history.tally
        yield _gauge("calls_running", "Calls to the model now.", standing.running)
        yield _gauge("calls_waiting", "Calls that stand in line.", standing.waiting)
        away = standing.circuit != "closed"
        yield _gauge("circuit_open", "1 while the model is left alone.", away)
        yield _time("call_wait_seconds", "In line.", tally.waits)
        yield _time("call_first_piece_seconds", "To the first piece of an answer.", tally.firsts)
        yield _time("call_duration_seconds", "Whole answers, without the line.", tally.calls)
        errors = CounterMetricFamily(
            "turnsmith_call_errors", "Calls that failed, by kind.", labels=["kind"]
        )
        for kind, number in tuple(tally.call_errors.items()):
            errors.add_metric([kind], number)
        yield errors
        yield _counter("call_retries", "Attempts that were made anew.", tally.retries)

    def _held(self) -> Iterator[Metric]:
        history = self._service.history
        held, row = history.census.latest, history.latest
        yield _gauge("store_up", "1 while the store answers.", history.usable)
        if held.size is not None:
            yield _gauge("store_bytes", "Of the database.", held.size)
        if held.today is not None:
            yield _gauge("cost_today", "Of all edits of the day, in UTC.", held.today)
        yield _gauge("cost_budget", "MAX_COST_A_DAY; 0 where there is none.", history.budget)
        yield _gauge("replicas", "Processes that hold a lease; 0 without.", len(held.replicas))
        yield _gauge("pages_open", "Tabs that can be seen.", history.tally.pages)
        lag = GaugeMetricFamily(
            "turnsmith_loop_lag_seconds", "The longest of the last second.", labels=["loop"]
        )
        for loop, field in (("server", "lag"), ("desk", "desk_lag")):
            lag.add_metric([loop], row.get(field, 0.0) / 1000)
        yield lag
        problems = GaugeMetricFamily("turnsmith_problem", "1 while there is one.", labels=["rule"])
        found = {one.rule for one in history.problems()}
        for rule in PROBLEMS:
            problems.add_metric([rule], rule in found)
        yield problems


def _time(name: str, about: str, one: Histogram) -> Metric:
    found = HistogramMetricFamily(f"turnsmith_{name}", about)
    found.add_metric([], list(one.buckets()), one.seconds)
    return found


def _times(name: str, about: str, many: Histograms) -> Metric:
    found = HistogramMetricFamily(f"turnsmith_{name}", about, labels=many.labels)
    for values, one in tuple(many.by.items()):
        found.add_metric(values, list(one.buckets()), one.seconds)
    return found


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"turnsmith_{name}", about, value)


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(f"turnsmith_{name}", about, value)
