from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.errors import ScopeMissingError, UnauthenticatedError
from bellhop.domain.keys import ApiKey, Scope, hash_of, new_key, tenant_of
from bellhop.usecases.authenticate import Authenticator, require
from bellhop.usecases.remembered import CACHE_TIME
from tests.builders import NOW, TENANT
from tests.unit.fakes import FakeClock, FakeKeys


@pytest.fixture
def text():
    return new_key(TENANT)


@pytest.fixture
def key(text):
    return ApiKey(
        tenant=TENANT,
        hash=hash_of(text),
        name="crm",
        scopes=frozenset({Scope.EMAILS_SEND}),
        created_at=NOW,
    )


def test_a_key_says_its_tenant_and_keeps_its_secret(text, key):
    assert tenant_of(text) == TENANT
    assert text.rpartition("_")[2] not in repr(key)


def test_two_keys_are_never_alike():
    assert len({new_key(TENANT) for _ in range(100)}) == 100


def test_a_good_key_is_let_in(text, key):
    assert Authenticator(FakeKeys(key), FakeClock(NOW)).authenticate(f"Bearer {text}") == key


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eA==", "Bearer bellhop__x", "bearer bellhop_h_1"]
)
def test_what_is_no_key_is_told_how_to_send_one(header, key):
    with pytest.raises(UnauthenticatedError, match="Authorization: Bearer"):
        Authenticator(FakeKeys(key), FakeClock(NOW)).authenticate(header)


@pytest.mark.parametrize(
    "change",
    [{"revoked_at": NOW}, {"expires_at": NOW}, {"hash": "0" * 64}],
    ids=["revoked", "expired", "unknown"],
)
def test_a_bad_key_is_refused(text, key, change):
    keys = FakeKeys(replace(key, **change))
    with pytest.raises(UnauthenticatedError, match="unknown, expired or revoked"):
        Authenticator(keys, FakeClock(NOW)).authenticate(f"Bearer {text}")


def test_a_key_is_read_once_a_minute_and_revocation_takes_no_longer(text, key):
    keys, clock = FakeKeys(key), FakeClock(NOW)
    authenticator = Authenticator(keys, clock)
    for _ in range(3):
        authenticator.authenticate(f"Bearer {text}")
    assert keys.reads == 1
    keys.kept[TENANT, key.hash] = replace(key, revoked_at=NOW)
    clock.now = NOW + CACHE_TIME
    with pytest.raises(UnauthenticatedError):
        authenticator.authenticate(f"Bearer {text}")


def test_a_key_that_expires_is_refused_even_while_remembered(text, key):
    clock = FakeClock(NOW)
    expiring = replace(key, expires_at=NOW + timedelta(seconds=10))
    authenticator = Authenticator(FakeKeys(expiring), clock)
    authenticator.authenticate(f"Bearer {text}")
    clock.pass_time(seconds=10)
    with pytest.raises(UnauthenticatedError):
        authenticator.authenticate(f"Bearer {text}")


def test_a_missing_scope_is_named(key):
    with pytest.raises(
        ScopeMissingError, match="lacks the scope contacts:read; it has emails:send"
    ):
        require(key, Scope.CONTACTS_READ)
