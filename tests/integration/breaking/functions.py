"""The deployed functions' own modules in this process, each started anew when it was killed."""

from __future__ import annotations

import importlib.util
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID

import boto3
import botocore.httpsession

from bellhop import clock
from bellhop.domain.keys import Scope
from bellhop.domain.senders import Sender, SenderState
from bellhop.store import table
from bellhop.store.senders import SenderStore
from bellhop.store.tenants import KeyStore
from tests.builders import NOW, TENANT
from tests.integration.breaking.wire import Wire
from tests.unit.api import ENVIRONMENT, Client, an_api_key
from tests.unit.fakes import FakeClock

LEASE, WINDOW = 90, 900  # seconds
SETTINGS = ENVIRONMENT | {
    "BELLHOP_TRANSACTIONAL_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead",
    "BELLHOP_MARKETING_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead",
    "BELLHOP_EVENTS_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead",
    "BELLHOP_LEASE_SECONDS": str(LEASE),
    "BELLHOP_TRANSACTIONAL_WINDOW_SECONDS": str(WINDOW),
    "BELLHOP_MARKETING_WINDOW_SECONDS": str(WINDOW),
    "BELLHOP_CONCURRENCY": "2",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_METRICS_DISABLED": "true",
}
CONTEXT = SimpleNamespace(
    function_name="send",
    aws_request_id="1",
    memory_limit_in_mb=512,
    get_remaining_time_in_millis=lambda: 60_000,
)


class Functions:
    """``api``, ``send`` and ``ingest``, each as a process that may end."""

    def __init__(self) -> None:
        self._api: Any = _load("api")
        self._api.PublicSuffixList = cache(self._api.PublicSuffixList)  # half a second each time
        self.crm = Client(self._api)
        self.restart_all()

    def restart_all(self) -> None:
        """Cold starts: nothing is remembered."""
        for name in ("api", "send", "ingest"):
            self.restart(name)

    def restart(self, name: str) -> None:
        """A cold start of one function."""
        if name == "api":  # its routes take long to make, and remember nothing
            self._api.services = self._api.wire(
                self._api.Settings.read(), self._api.ApiSettings.read()
            )
        else:
            setattr(self, name, _load(name))

    def hand(self, name: str, record: dict[str, Any]) -> bool:
        """Hands one message to ``send`` or ``ingest``; whether it is done with."""
        answer = getattr(self, name).handler({"Records": [record]}, CONTEXT)
        return not answer["batchItemFailures"]


def _load(name: str) -> Any:
    found = importlib.util.find_spec(f"{name}.handler")
    assert found is not None
    assert found.origin is not None
    spec = importlib.util.spec_from_file_location(f"broken_{name}", found.origin)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def wired() -> Iterator[tuple[Functions, list[Wire]]]:
    """The functions, and a list whose last entry is the wire that they are on."""
    wires = [Wire(clock=FakeClock(NOW))]

    @cache
    def one_client(service: str, options: str) -> Any:
        return make(service, config=configurations[service, options])

    def client(service: str, config: Any = None) -> Any:
        options = repr(sorted(vars(config).items(), key=str)) if config else ""
        configurations[service, options] = config
        return one_client(service, options)

    make: Any = boto3.client
    configurations: dict[tuple[str, str], Any] = {}
    numbers = itertools.count()
    with (
        patch.dict(os.environ, SETTINGS),
        patch.object(boto3, "client", client),
        patch.object(clock, "now", lambda: wires[-1].clock()),
        # botocore names each call, and the kernel's random numbers take longer than the call.
        patch("uuid.uuid4", lambda: UUID(int=next(numbers))),
        patch("time.sleep", lambda _seconds: None),  # botocore waits before it repeats a call
        patch.object(
            botocore.httpsession.URLLib3Session,
            "send",
            lambda _session, request: wires[-1].send(request),
        ),
    ):
        _make_table()
        yield _with_a_hotel(Functions()), wires


def _make_table() -> None:
    table.bind(SETTINGS["BELLHOP_TABLE"], SETTINGS["AWS_REGION"])
    if not table.Item.exists():
        table.Item.create_table(billing_mode="PAY_PER_REQUEST")


def _with_a_hotel(functions: Functions) -> Functions:
    KeyStore().put(an_api_key(functions.crm.key, Scope))
    SenderStore().put(
        Sender(tenant=TENANT, domain="hotel-sol.test", state=SenderState.VERIFIED, checked_at=NOW)
    )
    return functions
