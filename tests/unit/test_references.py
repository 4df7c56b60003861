"""Finding emails by the CRM's own references, with everything behind the API in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop import queues
from bellhop.domain.emails import EmailClass
from bellhop.domain.facts import FactKind
from bellhop.domain.identifiers import EmailId, contact_key, reference_key
from bellhop.domain.keys import Scope
from bellhop.usecases.authenticate import Authenticator
from tests.builders import GUEST, NOW, TENANT, a_fact, a_record
from tests.unit.api import EMAIL, an_api_key
from tests.unit.fakes import FakeClock, FakeKeys

PATH = "/v1/emails/lookup"


@pytest.fixture
def keep(handler):
    """Keeps a delivered email; by default of the guest g-17, about the booking B-2201."""

    def keep(number, *, address=GUEST, reference="B-2201", **changes):
        email_id = EmailId.create(
            contact=contact_key(TENANT, address),
            at=NOW + timedelta(minutes=number),
            request=number,
            recipient_index=0,
        )
        values = {"id": email_id, "address": address, "reference": reference, **changes}
        handler.records.kept[email_id] = a_record(a_fact(FactKind.DELIVERY), **values)
        return str(email_id)

    return keep


def ids(body):
    return [email["id"] for email in body["data"]]


def test_a_guests_emails_are_found_whichever_mailbox_they_went_to(crm, keep):
    first, second = keep(1), keep(2, address="elena@trabajo.test", reference="")
    _, body, _ = crm.request("POST", PATH, {"contact_ref": "g-17"})
    assert ids(body) == [second, first]
    assert body["data"][0]["to"] == "elena@trabajo.test"
    assert (body["data"][1]["contact_ref"], body["data"][1]["reference"]) == ("g-17", "B-2201")
    assert (body["has_more"], body["next"]) == (False, None)
    assert ids(crm.request("POST", PATH, {"reference": "B-2201"})[1]) == [first]


def test_a_guest_and_a_booking_of_one_name_are_two(crm, keep):
    keep(1)
    assert crm.request("POST", PATH, {"reference": "g-17"})[1]["data"] == []
    guest, booking = (reference_key(TENANT, kind, "x") for kind in ("contact_ref", "reference"))
    assert guest != booking
    assert guest != reference_key("hotel-mar", "contact_ref", "x")


def test_found_emails_come_by_the_page(crm, keep):
    kept = [keep(number) for number in range(5)]
    asked = {"reference": "B-2201", "limit": 3}
    _, first, _ = crm.request("POST", PATH, asked)
    _, second, _ = crm.request("POST", PATH, asked | {"after": first["next"]})
    assert ids(first) + ids(second) == kept[::-1]
    assert (first["has_more"], second["has_more"], second["next"]) == (True, False, None)


def test_another_hotels_emails_are_not_found(crm, keep):
    keep(1, tenant="hotel-mar")
    status, body, _ = crm.request("POST", PATH, {"reference": "B-2201"})
    assert (status, body["data"]) == (200, [])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"contact_ref": "g-17", "reference": "B-2201"}, ""),
        ({"reference": ""}, "/reference"),
        ({"reference": "x" * 201}, "/reference"),
        ({"reference": "B-2201", "limit": 101}, "/limit"),
        ({"reference": "B-2201", "after": "x"}, "/after"),
        ({"contact_ref": "a\nb"}, "/contact_ref"),
        ({"booking": "B-2201"}, "/booking"),
    ],
)
def test_one_reference_is_asked_for(crm, body, pointer):
    status, answer, _ = crm.request("POST", PATH, body)
    assert (status, answer["code"]) == (422, "invalid_request")
    assert answer["errors"][0]["pointer"] in {pointer, ""}


def test_looking_up_needs_the_scope_to_read_emails(crm, handler):
    keys = FakeKeys(an_api_key(crm.key, set(Scope) - {Scope.EMAILS_READ}))
    handler.authenticator = Authenticator(keys, FakeClock(NOW))
    assert crm.request("POST", PATH, {"reference": "B-2201"})[0] == 403


def test_a_reference_travels_with_its_email(crm, handler):
    crm.post(EMAIL | {"reference": "B-2201"})
    (email,) = handler.lanes[EmailClass.TRANSACTIONAL].emails
    assert email.reference == "B-2201"
    assert queues.decode(queues.encode(email)) == email
    assert queues.decode(queues.encode(replace(email, reference=""))).reference == ""
