"""Unit tests reach nothing: a socket opened by mistake fails the test."""

import importlib
from types import SimpleNamespace

import pytest
from pytest_socket import disable_socket, enable_socket

from bellhop.domain.emails import EmailClass
from bellhop.domain.keys import Scope
from bellhop.domain.senders import Sender, SenderState
from bellhop.usecases.authenticate import Authenticator
from tests.builders import NOW, TENANT
from tests.unit.api import ENVIRONMENT, Client, an_api_key
from tests.unit.fakes import (
    FakeClock,
    FakeContacts,
    FakeJobs,
    FakeKeys,
    FakeLane,
    FakeLinks,
    FakeRecords,
    FakeRequests,
    FakeSenders,
    FakeStops,
    FakeSuppressionList,
    FakeTenantSettings,
)


@pytest.fixture(autouse=True)
def _no_sockets():
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture
def handler(monkeypatch):
    """The services behind the API, all in memory, and its handler."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("api.handler")
    tenant_settings = FakeTenantSettings()
    sender = {"state": SenderState.VERIFIED, "checked_at": NOW, "domain": "hotel-sol.test"}
    services = SimpleNamespace(
        handler=module.handler,
        authenticator=module.services.authenticator,
        contacts=FakeContacts(),
        records=FakeRecords(),
        requests=FakeRequests(),
        senders=FakeSenders(Sender(tenant=TENANT, **sender)),
        tenant_settings=tenant_settings,
        known_settings=tenant_settings,
        suppression_list=FakeSuppressionList(),
        stops=FakeStops(),
        configuration_sets={each: each.value for each in EmailClass},
        lanes={each: FakeLane() for each in EmailClass},
        links=None,
        public_url="https://api.example",
        sender_jobs=FakeJobs(),
        region="eu-west-1",
        counter=module.services.counter,
        organisational_domain=module.services.organisational_domain,
        allow_reserved_domains=True,
    )
    services.links = FakeLinks(services.senders)
    monkeypatch.setattr(module, "services", services)
    return services


@pytest.fixture
def crm(handler, monkeypatch):
    client = Client(handler)
    client.keys = FakeKeys(an_api_key(client.key, Scope))
    monkeypatch.setattr(handler, "authenticator", Authenticator(client.keys, FakeClock(NOW)))
    return client
