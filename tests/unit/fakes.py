"""The table, the queue and SES in memory, by the same promises as the real ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bellhop.domain.authentication.answers import RecordType, Zone
from bellhop.domain.authentication.check import Part, PartName, Report
from bellhop.domain.authentication.findings import Finding, Record
from bellhop.domain.authentication.panels import OTHER
from bellhop.domain.authentication.presence import Presence, Sought
from bellhop.domain.contacts import MOST_LIFTINGS, Contact, Lifting, Suppression
from bellhop.domain.emails import Claim, DeliveryRecord, Email, EmailClass
from bellhop.domain.errors import ContentTooLargeError, NotAcceptedError, SuppressionNotLiftedError
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId
from bellhop.domain.keys import ApiKey
from bellhop.domain.links import Link
from bellhop.domain.references import Reference, references_of
from bellhop.domain.senders import Alignment, Sender, SenderState
from bellhop.domain.status import Dispatch
from bellhop.domain.stops import Stop, StopReason
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.domain.uncertainty import Heard
from bellhop.usecases.ports import (
    AcceptedRequest,
    Addition,
    Job,
    SendOutcome,
    SendResult,
)


class FakeClock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class FakeRequests:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], AcceptedRequest] = {}

    def put(self, request: AcceptedRequest, now: datetime) -> bool:
        earlier = self.get(request.tenant, request.key)
        if earlier and earlier.blocks_until > now:
            return False
        self.kept[request.tenant, request.key] = request
        return True

    def get(self, tenant: str, key: int) -> AcceptedRequest | None:
        return self.kept.get((tenant, key))


class FakeTenants:
    def __init__(self, *tenants: str) -> None:
        self.kept = set(tenants)

    def exists(self, tenant: str) -> bool:
        return tenant in self.kept


class FakeSenders:
    def __init__(self, *senders: Sender) -> None:
        self.kept = {(sender.tenant, sender.domain): sender for sender in senders}
        self.leases: dict[tuple[str, str], datetime] = {}
        self.owners = {sender.domain: sender.tenant for sender in senders}

    def get(self, tenant: str, domain: str) -> Sender | None:
        return self.kept.get((tenant, domain))

    def keep_alignment(self, sender: Sender, alignment: Alignment) -> None:
        self.kept[sender.tenant, sender.domain] = replace(sender, alignment=alignment)

    def list(self, tenant: str) -> Iterable[Sender]:
        return [self.kept[key] for key in sorted(self.kept) if key[0] == tenant]

    def put(self, sender: Sender) -> bool:
        if self.owners.setdefault(sender.domain, sender.tenant) != sender.tenant:
            return False
        self.kept[sender.tenant, sender.domain] = sender
        return True

    def ask(self, sender: Sender, run: str, state: SenderState | None = None) -> bool:
        key = (sender.tenant, sender.domain)
        if key in self.kept:
            kept = self.kept[key]
            self.kept[key] = replace(kept, run=run, state=state or kept.state)
        return key in self.kept

    def lease(self, sender: Sender, *, until: datetime, now: datetime) -> bool:
        key = (sender.tenant, sender.domain)
        if self.kept[key].run != sender.run or self.leases.get(key, now) > now:
            return False
        self.leases[key] = until
        return True

    def release(self, sender: Sender) -> None:
        self.leases.pop((sender.tenant, sender.domain), None)

    def finish(self, sender: Sender, next_run: str = "") -> bool:
        ours = self.kept[sender.tenant, sender.domain].run == sender.run
        if ours:
            self.kept[sender.tenant, sender.domain] = replace(sender, run=next_run or sender.run)
            if sender.state in {SenderState.FAILED, SenderState.HELD}:
                self._end_claim(sender)
        return ours

    def resume(self, sender: Sender, *, watch_before: str) -> bool:
        kept = self.kept[sender.tenant, sender.domain]
        if kept.watch != watch_before:
            return False
        self.kept[sender.tenant, sender.domain] = replace(
            kept, watch=sender.watch, stops_marketing=sender.stops_marketing
        )
        return True

    def forget(self, sender: Sender) -> bool:
        ours = self.kept[sender.tenant, sender.domain].run == sender.run
        if ours:
            del self.kept[sender.tenant, sender.domain]
            self._end_claim(sender)
        return ours

    def _end_claim(self, sender: Sender) -> None:
        if self.owners.get(sender.domain) == sender.tenant:
            del self.owners[sender.domain]


class FakeLinks:
    """Links to the pages of `senders`; `raced` says that somebody else is faster, always."""

    def __init__(self, senders: FakeSenders) -> None:
        self._senders = senders
        self.led: dict[str, tuple[str, str]] = {}
        self.raced = False

    def lead(self, link: Link, sender: Sender) -> None:
        self.led[link.hash] = (sender.tenant, sender.domain)

    def keep(self, sender: Sender, links: tuple[Link, ...]) -> bool:
        key = (sender.tenant, sender.domain)
        if self.raced or self._senders.kept[key].links != sender.links:
            return False
        self._senders.kept[key] = replace(self._senders.kept[key], links=links)
        return True

    def find(self, hashed: str) -> tuple[str, str] | None:
        return self.led.get(hashed)


class FakeJobs:
    """The queue of wishes; `down` says that it does not answer."""

    def __init__(self) -> None:
        self.put_in: list[tuple[Job, timedelta]] = []
        self.down = False

    def put(self, job: Job, *, delay: timedelta) -> None:
        if self.down:
            raise NotAcceptedError("down")
        self.put_in.append((job, delay))


class FakeAuthentication:
    """A DNS that says what a test wants: findings of the weights that it names."""

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.observed: dict[str, tuple[str, ...]] = {}

    def check(self, sender: Sender) -> Report:
        sought = tuple(
            Sought(
                record=Record(name=sender.domain, type=RecordType(kind), value="x"),
                presence=Presence.FOUND,
                seen=values,
            )
            for kind, values in self.observed.items()
        )
        part = Part(name=PartName.DKIM, sought=sought, findings=self.findings)
        zone = Zone(name=sender.domain)
        return Report(domain=sender.domain, zone=zone, panel=OTHER, parts=(part,))


class FakeIdentities:
    def __init__(self, *, dkim: bool = True, spf: bool = True) -> None:
        self.dkim, self.spf = dkim, spf
        self.is_down = False
        self.questions = 0

    def alignment_of(self, _domain: str, now: datetime) -> Alignment | None:
        self.questions += 1
        return None if self.is_down else Alignment(dkim=self.dkim, spf=self.spf, checked_at=now)


class FakeTenantSettings:
    def __init__(self) -> None:
        self.kept: dict[str, TenantSettings] = {}

    def get(self, tenant: str) -> TenantSettings:
        return self.kept.get(tenant, TenantSettings())

    def change(self, tenant: str, **given: Any) -> TenantSettings:
        changes = {name: value for name, value in given.items() if value is not None}
        self.kept[tenant] = replace(self.get(tenant), **changes)
        return self.kept[tenant]


class FakeKeys:
    def __init__(self, *keys: ApiKey) -> None:
        self.kept = {(key.tenant, key.hash): key for key in keys}
        self.reads = 0

    def get(self, tenant: str, key_hash: str) -> ApiKey | None:
        self.reads += 1
        return self.kept.get((tenant, key_hash))


class FakeLane:
    def __init__(self, limit: int = 10_000) -> None:
        self.limit = limit
        self.emails: list[Email] = []
        self.is_down = False

    def check_size(self, email: Email) -> None:
        if len(email.html) > self.limit:
            raise ContentTooLargeError("too large", param="/html")

    def put(self, emails: Sequence[Email]) -> None:
        if self.is_down:
            raise NotAcceptedError("repeat")
        self.emails.extend(emails)


class FakeContacts:
    def __init__(self) -> None:
        self.kept: dict[str, Contact] = {}

    def get(self, key: str) -> Contact | None:
        return self.kept.get(key)

    def suppress(self, *, tenant: str, key: str, address: str, suppression: Suppression) -> None:
        contact = self.kept.get(key) or Contact(
            tenant=tenant, key=key, address=address, suppressions={}
        )
        suppressions = {suppression.identity: suppression, **contact.suppressions}
        self.kept[key] = replace(contact, suppressions=suppressions)

    def lift(self, contact: Contact, lifting: Lifting) -> None:
        kept = self.kept[contact.key]
        if kept.cleared_at == contact.cleared_at:
            self.kept[contact.key] = replace(
                kept, cleared_at=lifting.at, liftings=(*kept.liftings, lifting)[-MOST_LIFTINGS:]
            )


class FakeSuppressionList:
    """SES's list, which keeps and removes each spelling by itself."""

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.is_down = False

    def remove(self, address: str) -> None:
        if self.is_down:
            raise SuppressionNotLiftedError("repeat")
        self.kept.discard(address)


class FakeRecords:
    def __init__(self) -> None:
        self.kept: dict[EmailId, DeliveryRecord] = {}

    def get(self, email_id: EmailId) -> DeliveryRecord | None:
        return self.kept.get(email_id)

    def get_many(self, email_ids: Iterable[EmailId]) -> dict[EmailId, DeliveryRecord]:
        return {each: self.kept[each] for each in email_ids if each in self.kept}

    def replace(self, email_id: EmailId, recorded: Fact, fact: Fact) -> bool:
        record = self.kept[email_id]
        if recorded not in record.facts:
            return False
        others = tuple(known for known in record.facts if known != recorded)
        self.kept[email_id] = replace(record, facts=(*others, fact))
        return True

    def page(
        self, contact: str, *, limit: int, before: str | None
    ) -> tuple[list[DeliveryRecord], bool]:
        found = sorted(
            (r for r in self.kept.values() if r.id.contact == contact),
            key=lambda record: record.id.ulid,
            reverse=True,
        )
        older = [record for record in found if before is None or record.id.ulid < before]
        return older[:limit], len(older) > limit

    def by_reference(
        self, tenant: str, reference: Reference, *, limit: int, before: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        found = sorted(
            (r for r in self.kept.values() if r.tenant == tenant and reference in references_of(r)),
            key=lambda record: record.id.ulid,
            reverse=True,
        )
        older = [record for record in found if before is None or record.id.ulid < before]
        return older[:limit], older[limit - 1].id.ulid if len(older) > limit else None

    def claim(self, email: Email, claim: Claim) -> DeliveryRecord | None:
        record = self.kept.get(email.id, DeliveryRecord.of(email, Dispatch.WAITING))
        if record.dispatch is not Dispatch.WAITING:
            return record
        self._put(record, dispatch=Dispatch.CLAIMED, claim=claim, attempts=record.attempts + 1)
        return None

    def claim_again(self, email_id: EmailId, uncertain: Claim, claim: Claim) -> bool:
        record = self.kept[email_id]
        if self._is_claimed(record, uncertain.attempt):
            record = self._put(record, claim=claim, attempts=record.attempts + 1)
        return record.claim is not None and record.claim.attempt == claim.attempt

    def release(self, email_id: EmailId, attempt: str, earlier: Claim | None = None) -> None:
        record = self.kept.get(email_id)
        if record and self._is_claimed(record, attempt):
            dispatch = Dispatch.CLAIMED if earlier else Dispatch.WAITING
            attempts = record.attempts - 1
            self._put(record, dispatch=dispatch, claim=earlier, attempts=attempts)

    def mark_uncertain(self, email_id: EmailId, attempt: str, since: datetime) -> bool:
        record = self.kept[email_id]
        claim = record.claim
        if claim is None or claim.uncertain_since or not self._is_claimed(record, attempt):
            return False
        self._put(record, claim=replace(claim, uncertain_since=since))
        return True

    def close(self, record: DeliveryRecord, fact: Fact) -> DeliveryRecord | None:
        kept = self.kept.get(record.id, replace(record, dispatch=Dispatch.WAITING))
        if kept.dispatch is not Dispatch.WAITING:
            return kept
        self._end(kept, fact)
        return None

    def reopen(self, email_id: EmailId) -> bool:
        record = self.kept[email_id]
        is_parked = [fact.kind for fact in record.facts] == [FactKind.PARKED]
        if is_parked and record.dispatch is Dispatch.DONE:
            self._put(record, dispatch=Dispatch.WAITING)
        return is_parked

    def give_up(self, email_id: EmailId, attempt: str, fact: Fact) -> bool:
        record = self.kept[email_id]
        if not self._is_claimed(record, attempt):
            return False
        self._end(record, fact)
        return True

    def complete(self, email_id: EmailId, fact: Fact) -> None:
        self.add(email_id, fact)

    def add(self, email_id: EmailId, fact: Fact) -> Addition | None:
        record = self.kept.get(email_id)
        if record is None:
            return None
        is_new = fact.identity not in {known.identity for known in record.facts}
        if is_new:
            record = self._end(record, fact)
        return Addition(record=record, is_new=is_new)

    def _is_claimed(self, record: DeliveryRecord, attempt: str) -> bool:
        claim = record.claim if record.dispatch is Dispatch.CLAIMED else None
        return claim is not None and claim.attempt == attempt

    def _end(self, record: DeliveryRecord, fact: Fact) -> DeliveryRecord:
        return self._put(record, dispatch=Dispatch.DONE, facts=(*record.facts, fact))

    def _put(self, record: DeliveryRecord, **changes) -> DeliveryRecord:
        self.kept[record.id] = replace(record, **changes)
        return self.kept[record.id]


class FakeEvents:
    """Whether events come: never, until it is told so."""

    def __init__(self) -> None:
        self.came: datetime | None = None
        self.late_until: datetime | None = None
        self.probed_at: datetime | None = None

    def heard(self, email_class: EmailClass) -> Heard:  # noqa: ARG002 (as the port)
        return Heard(newest=self.came, late_until=self.late_until)

    def take_probe(self, email_class: EmailClass, now: datetime) -> bool:  # noqa: ARG002
        if self.probed_at and self.probed_at >= now - timedelta(minutes=5):
            return False
        self.probed_at = now
        return True


class FakeStops:
    """The stops that stand, as the table keeps them."""

    def __init__(self) -> None:
        self.kept: dict[tuple[StopReason, str], Stop] = {}
        self.reads = self.writes = 0

    def keep(self, tenant: str, reason: StopReason, name: str, words: str, now: datetime) -> None:  # noqa: ARG002
        self.writes += 1
        known = self.kept.get((reason, name))
        since = known.since if known else now
        stop = Stop(reason=reason, name=name, since=since, seen_at=now, words=words)
        self.kept[reason, name] = stop

    def lift(self, tenant: str, stop: Stop) -> None:  # noqa: ARG002 (as the port)
        self.kept.pop((stop.reason, stop.name), None)

    def standing(self, tenant: str, configuration_sets: Sequence[str]) -> list[Stop]:  # noqa: ARG002
        self.reads += 1
        return list(self.kept.values())


class FakeSes:
    """Answers what it is told to, and remembers which email was sent how often."""

    def __init__(self, *outcomes: SendOutcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[EmailId] = []
        self.probes = 0
        self.stop: StopReason | None = None  # what its refusals tell
        self.throttles = False

    def send(self, email: Email, attempt: str) -> SendResult:
        outcome = self.outcomes.pop(0) if self.outcomes else SendOutcome.ACCEPTED
        if outcome is SendOutcome.ACCEPTED:
            self.sent.append(email.id)
        return SendResult(
            outcome=outcome,
            message_id=f"ses-{attempt}",
            error=outcome.value,
            stop=self.stop,
            is_throttle=self.throttles,
        )

    def probe(self, email: Email) -> None:  # noqa: ARG002 (as the port)
        self.probes += 1
