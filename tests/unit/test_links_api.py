"""Private links to a sender's page: unguessable, few, and telling nothing when they ended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bellhop.domain.keys import Scope
from bellhop.domain.links import MOST_LINKS, hash_of
from bellhop.domain.senders import Sender, SenderState
from bellhop.usecases.authenticate import Authenticator
from bellhop.usecases.hand_over import end_links, find_shared, make_link
from tests.builders import NOW, TENANT
from tests.unit.api import an_api_key
from tests.unit.fakes import FakeClock, FakeKeys, FakeLinks, FakeSenders

DOMAIN = "hotel-sol.test"
PATH = f"/v1/senders/{DOMAIN}/link"


@pytest.fixture
def world():
    """A sender, its links and a clock, as the use cases take them."""
    senders = FakeSenders(
        Sender(tenant=TENANT, domain=DOMAIN, state=SenderState.PENDING, checked_at=NOW)
    )
    return {"senders": senders, "links": FakeLinks(senders), "clock": FakeClock(NOW)}


def make(world, lifetime=timedelta(days=14)):
    return make_link(DOMAIN, tenant=TENANT, lifetime=lifetime, **world)[0]


def opens(world, token):
    shared = find_shared(token, **world)
    return shared and shared[0].domain


def test_a_link_is_made_for_a_fortnight_and_kept_as_a_hash_only(crm, handler):
    before = datetime.now(UTC)
    status, body, _ = crm.request("POST", PATH, {})
    assert status == 201
    address, _, token = body["url"].rpartition("/")
    assert address == "https://api.example/s"
    (link,) = handler.senders.get(TENANT, DOMAIN).links
    assert (link.hash, handler.links.led) == (hash_of(token), {link.hash: (TENANT, DOMAIN)})
    assert token not in repr(link)
    lifetime = datetime.fromisoformat(body["expires_at"]) - before
    assert timedelta(days=14) <= lifetime < timedelta(days=14, minutes=1)


def test_no_two_links_are_alike_and_none_names_the_hotel(crm):
    urls = [crm.request("POST", PATH, {})[1]["url"] for _ in range(MOST_LINKS)]
    assert len(set(urls)) == MOST_LINKS
    tokens = [url.rpartition("/")[2] for url in urls]
    assert {len(token) for token in tokens} == {43}  # of 256 bits in base64
    assert not [token for token in tokens if "hotel" in token]


def test_a_sender_has_five_links_at_most_and_they_end_together(crm):
    for _ in range(MOST_LINKS):
        assert crm.request("POST", PATH, {})[0] == 201
    status, body, _ = crm.request("POST", PATH, {})
    assert (status, body["code"]) == (409, "too_many_links")
    assert f"DELETE {PATH}" in body["detail"]
    assert crm.request("DELETE", PATH)[:2] == (200, {"ended": MOST_LINKS})
    assert crm.request("DELETE", PATH)[:2] == (200, {"ended": 0})
    assert crm.request("POST", PATH, {})[0] == 201


@pytest.mark.parametrize("days", [0, 91, "soon"])
def test_a_link_lasts_from_one_day_to_ninety(crm, days):
    status, body, _ = crm.request("POST", PATH, {"days": days})
    assert (status, body["errors"][0]["pointer"]) == (422, "/days")


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_links_need_the_right_to_change_senders_and_a_sender(crm, handler, monkeypatch, method):
    body = {} if method == "POST" else None
    assert crm.request(method, "/v1/senders/hotel-mar.test/link", body)[0] == 404
    reader = an_api_key(crm.key, {Scope.SENDERS_READ})
    monkeypatch.setattr(handler, "authenticator", Authenticator(FakeKeys(reader), FakeClock(NOW)))
    assert crm.request(method, PATH, body)[0] == 403


def test_two_links_made_at_the_same_moment_are_never_half_kept(crm, handler):
    handler.links.raced = True
    assert crm.request("POST", PATH, {})[0] == 503
    assert handler.senders.get(TENANT, DOMAIN).links == ()


def test_a_link_opens_its_senders_page_until_it_runs_out(world):
    token = make(world, timedelta(days=1))
    assert opens(world, token) == DOMAIN
    world["clock"].now = NOW + timedelta(days=1) - timedelta(seconds=1)
    assert opens(world, token) == DOMAIN
    world["clock"].now = NOW + timedelta(days=1)
    assert opens(world, token) is None


def test_a_link_that_ran_out_makes_room(world):
    for _ in range(MOST_LINKS):
        make(world, timedelta(days=1))
    world["clock"].now = NOW + timedelta(days=1)
    assert opens(world, make(world)) == DOMAIN
    assert len(world["senders"].get(TENANT, DOMAIN).links) == 1


def test_a_link_that_was_ended_opens_nothing(world):
    token = make(world)
    end_links(DOMAIN, tenant=TENANT, **world)
    assert opens(world, token) is None


def test_links_end_with_their_sender(world):
    token = make(world)
    key = (TENANT, DOMAIN)
    kept = world["senders"].kept
    kept[key] = replace(kept[key], state=SenderState.REMOVING)
    assert opens(world, token) is None
    kept[key] = replace(kept[key], state=SenderState.PENDING, links=())  # added once more
    assert opens(world, token) is None
    del kept[key]
    assert opens(world, token) is None


@pytest.mark.parametrize(
    "token", ["", "x", "a" * 42, "a" * 43, "a" * 44, "../" * 14 + "a", "é" * 43]
)
def test_nothing_else_opens_a_page(world, token):
    make(world)
    assert opens(world, token) is None
