"""What a function counts reaches the log as EMF, and tells whether events come back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bellhop.domain.counts import EVENTS_FLOW, Count
from bellhop.metrics import Counter
from local.emulator.emf import Metric, metrics_of


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a handler that counts something, as `service`; the metrics that CloudWatch makes."""

    def run(service: str, *counts: Count, sign: int = 1, fail: bool = False) -> list[Metric]:
        monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", service)
        monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Bellhop")
        counter = Counter("trial")

        def handle(_event: dict[str, Any], _context: Any) -> None:
            for count in counts:
                counter.add(count, sign)
            if fail:
                raise TimeoutError

        handler = counter.flushing(handle)
        try:
            handler({}, None)  # type: ignore[arg-type] # the context is handed on, not used
        except TimeoutError:
            assert fail
        lines = capsys.readouterr().out.splitlines()
        assert all(json.loads(line) for line in lines)
        return [metric for line in lines for metric in metrics_of(line)]

    return run


def flow(metrics: list[Metric]) -> list[tuple[list[float], dict[str, str]]]:
    return [(each.values, each.dimensions) for each in metrics if each.name == EVENTS_FLOW]


SHARED = {"service": "bellhop", "stage": "trial"}


def test_a_sent_email_awaits_events_and_an_event_brings_them(flushed: Any) -> None:
    assert flow(flushed("send", Count.EMAILS_SENT, Count.EMAILS_SENT)) == [([0], SHARED)]
    assert flow(flushed("ingest", Count.EVENTS_RECEIVED)) == [([1], SHARED)]


def test_an_email_that_ses_did_not_take_awaits_nothing(flushed: Any) -> None:
    assert flow(flushed("send", Count.EMAILS_FAILED, Count.EMAILS_UNCERTAIN)) == []


def test_what_two_functions_count_is_one_metric_that_goes_up_and_down(flushed: Any) -> None:
    def silent(service: str, number: int) -> list[tuple[list[float], dict[str, str]]]:
        metrics = flushed(service, *[Count.EMAILS_SILENT] * abs(number), sign=number // abs(number))
        return [(each.values, each.dimensions) for each in metrics]

    assert silent("send", 3) == [([3], SHARED)]
    assert silent("ingest", -2) == [([-2], SHARED)]


def test_nothing_counted_writes_nothing(flushed: Any) -> None:
    assert flushed("send") == []


def test_what_was_counted_before_a_failure_is_written(flushed: Any) -> None:
    (sent, _flow) = flushed("send", Count.EMAILS_SENT, fail=True)
    assert (sent.name, sent.dimensions) == ("EmailsSent", {"service": "send", "stage": "trial"})


@pytest.mark.parametrize("count", Count)
def test_a_count_has_its_functions_name_as_a_dimension(flushed: Any, count: Count) -> None:
    counted = flushed(count.service, count)[0]
    assert counted.name == count.value
    assert counted.dimensions == {"service": count.service, "stage": "trial"}


def test_a_reason_is_one_more_dimension(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "ingest")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Bellhop")
    Counter("trial").add_by_reason(Count.EMAILS_BOUNCED, "user_unknown")
    (metric,) = metrics_of(capsys.readouterr().out)
    assert metric.name == "EmailsBounced"
    assert metric.dimensions == {"service": "ingest", "stage": "trial", "reason": "user_unknown"}


@pytest.mark.parametrize("number", [1, 99, 100, 101, 250])
def test_a_batch_of_any_size_is_one_count(flushed: Any, number: int) -> None:
    metrics = flushed("ingest", *[Count.EVENTS_RECEIVED] * number)
    values = [each.values for each in metrics if each.name == Count.EVENTS_RECEIVED]
    assert values == [[number]]
    assert flow(metrics) == [([1], SHARED)]
