"""Writes and reads per email, as DynamoDB counts them: one unit is one write of up to 1 KB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bellhop.domain.emails import Email, EmailClass, EmailRequest, Mailbox, Recipient
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import new_attempt_id
from bellhop.domain.senders import Alignment, Sender, SenderState
from bellhop.store.contacts import ContactStore
from bellhop.store.event_flow import EventFlowStore
from bellhop.store.records import RecordStore
from bellhop.store.requests import RequestStore
from bellhop.store.senders import SenderStore
from bellhop.store.stops import StopStore
from bellhop.store.tenants import TenantStore
from bellhop.usecases.accept import Acceptor, Submission, single
from bellhop.usecases.alignments import Alignments
from bellhop.usecases.ports import SendOutcome, SendResult
from bellhop.usecases.record_event import EmailEvent, record_event
from bellhop.usecases.send_email import Worker
from bellhop.usecases.stops import Stops
from bench.local_table import local_table, metered
from bench.table import Table

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
TENANT = "hotel-sol"


class _Lane:
    """Keeps what is queued."""

    def __init__(self) -> None:
        self.emails: list[Email] = []

    def check_size(self, email: Email) -> None:
        """Everything fits."""

    def put(self, emails: Sequence[Email]) -> None:
        self.emails.extend(emails)


class _Ses:
    """Takes every email."""

    def __init__(self) -> None:
        self.attempt = ""

    def send(self, _email: Email, attempt: str) -> SendResult:
        self.attempt = attempt
        return SendResult(outcome=SendOutcome.ACCEPTED, message_id="0102018f-bench-000000")

    def probe(self, _email: Email) -> None:
        """Nothing is uncertain here."""


class _Identities:
    """All in order."""

    def alignment_of(self, _domain: str, now: datetime) -> Alignment:
        return Alignment(dkim=True, spf=True, checked_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happens to an email, by the events that come after its sending."""

    name: str
    events: Sequence[tuple[FactKind, str]]
    has_references: bool = False


STORIES = (
    Story(name="delivered", events=[(FactKind.SEND, ""), (FactKind.DELIVERY, "")]),
    Story(
        name="greylisted, then delivered",
        events=[(FactKind.SEND, ""), (FactKind.DELAY, ""), (FactKind.DELIVERY, "")],
    ),
    Story(
        name="bounced for good, contact suppressed",
        events=[(FactKind.SEND, ""), (FactKind.BOUNCE, "user_unknown")],
    ),
    Story(
        name="delivered, with a guest's and a booking's reference",
        events=[(FactKind.SEND, ""), (FactKind.DELIVERY, "")],
        has_references=True,
    ),
    Story(
        name="delivered, each event twice",
        events=[(FactKind.SEND, ""), (FactKind.DELIVERY, "")] * 2,
    ),
)


def run() -> Table:
    """The table of units per email."""
    rows = []
    with local_table():
        sender = Sender(
            tenant=TENANT, domain="hotel-sol.test", state=SenderState.VERIFIED, checked_at=_now()
        )
        SenderStore().put(sender)
        # Kept for a quarter of an hour: a write that no single email pays for.
        SenderStore().keep_alignment(sender, Alignment(dkim=True, spf=True, checked_at=_now()))
        for number, story in enumerate(STORIES):
            with metered() as units:
                _tell(story, number)
            rows.append([story.name, f"{_writes(units):g}", f"{units['GetItem']:g}"])
    return Table(
        title="DynamoDB units per transactional email",
        header=["what happens", "write units", "reads"],
        rows=rows,
        note="Request, claim, `sent` and the outcome: 4 writes; a failed condition counts as one. "
        "Each reference by which the email shall be found is one more. "
        "Reads: the sender for the API and for `send`, the contact, and the record before a Send "
        "event, which saves the event's write.",
    )


def _writes(units: Counter[str]) -> float:
    return sum(units[name] for name in WRITES)


def _tell(story: Story, number: int) -> None:
    """One email from its request to its last event."""
    records, contacts = RecordStore(timedelta(days=400)), ContactStore()
    lane, ses = _Lane(), _Ses()
    acceptor = Acceptor(
        senders=SenderStore(),
        requests=RequestStore(),
        records=records,
        lanes=dict.fromkeys(EmailClass, lane),
        clock=_now,
        kept=lambda _emails: None,
        allow_reserved_domains=True,
    )
    key = single(TENANT, f"bench-{number}")
    acceptor.accept(
        Submission(
            tenant=TENANT,
            request=_request(number, has_references=story.has_references),
            key=key,
            payload_hash="0" * 64,
        )
    )
    (email,) = lane.emails
    worker = Worker(
        contacts=contacts,
        records=records,
        ses=ses,
        alignment_of=Alignments(senders=SenderStore(), identities=_Identities(), clock=_now).of,
        events=EventFlowStore(dict.fromkeys(EmailClass, "bench")),
        stops=Stops(StopStore(), _now, dict.fromkeys(EmailClass, "bench")),
        throttled=lambda _email_class: None,
        clock=_now,
        new_attempt_id=new_attempt_id,
        lease=timedelta(seconds=90),
        windows=dict.fromkeys(EmailClass, timedelta(minutes=15)),
    )
    worker.send(email)
    for kind, reason in story.events:
        detail = {"reason": reason, "bounce_type": "Permanent"} if reason else {}
        fact = Fact(kind=kind, identity=kind.value, at=_now(), attempt=ses.attempt, detail=detail)
        event = EmailEvent(email_id=email.id, fact=fact)
        record_event(event, records=records, contacts=contacts, tenants=TenantStore())


def _request(number: int, *, has_references: bool) -> EmailRequest:
    guest = Recipient(
        mailbox=Mailbox(address=f"guest{number}@correo.test", name="Elena Ruiz"),
        locale="es",
        contact_ref="guest-4711" if has_references else "",
    )
    return EmailRequest(
        sender=Mailbox(address="reservas@hotel-sol.test", name="Hotel Sol"),
        reply_to=None,
        recipients=(guest,),
        subject="Su reserva en el Hotel Sol está confirmada",
        html="<p>Hasta pronto</p>",
        text="",
        reference="B-2201" if has_references else "",
        metadata={"booking": "B-2201", "property": "sol-playa"},
    )


def _now() -> datetime:
    return datetime.now(UTC)
