"""Compares the table with archived events by replaying them: what that would write is missing.

The use case that records events does the work (bellhop/usecases/record_event.py), on stores that
look before they write. So a rebuilt record is what the same events make at any time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bellhop.domain.contacts import Contact, Suppression
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.facts import Fact
from bellhop.domain.identifiers import EmailId
from bellhop.store.contacts import ContactStore
from bellhop.store.records import RecordStore
from bellhop.usecases.ports import Addition, Tenants
from bellhop.usecases.record_event import EmailEvent, Recording, SettingsOf, record_event

EVENTS_AT_ONCE = 100  # DynamoDB reads as many items in one call


class Kind(StrEnum):
    """What the table lacks."""

    MISSING_FACT = "missing_fact"
    DIFFERING_FACT = "differing_fact"
    MISSING_SUPPRESSION = "missing_suppression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the archive knows and the table does not.

    Attributes:
        kind: what is missing.
        email_id: the email that it happened to.
        archived: the fact or suppression that the archive makes.
        recorded: the fact that the record has in its place, or ``None``.
        mended: whether it was written.
    """

    kind: Kind
    email_id: str
    archived: Fact | Suppression
    recorded: Fact | None = None
    mended: bool = False


@dataclass(slots=True, kw_only=True)
class Comparison:
    """The replay. ``apply`` says whether it writes what is missing; it never removes anything."""

    records: RecordStore
    contacts: ContactStore
    tenants: Tenants
    settings_of: SettingsOf
    apply: bool
    ends: Counter[Recording] = field(default_factory=Counter)

    def of(self, events: Iterable[EmailEvent]) -> Iterator[Difference]:
        """The differences that events show, as they are met."""
        records = ComparedRecords(self.records, apply=self.apply)
        contacts = ComparedContacts(self.contacts, apply=self.apply)
        for some in _batches(events):
            records.read({event.email_id for event in some if event.email_id})
            for event in some:
                end = record_event(
                    event,
                    records=records,
                    contacts=contacts,
                    tenants=self.tenants,
                    settings_of=self.settings_of,
                )
                self.ends[end] += 1
                yield from records.taken()
                yield from contacts.taken()


def _batches(events: Iterable[EmailEvent]) -> Iterator[Sequence[EmailEvent]]:
    batch: list[EmailEvent] = []
    for event in events:
        batch.append(event)
        if len(batch) == EVENTS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


class _Noticing:
    """Keeps the differences that were met until somebody takes them."""

    def __init__(self) -> None:
        self._met: list[Difference] = []

    def taken(self) -> list[Difference]:
        """What was met since the last time."""
        met, self._met = self._met, []
        return met


class ComparedRecords(_Noticing):
    """The delivery records, as the replay sees them: with what it would have written."""

    def __init__(self, records: RecordStore, *, apply: bool) -> None:
        super().__init__()
        self._records = records
        self._apply = apply
        self._read: Mapping[EmailId, DeliveryRecord] = {}
        self._changed: dict[EmailId, DeliveryRecord] = {}

    def read(self, email_ids: Iterable[EmailId]) -> None:
        """Reads the records that the next events are about, all at once."""
        self._read = self._records.get_many(email_ids)

    def get(self, email_id: EmailId) -> DeliveryRecord | None:
        """See :meth:`bellhop.usecases.ports.FactRecords.get`."""
        return self._changed.get(email_id) or self._read.get(email_id)

    def page(
        self, contact: str, *, limit: int, before: str | None
    ) -> tuple[list[DeliveryRecord], bool]:
        """See :meth:`bellhop.usecases.ports.FactRecords.page`."""
        found, has_more = self._records.page(contact, limit=limit, before=before)
        return [self._changed.get(record.id, record) for record in found], has_more

    def add(self, email_id: EmailId, fact: Fact) -> Addition | None:
        """See :meth:`bellhop.usecases.ports.FactRecords.add`."""
        record = self.get(email_id)
        if record is None:
            return None
        recorded = {known.identity: known for known in record.facts}.get(fact.identity)
        if recorded == fact:
            return Addition(record=record, is_new=False)
        kind = Kind.DIFFERING_FACT if recorded else Kind.MISSING_FACT
        mended = self._apply and self._write(email_id, fact, recorded)
        self._met.append(
            Difference(
                kind=kind, email_id=str(email_id), archived=fact, recorded=recorded, mended=mended
            )
        )
        others = [known for known in record.facts if known.identity != fact.identity]
        self._changed[email_id] = replace(record, facts=(*others, fact))
        return Addition(record=self._changed[email_id], is_new=recorded is None)

    def _write(self, email_id: EmailId, fact: Fact, recorded: Fact | None) -> bool:
        """False where the record is gone or changed meanwhile."""
        if recorded:
            return self._records.replace(email_id, recorded, fact)
        return self._records.add(email_id, fact) is not None


class ComparedContacts(_Noticing):
    """The contacts' own items, as the replay sees them."""

    def __init__(self, contacts: ContactStore, *, apply: bool) -> None:
        super().__init__()
        self._contacts = contacts
        self._apply = apply
        self._seen: set[tuple[str, str]] = set()

    def get(self, key: str) -> Contact | None:
        """See :meth:`bellhop.usecases.ports.SuppressedContacts.get`."""
        return self._contacts.get(key)

    def suppress(self, *, tenant: str, key: str, address: str, suppression: Suppression) -> None:
        """See :meth:`bellhop.usecases.ports.SuppressedContacts.suppress`."""
        if (key, suppression.identity) in self._seen:
            return
        self._seen.add((key, suppression.identity))
        contact = self.get(key)
        if contact and (
            suppression.identity in contact.suppressions or _over(contact, suppression)
        ):
            return
        if self._apply:
            self._contacts.suppress(
                tenant=tenant, key=key, address=address, suppression=suppression
            )
        self._met.append(
            Difference(
                kind=Kind.MISSING_SUPPRESSION,
                email_id=suppression.email_id,
                archived=suppression,
                mended=self._apply,
            )
        )


def _over(contact: Contact, suppression: Suppression) -> bool:
    """Whether somebody cleared the contact since: it would count no more."""
    return contact.cleared_at is not None and suppression.at <= contact.cleared_at
