"""Writes docs/cards.md: what reception reads about guests, in every situation and both languages.

Run `PYTHONPATH=lambdas python -m tests.cards` after a change of sentences or of what events mean; a
test compares. Each situation begins with what was sent and with SES's events, as SNS brings them;
the parser, the rules and the presenter of the API make the card.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from publicsuffixlist import PublicSuffixList

from bellhop.domain.emails import Claim, DeliveryRecord
from bellhop.domain.facts import FactKind
from bellhop.domain.identifiers import contact_id
from bellhop.domain.reasons import Reason, SuppressionRule
from bellhop.domain.senders import Alignment
from bellhop.domain.status import Dispatch
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.ses.events import read_event
from bellhop.usecases.look_up import find_contact
from bellhop.usecases.record_event import record_event
from bellhop.web.answers import ContactAnswer
from bellhop.web.presenting import Presenter
from tests.builders import NOW, TENANT, a_fact, a_record, an_email_id, an_event
from tests.unit.fakes import FakeContacts, FakeRecords, FakeTenants

REPORT = Path(__file__).parents[1] / "docs" / "cards.md"
COMMAND = "PYTHONPATH=lambdas python -m tests.cards"
LANGUAGES = ("en", "es")
organisational_domain = PublicSuffixList().privatesuffix
ELENA = "elena.ruiz@correo.example"
FRONT_DESK = "marta@hotel-sol.test"
# Two full mailboxes suffice here, as a hotel may set it; five are the default.
SETTINGS = TenantSettings(suppression_rules={Reason.MAILBOX_FULL: SuppressionRule.after(2, 30)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An SES event about an email, minutes after noon."""

    kind: str
    body: dict[str, Any]
    minutes: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What happened to a guest's emails, the oldest first.

    Attributes:
        title: for the reader of the page.
        address: the guest's.
        emails: the events of each.
        changes: of the newest record, where it is not simply sent.
    """

    title: str
    address: str = ELENA
    emails: Sequence[Sequence[Event]] = ((),)
    hours: float = 0.1
    changes: Callable[[], dict[str, Any]] = dict


def _delivery(reply: str, minutes: float = 1) -> Event:
    body = {"smtpResponse": reply, "reportingMTA": "a1-2.smtp-out.eu-west-1.amazonses.com"}
    return Event(kind="Delivery", body=body, minutes=minutes)


def _bounce(
    diagnostic: str, status: str, kind: str = "Permanent", subtype: str = "General"
) -> Event:
    recipient = {"emailAddress": ELENA, "status": status, "diagnosticCode": diagnostic}
    body = {
        "bounceType": kind,
        "bounceSubType": subtype,
        "feedbackId": "0102-made-up",
        "bouncedRecipients": [{"action": "failed", **recipient}],
    }
    return Event(kind="Bounce", body=body)


def _suppressed(reason: str) -> dict[str, Any]:
    return {"facts": (a_fact(FactKind.SUPPRESSED, attempt=None, reason=reason),)}


def _unaligned() -> dict[str, Any]:
    alignment = Alignment(dkim=False, spf=False, checked_at=NOW)
    return {"claim": Claim(attempt="at_1", lease_until=NOW, alignment=alignment)}


def _uncertain() -> dict[str, Any]:
    claim = Claim(attempt="at_1", lease_until=NOW, uncertain_since=NOW)
    return {"dispatch": Dispatch.CLAIMED, "claim": claim, "facts": ()}


_UNKNOWN_USER = _bounce(
    "smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n"
    "550 5.1.1 https://support.google.com/mail/?p=NoSuchUser - gsmtp",
    "5.1.1",
)
_FULL = _bounce("smtp; 452 4.2.2 Mailbox full", "4.2.2", "Transient", "MailboxFull")
_OUT_OF_OFFICE = Event(
    kind="Bounce",
    body={
        "bounceType": "Transient",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": ELENA}],
        "feedbackId": "0102-made-up",
    },
    minutes=2,
)
_GREYLISTED = Event(
    kind="DeliveryDelay",
    body={
        "delayType": "TransientCommunicationFailure",
        "expirationTime": "2026-11-25T02:00:00.000Z",
        "delayedRecipients": [
            {
                "emailAddress": ELENA,
                "status": "4.2.0",
                "diagnosticCode": "smtp; 450 4.2.0 Greylisted, please try again later",
            }
        ],
    },
)

SITUATIONS = (
    Situation(
        title="The guest's server took it",
        emails=[[_delivery("250 ok dirdel")]],
    ),
    Situation(
        title="The hotel writes to itself",
        address=FRONT_DESK,
        emails=[
            [
                _delivery(
                    "250 2.6.0 <1@hotel-sol.test> [InternalId=7, "
                    "Hostname=DB9P.eurprd09.prod.outlook.com] Queued mail for delivery"
                )
            ]
        ],
    ),
    Situation(
        title="The hotel's own firewall refuses it",
        address=FRONT_DESK,
        emails=[
            [_bounce("smtp; 550 Anti-Spoofing policy - Inbound not allowed", "5.7.1")],
        ],
    ),
    Situation(
        title="The hotel's DKIM and MAIL FROM records are gone",
        emails=[[_delivery("250 2.0.0 Ok: queued as 4F2A")]],
        changes=_unaligned,
    ),
    Situation(title="Nobody has this address", emails=[[_UNKNOWN_USER]]),
    Situation(
        title="Nobody has this address, and the CRM sends again",
        emails=[[_UNKNOWN_USER], []],
        changes=lambda: _suppressed("user_unknown"),
    ),
    Situation(title="The mailbox is full", emails=[[_FULL]]),
    Situation(title="The mailbox was full too often", emails=[[_FULL], [_FULL]]),
    Situation(
        title="A booking portal's address did not take it",
        address="eruiz.482913@guest.booking.com",
        emails=[[_bounce("smtp; 550 5.7.1 Sender is not approved", "5.7.1")]],
    ),
    Situation(
        title="Somebody typed a stand-in for an address",
        address="noemail@correo.example",
        emails=[[_UNKNOWN_USER]],
    ),
    Situation(
        title="The guest pressed 'spam'",
        emails=[
            [
                _delivery("250 ok dirdel"),
                Event(kind="Complaint", body={"complaintFeedbackType": "abuse"}, minutes=9),
            ]
        ],
    ),
    Situation(
        title="An automatic answer came back",
        emails=[[_delivery("250 2.0.0 Ok: queued as 4F2A"), _OUT_OF_OFFICE]],
    ),
    Situation(
        title="The provider wants more proof of who sends",
        emails=[
            [
                _bounce(
                    "smtp; 550 5.7.515 Access denied, sending domain hotel-sol.test doesn't meet "
                    "the required authentication level. [x.prod.outlook.com]",
                    "5.7.515",
                )
            ]
        ],
    ),
    Situation(
        title="A company's filter refuses it",
        emails=[[_bounce("smtp; 550 Administrative prohibition - envelope blocked", "5.7.1")]],
    ),
    Situation(title="The guest's server asked to wait", emails=[[_GREYLISTED]]),
    Situation(
        title="The guest's server could not be reached",
        emails=[
            [
                _bounce(
                    "smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes."
                    "<421 4.4.1 Connection timed out>",
                    "4.4.7",
                    "Transient",
                )
            ]
        ],
    ),
    Situation(title="The guest's server says nothing", hours=3),
    Situation(title="Nobody knows yet whether it was sent", changes=_uncertain),
)


def card(situation: Situation, language: str) -> ContactAnswer:
    """The card of a guest to whom this happened."""
    records, contacts, tenants = FakeRecords(), FakeContacts(), FakeTenants(TENANT)
    for number, events in enumerate(situation.emails):
        newest = number == len(situation.emails) - 1
        record = _sent(situation, number, situation.changes() if newest else {})
        records.kept[record.id] = record
        for event in events:
            _record(event, record, records, contacts, tenants)
    view = find_contact(
        contact_id(an_email_id(situation.address).contact),
        tenant=TENANT,
        limit=10,
        before=None,
        records=records,
        contacts=contacts,
    )
    now = NOW + timedelta(hours=situation.hours)
    return Presenter(language, organisational_domain, now, SETTINGS).contact(view)


def _sent(situation: Situation, number: int, changes: dict[str, Any]) -> DeliveryRecord:
    email_id = an_email_id(
        situation.address, at=NOW + timedelta(seconds=number), request=number + 1
    )
    facts = changes.pop("facts", (a_fact(FactKind.SENT),))
    return a_record(*facts, address=situation.address, id=email_id, **changes)


def _record(
    event: Event,
    record: DeliveryRecord,
    records: FakeRecords,
    contacts: FakeContacts,
    tenants: FakeTenants,
) -> None:
    at = (NOW + timedelta(minutes=event.minutes)).isoformat()
    body = {"timestamp": at, **event.body}
    for each in read_event(an_event(event.kind, body, email_id=record.id)):
        record_event(
            each,
            records=records,
            contacts=contacts,
            tenants=tenants,
            settings_of=lambda _tenant: SETTINGS,
        )


OPENING = f"""\
# What reception reads

Written by `{COMMAND}`; a test compares. SES's events go through
the parser, the rules and the presenter of the API. An answer of `GET /v1/contacts/…` has more than
is shown here, above all the server's own words.
"""


def report() -> str:
    """The page."""
    return "\n".join([OPENING, *(_chapter(situation) for situation in SITUATIONS)])


def _chapter(situation: Situation) -> str:
    english, spanish = (_lines(card(situation, language)) for language in LANGUAGES)
    rows = [f"| {name} | {english[name]} | {spanish[name]} |" for name in english if english[name]]
    head = [
        f"## {situation.title}",
        "",
        f"`{situation.address}`",
        "",
        "| | en | es |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _lines(answer: ContactAnswer) -> dict[str, str]:
    gateway, suppression = answer.gateway, answer.suppression
    return {
        "**what happened**": answer.headline.sentence,
        "what to do": answer.headline.next_step,
        "who": answer.headline.who,
        "what still works": answer.works,
        "address": answer.address_note,
        "for the hotel's IT": gateway.hint or "" if gateway else "",
        "status, reason": ", ".join(
            filter(None, [answer.status, answer.reason.code if answer.reason else None])
        ),
        "since": f"{answer.since:%H:%M}" if answer.since else "",
        "suppressed for": suppression.reason if suppression else "",
        "last good delivery": (
            f"{answer.last_delivered_at:%H:%M}" if answer.last_delivered_at else ""
        ),
    }


def main() -> None:
    """Writes the page."""
    REPORT.write_text(report(), encoding="utf-8")


if __name__ == "__main__":
    main()
