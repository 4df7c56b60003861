"""Unit tests reach nothing: a socket opened by mistake fails the test."""

import importlib

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
    FakeKeys,
    FakeLane,
    FakeRecords,
    FakeRequests,
    FakeSenders,
)


@pytest.fixture(autouse=True)
def _no_sockets():
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture
def handler(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("api.handler")
    monkeypatch.setattr(module, "records", FakeRecords())
    monkeypatch.setattr(module, "contacts", FakeContacts())
    monkeypatch.setattr(module, "requests", FakeRequests())
    monkeypatch.setattr(module, "lanes", {each: FakeLane() for each in EmailClass})
    sender = {"state": SenderState.VERIFIED, "checked_at": NOW, "domain": "hotel-sol.test"}
    monkeypatch.setattr(module, "senders", FakeSenders(Sender(tenant=TENANT, **sender)))
    return module


@pytest.fixture
def crm(handler, monkeypatch):
    client = Client(handler)
    client.keys = FakeKeys(an_api_key(client.key, Scope))
    monkeypatch.setattr(handler, "authenticator", Authenticator(client.keys, FakeClock(NOW)))
    return client
