"""The stores keep their promises over the real DynamoDB protocol."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.claims import Standing, standing_of
from bellhop.domain.contacts import Suppression
from bellhop.domain.emails import Claim, DeliveryRecord, EmailClass
from bellhop.domain.facts import FactKind
from bellhop.domain.identifiers import EmailId, contact_key, reference_key
from bellhop.domain.keys import ApiKey, Scope
from bellhop.domain.links import Link
from bellhop.domain.reasons import Reason, SuppressionRule
from bellhop.domain.references import Reference, ReferenceKind
from bellhop.domain.senders import Alignment, Sender, SenderState
from bellhop.domain.status import Dispatch, Status, outcome_of
from bellhop.domain.stops import StopReason
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.domain.uncertainty import Heard
from bellhop.store import table
from bellhop.store.contacts import ContactStore
from bellhop.store.event_flow import EventFlowStore, HeardEvents
from bellhop.store.links import LinkStore
from bellhop.store.records import RecordStore
from bellhop.store.requests import RequestStore
from bellhop.store.senders import SenderStore
from bellhop.store.stops import StopStore
from bellhop.store.survey import records_between
from bellhop.store.table import ContactItem
from bellhop.store.tenant_settings import TenantSettingsStore
from bellhop.store.tenants import KeyStore, TenantStore
from bellhop.usecases.ports import AcceptedRequest
from bench.local_table import local_table, metered
from tests.builders import GUEST, NOW, TENANT, a_fact, a_record, an_email

LEASE = timedelta(seconds=90)
pytestmark = pytest.mark.usefixtures("_table")


@pytest.fixture(scope="module")
def _table() -> Iterator[None]:
    with local_table():
        yield


_numbers = itertools.count()


@pytest.fixture
def email():
    """An email of a contact that no other test knows."""
    return an_email(f"guest{next(_numbers)}@correo.test")


@pytest.fixture
def records() -> RecordStore:
    return RecordStore(keep=timedelta(days=400))


@pytest.fixture
def contacts() -> ContactStore:
    return ContactStore()


def a_claim(attempt: str = "at_1") -> Claim:
    alignment = Alignment(dkim=True, spf=False, checked_at=NOW)
    return Claim(attempt=attempt, lease_until=NOW + LEASE, alignment=alignment)


def test_a_record_comes_back_as_it_was_written(records, email):
    assert records.claim(email, a_claim()) is None
    record = records.get(email.id)
    assert record.sender == email.sender
    assert record.recipient == email.recipient
    assert record.metadata == email.metadata
    assert (record.dispatch, record.claim, record.attempts) == (Dispatch.CLAIMED, a_claim(), 1)


def test_only_one_of_twenty_workers_gets_the_claim(records, email):
    results = []
    barrier = threading.Barrier(20)

    def work(number: int) -> None:
        barrier.wait()
        results.append(records.claim(email, a_claim(f"at_{number}")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    in_the_way = [record for record in results if record is not None]
    assert len(in_the_way) == 19
    assert all(record.dispatch is Dispatch.CLAIMED for record in in_the_way)


def test_a_claim_whose_answer_was_lost_is_recognised_as_our_own(records, email):
    records.claim(email, a_claim())
    in_the_way = records.claim(email, a_claim())
    assert standing_of(in_the_way, "at_1", NOW) is Standing.OURS


def test_a_released_email_can_be_claimed_again_and_counts_its_attempts(records, email):
    records.claim(email, a_claim("at_1"))
    records.release(email.id, "at_1")
    assert records.get(email.id).claim is None
    assert records.claim(email, a_claim("at_2")) is None
    assert records.get(email.id).attempts == 1


def test_a_second_claim_that_is_given_back_leaves_the_uncertain_one(records, email):
    records.claim(email, a_claim("at_1"))
    records.mark_uncertain(email.id, "at_1", NOW)
    before = records.get(email.id)
    assert records.claim_again(email.id, before.claim, a_claim("at_2"))
    records.release(email.id, "at_2", before.claim)
    assert records.get(email.id) == before


def test_nobody_releases_somebody_elses_claim(records, email):
    records.claim(email, a_claim("at_1"))
    records.release(email.id, "at_other")
    assert records.get(email.id).claim == a_claim("at_1")


def test_a_lease_that_ran_out_is_uncertain_until_a_fact_settles_it(records, email):
    records.claim(email, a_claim())
    later = NOW + LEASE + timedelta(seconds=1)
    in_the_way = records.claim(email, a_claim("at_2"))
    assert standing_of(in_the_way, "at_2", later) is Standing.UNCERTAIN
    assert not records.mark_uncertain(email.id, "at_other", later)
    assert records.mark_uncertain(email.id, "at_1", later)
    assert not records.mark_uncertain(email.id, "at_1", later + LEASE)
    assert records.get(email.id).claim.uncertain_since == later
    records.add(email.id, a_fact(FactKind.SEND))
    assert records.claim(email, a_claim("at_2")).dispatch is Dispatch.DONE


def test_an_uncertain_claim_is_replaced_once(records, email):
    records.claim(email, a_claim())
    assert records.claim_again(email.id, a_claim(), a_claim("at_2"))
    assert records.claim_again(email.id, a_claim(), a_claim("at_2"))  # its answer was lost
    assert not records.claim_again(email.id, a_claim(), a_claim("at_3"))
    record = records.get(email.id)
    assert (record.claim, record.attempts) == (a_claim("at_2"), 2)


def test_news_of_an_attempt_comes_before_a_second_one(records, email):
    records.claim(email, a_claim())
    records.add(email.id, a_fact(FactKind.DELIVERY))
    assert not records.claim_again(email.id, a_claim(), a_claim("at_2"))
    assert not records.give_up(email.id, "at_1", a_fact(FactKind.UNKNOWN))
    assert [fact.kind for fact in records.get(email.id).facts] == [FactKind.DELIVERY]


def test_an_email_that_is_given_up_is_unknown_until_news_come(records, email):
    records.claim(email, a_claim())
    assert records.give_up(email.id, "at_1", a_fact(FactKind.UNKNOWN))
    record = records.get(email.id)
    assert outcome_of(record.facts, record.dispatch).status is Status.UNKNOWN
    record = records.add(email.id, a_fact(FactKind.DELIVERY)).record
    assert outcome_of(record.facts, record.dispatch).status is Status.DELIVERED


def test_what_was_sent_cannot_be_claimed_or_closed(records, email):
    records.claim(email, a_claim())
    records.complete(email.id, a_fact(FactKind.SENT, message_id="0102"))
    assert records.claim(email, a_claim("at_2")).dispatch is Dispatch.DONE
    suppressed = a_fact(FactKind.SUPPRESSED, attempt=None)
    in_the_way = records.close(DeliveryRecord.of(email, Dispatch.DONE), suppressed)
    assert in_the_way.dispatch is Dispatch.DONE
    record = records.get(email.id)
    assert [fact.kind for fact in record.facts] == [FactKind.SENT]


def test_closing_ends_an_email_that_was_never_claimed_or_was_released(records, email):
    fact = a_fact(FactKind.SUPPRESSED, attempt=None, reason="complaint")
    records.claim(email, a_claim())
    records.release(email.id, "at_1")
    assert records.close(DeliveryRecord.of(email, Dispatch.DONE), fact) is None
    record = records.get(email.id)
    assert outcome_of(record.facts, record.dispatch).status is Status.SUPPRESSED
    assert records.claim(email, a_claim()).dispatch is Dispatch.DONE


def test_every_order_of_facts_gives_the_same_record(records, email):
    facts = [
        a_fact(FactKind.DELAY, minutes=1, diagnostic="smtp; 451 4.7.1 later"),
        a_fact(FactKind.DELIVERY, minutes=2, smtp_response="250 OK"),
        a_fact(FactKind.BOUNCE, minutes=3, reason="user_unknown"),
    ]
    seen = set()
    for number, order in enumerate(itertools.permutations(facts)):
        one = replace(email, id=replace(email.id, ulid=f"{number:026}"))
        records.claim(one, a_claim())
        for fact in (*order, *order):
            assert records.add(one.id, fact) is not None
        seen.add(str(records.get(one.id).facts))
    assert len(seen) == 1


def test_a_repeated_fact_is_told_apart_from_a_new_one(records, email):
    records.claim(email, a_claim())
    fact = a_fact(FactKind.DELIVERY)
    assert records.add(email.id, fact).is_new
    again = records.add(email.id, fact)
    assert not again.is_new
    assert again.record == records.get(email.id)


def test_a_fact_about_a_record_that_is_gone_brings_nothing_back(records, email):
    assert records.add(email.id, a_fact(FactKind.DELIVERY)) is None
    records.complete(email.id, a_fact(FactKind.SENT))
    assert records.get(email.id) is None


def test_records_expire_in_seconds_counted_from_acceptance(records, email):
    records.claim(email, a_claim())
    item = table.EmailItem.get(f"C#{email.id.contact}", f"E#{email.id.ulid}")
    assert item.expires_at == (NOW + timedelta(days=400)).timestamp()


def test_a_contacts_emails_come_newest_first_by_the_page(records, email):
    contact = email.id.contact
    ids = [
        EmailId.create(contact=contact, at=NOW + timedelta(seconds=n), request=n, recipient_index=0)
        for n in range(5)
    ]
    for email_id in ids:
        records.claim(replace(email, id=email_id), a_claim())
    newest, more = records.page(contact, limit=2, before=None)
    assert ([r.id for r in newest], more) == ([ids[4], ids[3]], True)
    rest, more = records.page(contact, limit=3, before=newest[-1].id.ulid)
    assert ([r.id for r in rest], more) == ([ids[2], ids[1], ids[0]], False)


def a_suppression(identity: str = "bounce-1", minutes: float = 0) -> Suppression:
    at = NOW + timedelta(minutes=minutes)
    return Suppression(identity=identity, reason="user_unknown", at=at, email_id="em_1")


def test_a_contacts_emails_are_read_with_what_was_written_just_before(records, email):
    asked = []
    events = table.Item._get_connection().connection.client.meta.events
    events.register(
        "provide-client-params.dynamodb.Query", lambda params, **_: asked.append(params)
    )
    records.page(email.id.contact, limit=1, before=None)
    assert [each["ConsistentRead"] for each in asked] == [True]


def test_a_suppression_is_kept_once_and_a_second_beside_it(contacts, email):
    key = email.id.contact
    for suppression in (a_suppression(), a_suppression(), a_suppression("complaint-1", -5)):
        contacts.suppress(tenant=TENANT, key=key, address=GUEST, suppression=suppression)
    contact = contacts.get(key)
    assert len(contact.suppressions) == 2
    assert contact.suppression == a_suppression("complaint-1", -5)
    assert (contact.tenant, contact.address) == (TENANT, GUEST)


def test_a_contact_that_was_never_suppressed_has_no_item(contacts, email):
    assert contacts.get(email.id.contact) is None


def test_a_key_is_blocked_until_its_time_and_then_free():
    store = RequestStore()
    request = AcceptedRequest(
        tenant=TENANT,
        key=next(_numbers),
        payload_hash="one",
        emails=tuple(
            DeliveryRecord.of(an_email(address), Dispatch.WAITING)
            for address in ("one@correo.test", "two@correo.test")
        ),
        blocks_until=NOW + timedelta(hours=72),
    )
    assert store.put(request, NOW)
    assert not store.put(replace(request, payload_hash="two"), NOW + timedelta(hours=71))
    assert store.get(TENANT, request.key) == request
    later = replace(request, payload_hash="two")
    assert store.put(later, NOW + timedelta(hours=72))
    assert store.get(TENANT, request.key) == later
    assert store.get("hotel-mar", request.key) is None


def test_a_reference_leads_to_its_emails_by_the_page(records, email):
    booking = Reference(kind=ReferenceKind.REFERENCE, text="B-7")
    emails = [
        replace(
            email,
            id=EmailId.create(
                contact=contact_key(TENANT, f"guest{number % 2}@correo.test"),
                at=NOW + timedelta(seconds=number),
                request=number,
                recipient_index=0,
            ),
            reference="B-7",
        )
        for number in range(5)
    ]
    for each in emails:
        records.claim(each, a_claim())
    first, after = records.by_reference(TENANT, booking, limit=3, before=None)
    second, end = records.by_reference(TENANT, booking, limit=3, before=after)
    assert [r.id for r in (*first, *second)] == [each.id for each in reversed(emails)]
    assert end is None
    assert records.by_reference("hotel-mar", booking, limit=3, before=None) == ([], None)


def test_a_pointer_goes_before_its_record_and_with_it(records, email, monkeypatch):
    crashing = replace(email, reference="B-8")
    booking = Reference(kind=ReferenceKind.REFERENCE, text="B-8")
    with monkeypatch.context() as patched:
        patched.setattr(table.EmailItem, "save", lambda *_args, **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            records.claim(crashing, a_claim())
    assert records.by_reference(TENANT, booking, limit=3, before=None) == ([], None)
    assert records.claim(crashing, a_claim()) is None
    (record,) = records.by_reference(TENANT, booking, limit=3, before=None)[0]
    assert record == records.get(email.id)
    (pointer,) = table.ReferenceItem.query(reference_key(TENANT, booking.kind, booking.text))
    item = table.EmailItem.get(f"C#{email.id.contact}", f"E#{email.id.ulid}")
    assert pointer.expires_at == item.expires_at


def test_a_tombstone_takes_a_suppression_and_no_address(contacts):
    key = contact_key(TENANT, "erased@correo.test")
    ContactItem(f"C#{key}", "CONTACT", tenant=TENANT, erased_at=NOW).save()
    suppression = Suppression(identity="bounce-1", reason="user_unknown", at=NOW, email_id="em_1")
    contacts.suppress(tenant=TENANT, key=key, address="erased@correo.test", suppression=suppression)
    contact = contacts.get(key)
    assert (contact.address, contact.erased_at) == ("", NOW)
    assert contact.suppression == suppression


def test_a_tenant_is_gone_with_its_last_item():
    tenants, senders = TenantStore(), SenderStore()
    assert not tenants.exists("hotel-nuevo")
    senders.put(
        Sender(tenant="hotel-nuevo", domain="nuevo.test", state=SenderState.PENDING, checked_at=NOW)
    )
    assert tenants.exists("hotel-nuevo")


def test_a_suppression_is_lifted_once_and_a_later_one_stands():
    store, key = ContactStore(), contact_key(TENANT, "lifted@correo.test")
    suppression = Suppression(identity="b1", reason="user_unknown", at=NOW, email_id="em_1")
    kept = {"tenant": TENANT, "key": key, "address": "lifted@correo.test"}
    store.suppress(**kept, suppression=suppression)
    read = store.get(key)
    first, second = (
        read.lifting(by=by, why="Probar otra vez", now=NOW + timedelta(hours=1))
        for by in ("Marta", "Luis")
    )
    store.lift(read, first)
    store.lift(read, second)  # as of two people at once
    lifted = store.get(key)
    assert (lifted.suppression, lifted.liftings) == (None, (first,))
    store.suppress(**kept, suppression=replace(suppression, identity="b2", at=first.at))
    assert store.get(key).suppression is None
    newer = replace(suppression, identity="b3", at=first.at + timedelta(seconds=1))
    store.suppress(**kept, suppression=newer)
    assert store.get(key).suppression == newer
    assert store.get(key).liftings == (first,)


def test_many_records_are_read_at_once_and_missing_ones_are_left_out(records):
    emails = [an_email(f"many{number}@correo.test") for number in range(150)]
    for email in emails[1:]:
        records.claim(email, a_claim())
    found = records.get_many([email.id for email in emails])
    assert set(found) == {email.id for email in emails[1:]}
    assert found[emails[7].id] == records.get(emails[7].id)


def test_a_fact_is_replaced_only_where_it_is_as_it_was_read(records, email):
    records.claim(email, a_claim())
    read = a_fact(FactKind.BOUNCE, reason="unknown", diagnostic="552 over quota")
    anew = replace(read, detail={**read.detail, "reason": "mailbox_full"})
    records.add(email.id, read)
    assert records.replace(email.id, read, anew)
    assert records.get(email.id).facts == (anew,)
    assert not records.replace(email.id, read, anew)
    assert not records.replace(an_email("nobody@correo.test").id, read, anew)


def test_a_domain_has_one_owner():
    store = SenderStore()
    sender = Sender(
        tenant=TENANT, domain="hotel-sol.test", state=SenderState.PENDING, checked_at=NOW
    )
    assert store.put(sender)
    assert not store.put(replace(sender, tenant="hotel-mar"))
    assert store.get("hotel-mar", "hotel-sol.test") is None
    assert store.put(replace(sender, state=SenderState.VERIFIED))
    assert store.get(TENANT, "hotel-sol.test").state is SenderState.VERIFIED
    assert [found.domain for found in store.list(TENANT)] == ["hotel-sol.test"]


def test_settings_are_replaced_one_by_one():
    store, tenant = TenantSettingsStore(), "hotel-settings"
    assert store.get(tenant) == TenantSettings()
    rules = {Reason.MAILBOX_FULL: SuppressionRule.after(3, 14)}
    store.change(tenant, suppression_rules=rules)
    changed = store.change(tenant, company_domains=["grupo-sol.test"])
    assert changed == store.get(tenant)
    assert changed == TenantSettings(company_domains=("grupo-sol.test",), suppression_rules=rules)
    assert store.change(tenant, suppression_rules={}).suppression_rules == {}
    assert store.get("hotel-other") == TenantSettings()


def test_every_worker_sees_what_ses_said_of_a_sender():
    store = SenderStore()
    sender = Sender(
        tenant=TENANT, domain="hotel-luz.test", state=SenderState.VERIFIED, checked_at=NOW
    )
    alignment = Alignment(dkim=True, spf=False, checked_at=NOW)
    store.keep_alignment(sender, alignment)
    assert store.get(TENANT, sender.domain) is None  # a sender that is gone does not come back
    store.put(sender)
    store.keep_alignment(sender, alignment)
    assert store.get(TENANT, sender.domain) == replace(sender, alignment=alignment)


def test_a_key_is_found_by_its_hash_and_can_be_revoked():
    store = KeyStore()
    key = ApiKey(
        tenant=TENANT,
        hash="ab" * 32,
        name="crm",
        scopes=frozenset({Scope.EMAILS_SEND}),
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    store.put(key)
    assert store.get(TENANT, key.hash) == key
    assert list(store.list(TENANT)) == [key]
    store.revoke(key, NOW)
    assert not store.get(TENANT, key.hash).is_valid(NOW)
    assert store.get(TENANT, contact_key(TENANT, "x")) is None


def test_two_hotels_records_never_mix(records, email):
    records.claim(email, a_claim())
    other = contact_key("hotel-mar", email.recipient.mailbox.address)
    assert records.page(other, limit=10, before=None) == ([], False)
    assert a_record().tenant == TENANT


def test_metadata_keeps_every_name_that_a_crm_may_choose(records, email):
    names = ("self", "attributes", "_user_instantiated", "kwargs", "pk", "a.b", "S", "M")
    named = replace(email, metadata={name: f"value of {name}" for name in names})
    records.claim(named, a_claim())
    assert records.get(email.id).metadata == named.metadata


def test_the_newest_sending_of_which_an_event_came_is_kept():
    name = f"set-{next(_numbers)}"
    flow = EventFlowStore(dict.fromkeys(EmailClass, name))
    assert flow.heard(EmailClass.TRANSACTIONAL) == Heard()
    for minutes in (5, 3, 5.5, 7):  # a late one, and one within a minute of what is known
        HeardEvents().heard(name, NOW + timedelta(minutes=minutes))
    assert flow.heard(EmailClass.TRANSACTIONAL).newest == NOW + timedelta(minutes=7)


def test_events_that_waited_long_are_told_once_a_minute_and_never_backwards():
    name, late = f"set-{next(_numbers)}", HeardEvents()
    flow, five = EventFlowStore(dict.fromkeys(EmailClass, name)), timedelta(minutes=5)
    late.waited(name, NOW - timedelta(minutes=4), NOW)
    assert flow.heard(EmailClass.MARKETING) == Heard()
    with metered() as units:
        for seconds in (0, 10, 20, 60):
            late.waited(name, NOW - five, NOW + timedelta(seconds=seconds))
        HeardEvents().waited(name, NOW - five, NOW)
    assert units["UpdateItem"] == 3
    until = NOW + timedelta(minutes=6)
    assert flow.heard(EmailClass.MARKETING) == Heard(late_until=until)


def test_events_are_heard_at_most_once_a_minute():
    name, heard = f"set-{next(_numbers)}", HeardEvents()
    with metered() as units:
        for seconds in range(0, 120, 10):
            heard.heard(name, NOW + timedelta(seconds=seconds))
    assert units["UpdateItem"] == 2


def test_one_probe_in_five_minutes():
    flow = EventFlowStore(dict.fromkeys(EmailClass, f"set-{next(_numbers)}"))
    taken = [
        flow.take_probe(EmailClass.MARKETING, NOW + timedelta(minutes=minutes))
        for minutes in (0, 4, 5, 6, 12)
    ]
    assert taken == [True, False, False, True, True]


def test_only_an_email_that_was_parked_and_nothing_else_waits_again(records, email):
    parked = replace(a_fact(FactKind.PARKED, attempt=None), identity=FactKind.PARKED.value)
    records.close(DeliveryRecord.of(email, Dispatch.DONE), parked)
    assert records.reopen(email.id)
    assert not records.reopen(email.id)
    assert records.claim(email, a_claim()) is None
    records.complete(email.id, a_fact(FactKind.SENT))
    assert not records.reopen(email.id)


def test_a_stop_is_kept_with_its_beginning_and_lifted():
    store, tenant, name = StopStore(), f"hotel-{next(_numbers)}", f"set-{next(_numbers)}"
    for reason, about in (
        (StopReason.CONFIGURATION_SET_PAUSED, name),
        (StopReason.TENANT_PAUSED, tenant),
        (StopReason.MAIL_FROM_NOT_VERIFIED, "spa.test"),
    ):
        store.keep(tenant, reason, about, "one", NOW)
        store.keep(tenant, reason, about, "two", NOW + LEASE)
    stops = store.standing(tenant, [name])
    assert {(s.reason, s.name, s.since, s.seen_at, s.words) for s in stops} == {
        (StopReason.CONFIGURATION_SET_PAUSED, name, NOW, NOW + LEASE, "two"),
        (StopReason.TENANT_PAUSED, tenant, NOW, NOW + LEASE, "two"),
        (StopReason.MAIL_FROM_NOT_VERIFIED, "spa.test", NOW, NOW + LEASE, "two"),
    }
    assert [s.reason for s in store.standing("hotel-mar", [name])] == [
        StopReason.CONFIGURATION_SET_PAUSED
    ]
    for stop in stops:
        store.lift(tenant, stop)
    assert store.standing(tenant, [name]) == []


def test_a_stop_of_the_account_is_everybodys():
    store = StopStore()
    store.keep(TENANT, StopReason.ACCOUNT_SUSPENDED, "", "words", NOW)
    (stop,) = store.standing("hotel-mar", [])
    assert (stop.reason, stop.name) == (StopReason.ACCOUNT_SUSPENDED, "")
    store.lift("hotel-mar", stop)
    assert store.standing(TENANT, []) == []


def a_sender(domain: str, tenant: str = TENANT, **changes) -> Sender:
    values = {"state": SenderState.PENDING, "checked_at": NOW, "since": NOW, "run": "1"}
    return Sender(tenant=tenant, domain=domain, **{**values, **changes})


def test_a_sender_comes_back_as_it_was_written():
    store = SenderStore()
    sender = a_sender("hotel-uno.test", tokens=("a", "b", "c"), mail_from="bounce.hotel-uno.test")
    assert store.put(sender)
    assert store.get(TENANT, sender.domain) == sender
    assert sender in list(store.list(TENANT))


def test_of_two_hotels_that_claim_a_domain_at_once_one_gets_it():
    claims = [a_sender("disputado.test", tenant=f"hotel-{number}") for number in range(8)]
    barrier, results = threading.Barrier(len(claims)), []

    def claim(sender: Sender) -> None:
        barrier.wait()
        results.append((SenderStore().put(sender), sender.tenant))

    threads = [threading.Thread(target=claim, args=(each,)) for each in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [tenant for won, tenant in results if won]
    found = [each.tenant for each in claims if SenderStore().get(each.tenant, each.domain)]
    assert found == [winner]


def test_what_a_run_found_counts_unless_a_newer_one_was_asked_for():
    store, sender = SenderStore(), a_sender("hotel-dos.test")
    store.put(sender)
    found = replace(sender, state=SenderState.VERIFIED, tokens=("a", "b", "c"))
    assert store.finish(found)
    assert store.get(TENANT, sender.domain) == found
    watched = replace(found, watch='{"é":1}', stops_marketing=True)
    assert store.finish(watched, next_run="11")
    assert store.get(TENANT, sender.domain) == replace(watched, run="11")
    assert not store.finish(watched)
    assert store.ask(sender, found.run)
    assert store.finish(found)
    assert store.ask(sender, "2", SenderState.REMOVING)
    assert not store.finish(found)
    assert not store.forget(found)
    assert store.get(TENANT, sender.domain).state is SenderState.REMOVING
    assert store.forget(replace(found, run="2"))
    assert store.get(TENANT, sender.domain) is None
    assert not store.ask(sender, "3")
    assert store.put(replace(sender, tenant="hotel-mar"))


def test_a_sender_is_leased_to_one_worker_of_its_newest_run():
    store, sender = SenderStore(), a_sender("hotel-tres.test")
    store.put(sender)
    assert store.lease(sender, until=NOW + LEASE, now=NOW)
    assert not store.lease(sender, until=NOW + LEASE, now=NOW + LEASE / 2)
    newer = replace(sender, run="2")
    assert store.put(newer)  # begun anew while the worker of the first is at it
    assert not store.lease(newer, until=NOW + LEASE, now=NOW)
    assert not store.lease(sender, until=NOW + 3 * LEASE, now=NOW + 2 * LEASE)
    store.release(sender)
    assert store.lease(newer, until=NOW + LEASE, now=NOW)
    assert store.forget(newer)
    store.release(newer)
    assert store.get(TENANT, sender.domain) is None


@pytest.mark.parametrize("state", [SenderState.FAILED, SenderState.HELD])
def test_a_domain_that_was_never_proven_is_free_for_another(state):
    store, sender = SenderStore(), a_sender(f"hotel-{state}.test")
    store.put(sender)
    assert store.finish(replace(sender, state=state))
    assert store.put(replace(sender, tenant="hotel-mar"))
    assert not store.put(sender)
    assert store.get(TENANT, sender.domain).state is state
    assert store.forget(sender)
    assert not store.put(sender)


def test_a_survey_finds_records_and_not_what_leads_to_them(records, email):
    named = replace(email, reference="B-2201")
    records.claim(named, a_claim())
    found = list(records_between(NOW - LEASE, NOW + timedelta(days=1)))
    assert email.id in {record.id for record in found}
    assert all(record.recipient.mailbox.address for record in found)


def test_links_stand_with_their_sender_and_end_with_it():
    senders, links = SenderStore(), LinkStore()
    begun = Sender(
        tenant=TENANT, domain="enlaces.test", state=SenderState.PENDING, checked_at=NOW, run="1"
    )
    assert senders.put(begun)
    one, two = (Link(hash=each, expires_at=NOW + timedelta(days=1)) for each in ("a", "b"))
    links.lead(one, begun)
    assert links.find("a") == (TENANT, begun.domain)
    assert links.find("b") is None
    assert links.keep(begun, (one,))
    assert not links.keep(begun, (two,))  # read before the first was kept
    kept = senders.get(TENANT, begun.domain)
    assert kept.links == (one,)
    assert links.keep(kept, (one, two))
    assert senders.finish(senders.get(TENANT, begun.domain))
    both = senders.get(TENANT, begun.domain)
    assert both.links == (one, two)
    assert links.keep(both, ())
    assert senders.get(TENANT, begun.domain).links == ()

    assert links.keep(senders.get(TENANT, begun.domain), (one,))
    assert senders.forget(begun)
    assert not links.keep(begun, (two,))  # a sender that is gone comes not back by its links
    assert senders.put(begun)
    assert senders.get(TENANT, begun.domain).links == ()

    assert links.keep(senders.get(TENANT, begun.domain), (one,))
    assert senders.ask(begun, "2", SenderState.REMOVING)
    assert senders.put(replace(begun, run="3"))  # added again before it is gone
    assert senders.get(TENANT, begun.domain).links == ()
