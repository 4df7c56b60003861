"""A local page over real mail servers, with an API and a CloudWatch that a test lays ready."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from local.demo.crm import Answer, Crm
from local.internet import Internet
from local.page import PageServer, Site
from local.page.commands import Example

Named = tuple[str, tuple[tuple[str, str], ...]]
"""A metric's name and its dimensions, in the order of their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeCrm(Crm):
    """Answers each path as laid ready; remembers what was posted, with its language."""

    url: str = "http://127.0.0.1:1/api"
    key: str = "bellhop_hotel-sol_0"
    answers: dict[str, Answer] = field(default_factory=dict)
    posted: list[tuple[str, str, Any]] = field(default_factory=list)

    def post(self, path: str, body: object, *, idempotency_key: str = "") -> Answer:
        self.posted.append((path, idempotency_key or self.language, body))
        return self.answers[path]


@dataclass(slots=True, kw_only=True)
class FakeCloudWatch:
    """Dashboards' bodies by name, alarms as described, and points by metric."""

    dashboards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    alarms: list[dict[str, Any]] = field(default_factory=list)
    points: Mapping[Named, list[tuple[datetime, float]]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_dashboard(self, **parameters: str) -> dict[str, str]:
        return {"DashboardBody": json.dumps(self.dashboards[parameters["DashboardName"]])}

    def get_paginator(self, operation: str) -> Any:
        return _Pages(getattr(self, f"_{operation}"))

    def _list_dashboards(self) -> dict[str, Any]:
        return {"DashboardEntries": [{"DashboardName": name} for name in self.dashboards]}

    def _describe_alarms(self) -> dict[str, Any]:
        return {"MetricAlarms": self.alarms}

    def _get_metric_data(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        return {
            "MetricDataResults": [_result(query, self) for query in parameters["MetricDataQueries"]]
        }


@dataclass(frozen=True, slots=True)
class _Pages:
    operation: Any

    def paginate(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        yield self.operation(**parameters)


def _result(query: Mapping[str, Any], fake: FakeCloudWatch) -> dict[str, Any]:
    metric = query["MetricStat"]["Metric"]
    dimensions = tuple((each["Name"], each["Value"]) for each in metric["Dimensions"])
    points = fake.points.get((metric["MetricName"], dimensions), [])
    return {
        "Id": query["Id"],
        "Timestamps": [time for time, _ in points],
        "Values": [value for _, value in points],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What the page answered."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A browser as far as HTTP goes."""

    url: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def get(self, path: str, **query: str) -> Got:
        return self.ask("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, **form: str) -> Got:
        headers = {"Origin": f"http://{self.host}"}
        return self.ask("POST", path, urlencode(form), headers)

    def ask(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Got:
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            connection.request(method, path, body or None, dict(headers or {}))
            answer = connection.getresponse()
            text = answer.read().decode()
            return Got(status=answer.status, headers=dict(answer.headers), text=text)
        finally:
            connection.close()


@contextmanager
def page_of(
    internet: Internet, *, crm: Crm | None = None, cloudwatch: FakeCloudWatch | None = None
) -> Iterator[Visitor]:
    """A visitor of a served page."""
    site = Site(
        internet=internet,
        crm=crm or FakeCrm(),
        cloudwatch=cloudwatch or FakeCloudWatch(),
        environment={"AWS_REGION": "eu-west-1"},
        example=Example(email_id="em_1_2", contact_id="ct_1"),
    )
    with PageServer(site) as server:
        yield Visitor(url=server.url)
