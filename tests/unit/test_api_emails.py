"""Batches, validity, guarantees, resending and cancelling: the API over fakes."""

from datetime import UTC, datetime, timedelta

import pytest

from bellhop.domain.emails import Claim, EmailClass, Guarantee
from bellhop.domain.facts import FactKind
from bellhop.domain.status import Dispatch
from tests.builders import GUEST, a_fact, a_record
from tests.unit.api import EMAIL

BATCH = "/v1/emails/batch"


def batch(crm, *items, key="batch-1"):
    return crm.request("POST", BATCH, {"emails": list(items)}, idempotency_key=key)


def to(address, **changes):
    return EMAIL | {"to": [{"address": address}]} | changes


def ids(answer):
    return [[email["id"] for email in item["emails"]] for item in answer["items"]]


def queued(handler):
    return [email for lane in handler.lanes.values() for email in lane.emails]


def test_each_item_of_a_batch_has_its_result_in_its_place(crm, handler):
    bad = to("a@correo.test", subject="")
    stranger = to("b@correo.test") | {"from": {"address": "x@hotel-mar.test"}}
    status, answer, _ = batch(crm, to("c@correo.test"), bad, stranger, to("d@correo.test"))
    assert status == 202
    assert [item["result"] for item in answer["items"]] == [
        "accepted",
        "rejected",
        "rejected",
        "accepted",
    ]
    problems = [item["problem"] and item["problem"]["code"] for item in answer["items"]]
    assert problems == [None, "invalid_request", "sender_not_found", None]
    assert answer["items"][1]["problem"]["errors"][0]["pointer"] == "/subject"
    sent_to = [email.recipient.mailbox.address for email in queued(handler)]
    assert sent_to == ["c@correo.test", "d@correo.test"]


def test_a_repeated_batch_is_the_same_batch(crm):
    items = [to("a@correo.test"), to("b@correo.test")]
    _, first, headers = batch(crm, *items)
    assert "Idempotent-Replayed" not in headers
    _, again, headers = batch(crm, *items)
    assert headers["Idempotent-Replayed"] == "true"
    assert ids(again) == ids(first)
    assert [item["replayed"] for item in again["items"]] == [True, True]


def test_items_with_keys_of_their_own_may_be_reordered_under_another_key(crm):
    one = to("a@correo.test", idempotency_key="booking-1")
    two = to("b@correo.test", idempotency_key="booking-2")
    _, first, _ = batch(crm, one, two)
    _, again, _ = batch(crm, two, to("c@correo.test"), one, key="batch-2")
    assert ids(again)[0] == ids(first)[1]
    assert ids(again)[2] == ids(first)[0]
    assert [item["replayed"] for item in again["items"]] == [True, False, True]


def test_a_reordered_batch_without_keys_is_told_so_item_by_item(crm):
    batch(crm, to("a@correo.test"), to("b@correo.test"))
    _, again, _ = batch(crm, to("b@correo.test"), to("a@correo.test"))
    codes = {item["problem"]["code"] for item in again["items"]}
    assert codes == {"idempotency_key_reused"}


@pytest.mark.parametrize("key", ["batch-1:0", "batch-10", "batch-1", "0"])
def test_a_key_that_looks_like_a_batch_item_is_another_request(crm, key):
    _, answer, _ = batch(crm, to(GUEST))
    status, single, headers = crm.post(to(GUEST), key=key)
    assert (status, "Idempotent-Replayed" in headers) == (202, False)
    assert single["emails"][0]["id"] not in ids(answer)[0]
    own = to(GUEST, idempotency_key=key)
    _, other, _ = batch(crm, own, key="batch-3")
    assert not other["items"][0]["replayed"]


@pytest.mark.parametrize("emails", [[], [EMAIL] * 101, "x", None])
def test_a_batch_has_1_to_100_items(crm, emails):
    status, body, _ = crm.request("POST", BATCH, {"emails": emails}, idempotency_key="b")
    assert (status, body["errors"][0]["pointer"]) == (422, "/emails")


@pytest.mark.parametrize("item", [None, 7, "x", [], {}, {"idempotency_key": ""}])
def test_an_item_that_is_no_email_spoils_nothing(crm, item):
    status, answer, _ = batch(crm, item, to(GUEST))
    assert status == 202
    assert [each["result"] for each in answer["items"]] == ["rejected", "accepted"]


def test_a_lane_that_is_down_rejects_its_items_alone(crm, handler):
    handler.lanes[EmailClass.MARKETING].is_down = True
    offer = to("a@correo.test", **{"class": "marketing"})
    offer["to"] = [{"address": "a@correo.test", "unsubscribe_url": "https://crm.example/u"}]
    _, answer, _ = batch(crm, offer, to("b@correo.test"))
    assert [item["result"] for item in answer["items"]] == ["rejected", "accepted"]
    problem = answer["items"][0]["problem"]
    assert (problem["status"], problem["code"]) == (503, "not_accepted")
    handler.lanes[EmailClass.MARKETING].is_down = False
    _, again, _ = batch(crm, offer, to("b@correo.test"))
    assert [item["result"] for item in again["items"]] == ["accepted", "accepted"]


def test_a_queued_email_shows_all_that_was_asked_for(crm):
    until = (datetime.now(UTC) + timedelta(hours=5)).replace(microsecond=0)
    asked = EMAIL | {"not_after": until.isoformat(), "guarantee": "at_most_once"}
    _, accepted, _ = crm.post(asked | {"metadata": {"booking": "B-1"}})
    _, found, _ = crm.request("GET", accepted["emails"][0]["url"])
    assert (found["status"], found["attempts"], found["timeline"]) == ("queued", 0, [])
    assert (found["subject"], found["to"]) == (EMAIL["subject"], GUEST)
    assert (found["contact_ref"], found["metadata"]) == ("g-17", {"booking": "B-1"})
    assert found["guarantee"] == "at_most_once"
    assert datetime.fromisoformat(found["not_after"]) == until


def test_guarantees_by_class(crm, handler):
    crm.post()
    crm.post(
        EMAIL
        | {"class": "marketing"}
        | {"to": [{"address": GUEST, "unsubscribe_url": "https://crm.example/u"}]},
        key="key-2",
    )
    assert [email.guarantee for email in queued(handler)] == [
        Guarantee.AT_LEAST_ONCE,
        Guarantee.AT_MOST_ONCE,
    ]


@pytest.mark.parametrize("hours", [-1, 7 * 24 + 1])
def test_a_validity_that_is_over_or_too_long_is_refused(crm, handler, hours):
    until = datetime.now(UTC) + timedelta(hours=hours)
    status, body, _ = crm.post(EMAIL | {"not_after": until.isoformat()})
    assert (status, body["code"]) == (422, "not_after_refused")
    assert body["errors"][0]["pointer"] == "/not_after"
    assert not queued(handler)


def test_a_time_without_its_zone_is_refused(crm):
    status, body, _ = crm.post(EMAIL | {"not_after": "2030-01-01T10:00:00"})
    assert (status, body["errors"][0]["pointer"]) == (422, "/not_after")


def test_a_new_email_names_the_one_that_it_replaces(crm):
    _, first, _ = crm.post()
    replaced = first["emails"][0]["id"]
    _, again, _ = crm.post(EMAIL | {"resend_of": replaced}, key="key-2")
    _, found, _ = crm.request("GET", again["emails"][0]["url"])
    assert found["resend_of"] == replaced


@pytest.mark.parametrize("tenant", ["none", "hotel-mar"])
def test_only_ones_own_email_can_be_replaced(crm, handler, tenant):
    record = a_record(tenant=tenant)
    if tenant != "none":
        handler.records.kept[record.id] = record
    status, body, _ = crm.post(EMAIL | {"resend_of": str(record.id)})
    assert (status, body["code"]) == (422, "resend_of_not_found")


def test_a_waiting_email_can_be_cancelled_and_stays_so(crm, handler):
    _, accepted, _ = crm.post()
    url = accepted["emails"][0]["url"]
    for _ in range(2):
        status, body, _ = crm.request("POST", f"{url}/cancel")
        assert (status, body["status"]) == (200, "cancelled")
    _, found, _ = crm.request("GET", url)
    assert (found["status"], found["subject"]) == ("cancelled", EMAIL["subject"])
    (email,) = queued(handler)
    claim = Claim(attempt="at_1", lease_until=datetime.now(UTC))
    assert handler.records.claim(email, claim) is not None  # `send` finds it ended


def test_what_may_have_been_sent_cannot_be_cancelled(crm, handler):
    record = a_record(a_fact("sent"))
    handler.records.kept[record.id] = record
    status, body, _ = crm.request("POST", f"/v1/emails/{record.id}/cancel")
    assert (status, body["code"]) == (409, "email_not_cancellable")
    assert "sent already" in body["detail"]


def test_what_was_put_aside_for_an_operator_can_be_cancelled(crm, handler):
    record = a_record(a_fact(FactKind.PARKED, attempt=None), dispatch=Dispatch.DONE)
    handler.records.kept[record.id] = record
    status, body, _ = crm.request("POST", f"/v1/emails/{record.id}/cancel")
    assert (status, body["status"]) == (200, "cancelled")
    assert not handler.records.reopen(record.id)  # no operator can return it any more


def test_another_hotels_email_cannot_be_cancelled(crm, handler):
    record = a_record(tenant="hotel-mar")
    handler.records.kept[record.id] = record
    assert crm.request("POST", f"/v1/emails/{record.id}/cancel")[0] == 404
