"""Try once more: a suppression is lifted over the API, with everything behind it in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.contacts import COMPLAINT, MOST_LIFTINGS
from bellhop.domain.facts import FactKind
from bellhop.domain.identifiers import EmailId, contact_id, contact_key
from bellhop.domain.keys import Scope, new_key
from bellhop.usecases.authenticate import Authenticator
from bellhop.usecases.record_event import EmailEvent, record_event
from tests.builders import GUEST, NOW, TENANT, a_fact, a_record
from tests.unit.api import an_api_key
from tests.unit.fakes import FakeClock, FakeKeys, FakeTenants

CONTACT = contact_id(contact_key(TENANT, GUEST))
PATH = f"/v1/contacts/{CONTACT}/suppression"
BODY = {"by": "Marta, recepción", "why": "La huésped ha corregido su buzón"}
BOUNCE = {"reason": "user_unknown", "bounce_type": "Permanent"}


@pytest.fixture
def hear(handler):
    """Lets an email of the guest's meet its fate, as ingest records it."""

    def hear(fact, *, number=0, address=GUEST):
        email_id = EmailId.create(
            contact=contact_key(TENANT, GUEST),
            at=NOW + timedelta(minutes=number),
            request=number,
            recipient_index=0,
        )
        handler.records.kept[email_id] = a_record(id=email_id, address=address)
        handler.suppression_list.kept.add(address)
        record_event(
            EmailEvent(email_id=email_id, fact=fact),
            records=handler.records,
            contacts=handler.contacts,
            tenants=FakeTenants(),
        )

    return hear


def test_a_lifted_suppression_says_who_lifted_it_and_why(crm, handler, hear):
    hear(a_fact(FactKind.BOUNCE, **BOUNCE))
    assert crm.request("GET", f"/v1/contacts/{CONTACT}")[1]["suppression"]
    status, card, _ = crm.request("DELETE", PATH, BODY)
    assert (status, card["suppression"]) == (200, None)
    (lifting,) = card["liftings"]
    assert {name: lifting[name] for name in BODY} == BODY
    assert lifting["reason"] == "user_unknown"
    assert card["headline"]["sentence"].startswith("This address may be emailed again")
    assert card["works"] == "Emails to this address are still sent."
    assert not handler.suppression_list.kept
    assert handler.contacts.get(contact_key(TENANT, GUEST)).suppression is None


def test_every_spelling_that_ses_may_have_kept_is_taken_from_its_list(crm, handler, hear):
    hear(a_fact(FactKind.BOUNCE, **BOUNCE), address="Elena.Ruiz@correo.test")
    hear(a_fact(FactKind.BOUNCE, minutes=1, **BOUNCE), number=1)
    crm.request("DELETE", PATH, BODY)
    assert not handler.suppression_list.kept


def test_lifting_again_changes_nothing(crm, handler, hear):
    hear(a_fact(FactKind.BOUNCE, **BOUNCE))
    first = crm.request("DELETE", PATH, BODY)
    assert crm.request("DELETE", PATH, {"by": "Otra", "why": "Otra vez"})[1] == first[1]
    assert len(handler.contacts.get(contact_key(TENANT, GUEST)).liftings) == 1


def test_a_contact_that_is_not_suppressed_stays_as_it_is(crm, handler, hear):
    hear(a_fact(FactKind.DELIVERY))
    status, card, _ = crm.request("DELETE", PATH, BODY)
    assert (status, card["liftings"]) == (200, [])
    assert handler.suppression_list.kept == {GUEST}  # perhaps another hotel's


def test_a_newer_fact_suppresses_anew_and_an_older_one_does_not(crm, hear):
    hear(a_fact(FactKind.BOUNCE, **BOUNCE))
    crm.request("DELETE", PATH, BODY)
    hear(a_fact(FactKind.BOUNCE, minutes=-5, **BOUNCE), number=1)
    assert crm.request("GET", f"/v1/contacts/{CONTACT}")[1]["suppression"] is None
    hear(a_fact(FactKind.BOUNCE, minutes=10_000_000, **BOUNCE), number=2)
    card = crm.request("GET", f"/v1/contacts/{CONTACT}")[1]
    assert card["suppression"]["reason"] == "user_unknown"
    assert len(card["liftings"]) == 1


def test_a_clock_behind_that_of_ses_lifts_all_the_same(crm, hear):
    hear(a_fact(FactKind.BOUNCE, minutes=10_000_000, **BOUNCE))
    assert crm.request("DELETE", PATH, BODY)[1]["suppression"] is None


def test_a_complaint_is_lifted_with_its_reason_kept(crm, hear):
    hear(a_fact(FactKind.COMPLAINT))
    _, card, _ = crm.request("DELETE", PATH, BODY)
    assert (card["suppression"], card["liftings"][0]["reason"]) == (None, COMPLAINT)


def test_while_ses_does_not_answer_the_contact_stays_suppressed(crm, handler, hear):
    hear(a_fact(FactKind.BOUNCE, **BOUNCE))
    handler.suppression_list.is_down = True
    status, body, headers = crm.request("DELETE", PATH, BODY)
    assert (status, body["code"]) == (503, "suppression_not_lifted")
    assert headers["Retry-After"]
    card = crm.request("GET", f"/v1/contacts/{CONTACT}")[1]
    assert (card["suppression"]["reason"], card["liftings"]) == ("user_unknown", [])
    handler.suppression_list.is_down = False
    assert crm.request("DELETE", PATH, BODY)[1]["suppression"] is None


def test_a_crash_between_the_two_lists_is_mended_by_repeating(crm, handler, hear, monkeypatch):
    hear(a_fact(FactKind.BOUNCE, **BOUNCE))
    with monkeypatch.context() as patched:
        patched.setattr(handler.contacts, "lift", lambda *_: 1 / 0)
        assert crm.request("DELETE", PATH, BODY)[0] == 500
    assert not handler.suppression_list.kept
    assert crm.request("GET", f"/v1/contacts/{CONTACT}")[1]["suppression"]
    assert crm.request("DELETE", PATH, BODY)[1]["suppression"] is None


def test_the_newest_twenty_liftings_are_kept(crm, hear):
    for number in range(MOST_LIFTINGS + 2):
        hear(a_fact(FactKind.BOUNCE, minutes=10_000_000 + number, **BOUNCE), number=number)
        _, card, _ = crm.request("DELETE", PATH, BODY | {"why": f"Vez {number}"})
    whys = [lifting["why"] for lifting in card["liftings"]]
    assert whys == [f"Vez {number}" for number in range(MOST_LIFTINGS + 1, 1, -1)]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"by": None}, "/by"),
        ({"by": "  "}, "/by"),
        ({"by": "x" * 101}, "/by"),
        ({"why": ""}, "/why"),
        ({"why": "x" * 501}, "/why"),
        ({"why": "a\nb"}, "/why"),
        ({"when": "now"}, "/when"),
    ],
)
def test_who_and_why_are_asked_for(crm, handler, hear, change, pointer):
    hear(a_fact(FactKind.BOUNCE, **BOUNCE))
    status, body, _ = crm.request("DELETE", PATH, BODY | change)
    assert (status, [fault["pointer"] for fault in body["errors"]]) == (422, [pointer])
    assert handler.contacts.get(contact_key(TENANT, GUEST)).suppression


def test_another_hotels_contact_is_not_found_and_not_lifted(crm, handler, hear):
    hear(a_fact(FactKind.BOUNCE, **BOUNCE))
    crm.key = new_key("hotel-mar")
    stranger = replace(an_api_key(crm.key, Scope), tenant="hotel-mar")
    handler.authenticator = Authenticator(FakeKeys(stranger), FakeClock(NOW))
    assert crm.request("DELETE", PATH, BODY)[0] == 404
    assert handler.suppression_list.kept == {GUEST}
    assert handler.contacts.get(contact_key(TENANT, GUEST)).suppression


def test_lifting_needs_a_scope_of_its_own(crm, handler):
    keys = FakeKeys(an_api_key(crm.key, set(Scope) - {Scope.CONTACTS_WRITE}))
    handler.authenticator = Authenticator(keys, FakeClock(NOW))
    status, body, _ = crm.request("DELETE", PATH, BODY)
    assert (status, body["code"]) == (403, "scope_missing")
