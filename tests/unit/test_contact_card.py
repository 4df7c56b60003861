"""What the card says beyond the headline: the kind of address, what still goes, the timeline."""

from dataclasses import replace
from datetime import timedelta

import pytest
from publicsuffixlist import PublicSuffixList

from bellhop.domain.contacts import Contact, Suppression
from bellhop.domain.emails import LATEST_CALL, DeliveryRecord
from bellhop.domain.facts import FactKind
from bellhop.domain.identifiers import contact_id
from bellhop.domain.status import Dispatch, Status
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.usecases.look_up import ContactView
from bellhop.web.bodies import LONGEST_TIMELINE
from bellhop.web.presenting import Presenter
from tests.builders import GUEST, NOW, TENANT, a_fact, a_record, an_email

SETTINGS = TenantSettings(company_domains=("grupo-sol.test",))
DELIVERED = a_fact(FactKind.DELIVERY)
organisational_domain = PublicSuffixList().privatesuffix


def presenter(language: str = "en") -> Presenter:
    return Presenter(language, organisational_domain, NOW, SETTINGS)


def card(*facts, address: str = GUEST, suppressed_for: str = ""):
    record = a_record(*facts, address=address)
    suppressions = {}
    if suppressed_for:
        suppressions["b"] = Suppression(
            identity="b", reason=suppressed_for, at=NOW, email_id=str(record.id)
        )
    contact = Contact(
        tenant=TENANT, key=record.id.contact, address=address, suppressions=suppressions
    )
    view = ContactView(
        key=record.id.contact, contact=contact, recent=(record,), emails=(record,), has_more=False
    )
    return presenter().contact(view)


@pytest.mark.parametrize(
    ("address", "note"),
    [
        (GUEST, "A guest's own address."),
        ("marta@hotel-sol.test", "An address of your own company."),
        ("marta@grupo-sol.test", "An address of your own company."),
        ("reservas@hotel-sol.test", "An address that several people may read."),
        ("x.1@guest.booking.com", "Lent by Booking.com for this stay only."),
        ("sin.correo@correo.test", "This looks like a stand-in, not like a real address."),
    ],
)
def test_the_card_says_what_kind_of_address_it_is(address, note):
    assert card(DELIVERED, address=address).address_note == note


def test_a_guest_who_wants_no_offers_still_gets_booking_emails():
    wish = a_fact(FactKind.UNSUBSCRIPTION, minutes=3)
    answer = card(DELIVERED, wish)
    assert answer.unsubscribed_at == wish.at
    assert answer.suppression is None
    assert answer.works == "Booking emails are still sent to this address."


def test_whether_an_address_works_is_told_apart_from_what_the_guest_wants():
    answer = card(DELIVERED, suppressed_for="user_unknown")
    assert answer.unsubscribed_at is None
    assert answer.works == "Nothing is sent to this address any more."


@pytest.mark.parametrize("reason", ["mailbox_full", "expired", "server_error", "relay_denied"])
def test_what_was_counted_says_that_it_came_to_a_stop(reason):
    said = card(a_fact(FactKind.BOUNCE, reason=reason), suppressed_for=reason).headline
    assert said.sentence.endswith("This happened several times, so we stopped sending.")
    assert said.next_step == "Ask the guest whether this address still works."
    told = a_fact(FactKind.SUPPRESSED, attempt=None, reason=reason)
    (email,) = card(told, suppressed_for=reason).emails
    assert email.advice.sentence.startswith("Not sent, ")
    assert email.advice.next_step == said.next_step  # and not "Send it again tomorrow."


@pytest.mark.parametrize("reason", ["domain_unknown", "unknown"])
def test_what_one_bounce_may_prove_is_not_said_to_have_happened_often(reason):
    answer = card(a_fact(FactKind.BOUNCE, reason=reason), suppressed_for=reason)
    assert "several times" not in answer.headline.sentence
    assert answer.works == "Nothing is sent to this address any more."


def test_what_ses_did_not_try_is_said_once():
    bounce = a_fact(FactKind.BOUNCE, reason="suppressed", bounce_type="Permanent")
    assert card(bounce).headline.sentence.count("Not sent") == 1


ERASED = {
    "en": ("Not sent, because this guest's data was deleted", "The guest's data has been deleted."),
    "es": (
        "No se envió, porque antes se borraron los datos",
        "Los datos del huésped se han borrado.",
    ),
}


@pytest.mark.parametrize(("language", "said", "note"), [(k, *v) for k, v in ERASED.items()])
@pytest.mark.parametrize("complained", [False, True])
def test_what_is_left_of_an_erased_guest_can_be_read(
    crm, handler, language, said, note, complained
):
    email = an_email(reference="Ruiz, B-2201")
    cancelled = a_fact(FactKind.CANCELLED, attempt=None)
    record = replace(DeliveryRecord.of(email, Dispatch.DONE).without_person(), facts=(cancelled,))
    suppression = Suppression(identity="c", reason="complaint", at=NOW, email_id=str(email.id))
    handler.records.kept[record.id] = record
    handler.contacts.kept[email.id.contact] = Contact(
        tenant=TENANT,
        key=email.id.contact,
        address="",
        suppressions={"c": suppression} if complained else {},
        erased_at=NOW,
    )
    _, answer, _ = crm.request("GET", f"/v1/emails/{email.id}", accept_language=language)
    assert answer["advice"]["sentence"].startswith(said)
    status, contact, _ = crm.request(
        "GET", f"/v1/contacts/{contact_id(email.id.contact)}", accept_language=language
    )
    assert (status, contact["address"], contact["address_note"]) == (200, "", note)
    assert contact["headline"]["sentence"].startswith(said) is not complained
    assert "Ruiz" not in str((answer, contact))


def test_a_stand_in_that_bounced_has_no_letter_missing():
    bounce = a_fact(FactKind.BOUNCE, reason="user_unknown")
    said = card(bounce, address="noemail@correo.test", suppressed_for="user_unknown").headline
    assert said.next_step == "Ask the guest for an email address."


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (FactKind.CLICK, "Somebody has seen this email."),
        (FactKind.AUTO_REPLY, "An automatic answer came back. The email arrived."),
    ],
)
def test_what_came_after_the_delivery_is_the_news(kind, sentence):
    assert card(DELIVERED, a_fact(kind, minutes=5)).headline.sentence == sentence


def test_whoever_took_the_email_is_named():
    delivery = a_fact(FactKind.DELIVERY, smtp_response="250 ok dirdel")
    answer = card(delivery)
    assert answer.headline.sentence == "Yahoo has it. We cannot see inside the mailbox."
    assert answer.gateway.name == "Yahoo"


def test_the_timeline_says_each_fact_in_words_and_in_the_servers():
    sent = a_fact(FactKind.SENT)
    delivery = a_fact(FactKind.DELIVERY, minutes=1, smtp_response="250 2.0.0 Ok")
    timeline = presenter("es").email(a_record(delivery, sent)).timeline
    assert [each.sentence.partition(".")[0] for each in timeline] == [
        "El correo salió",
        "Ya lo tiene el proveedor de correo del huésped",
    ]
    assert timeline[1].detail == {"smtp_response": "250 2.0.0 Ok"}


def test_a_servers_words_cannot_move_the_cursor():
    words = "550\x1b[2J 5.1.1\r\nno\u202esuch user\x00"
    bounce = a_fact(FactKind.BOUNCE, reason="user_unknown", diagnostic=words)
    answer = presenter().email(a_record(bounce))
    assert answer.timeline[0].detail["diagnostic"] == "550 [2J 5.1.1  no such user "
    assert answer.reason.server_reply == answer.timeline[0].detail["diagnostic"]


@pytest.mark.parametrize("count", [0, 1, LONGEST_TIMELINE, LONGEST_TIMELINE + 1, 700])
def test_a_timeline_keeps_its_beginning_and_its_end(count):
    delays = [a_fact(FactKind.DELAY, minutes=minute) for minute in range(count)]
    timeline = presenter().email(a_record(*delays)).timeline
    assert len(timeline) == min(count, LONGEST_TIMELINE)
    if count:
        last = NOW + timedelta(minutes=count - 1)
        assert (timeline[0].at, timeline[-1].at) == (NOW, last)
        assert [each.at for each in timeline] == sorted({each.at for each in timeline})


@pytest.mark.parametrize(
    ("late", "status"), [(timedelta(0), Status.QUEUED), (LATEST_CALL, Status.LAPSED)]
)
def test_what_waits_past_its_time_is_lapsed_before_a_worker_looks_again(late, status):
    email = an_email(not_after=NOW - late)
    shown = presenter().email(DeliveryRecord.of(email, Dispatch.WAITING))
    assert shown.status is status
    if status is Status.LAPSED:
        assert (shown.since, shown.timeline[0].kind) == (email.not_after, "lapsed")


def test_what_a_worker_holds_is_not_called_lapsed():
    email = an_email(not_after=NOW - timedelta(days=1))
    assert presenter().email(DeliveryRecord.of(email, Dispatch.CLAIMED)).status is Status.SENDING
