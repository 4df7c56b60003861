"""The table, the queue and SES in memory, by the same promises as the real ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bellhop.domain.contacts import MOST_LIFTINGS, Contact, Lifting, Suppression
from bellhop.domain.emails import Claim, DeliveryRecord, Email
from bellhop.domain.errors import ContentTooLargeError, NotAcceptedError, SuppressionNotLiftedError
from bellhop.domain.facts import Fact
from bellhop.domain.identifiers import EmailId
from bellhop.domain.keys import ApiKey
from bellhop.domain.senders import Alignment, Sender
from bellhop.domain.status import Dispatch
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.usecases.ports import (
    AcceptedRequest,
    Addition,
    ClaimResult,
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

    def get(self, tenant: str, domain: str) -> Sender | None:
        return self.kept.get((tenant, domain))

    def keep_alignment(self, sender: Sender, alignment: Alignment) -> None:
        self.kept[sender.tenant, sender.domain] = replace(sender, alignment=alignment)


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

    def claim(self, email: Email, claim: Claim, now: datetime) -> ClaimResult:
        record = self.kept.get(email.id)
        if record is None or record.dispatch is Dispatch.WAITING:
            attempts = record.attempts + 1 if record else 1
            self.kept[email.id] = replace(
                DeliveryRecord.of(email, Dispatch.WAITING),
                dispatch=Dispatch.CLAIMED,
                claim=claim,
                attempts=attempts,
            )
            return ClaimResult.CLAIMED
        return self._why_not(record, now)

    def _why_not(self, record: DeliveryRecord, now: datetime) -> ClaimResult:
        if record.dispatch is Dispatch.DONE or record.facts or record.claim is None:
            return ClaimResult.DONE
        return ClaimResult.UNCERTAIN if record.claim.lease_until < now else ClaimResult.HELD

    def release(self, email_id: EmailId, attempt: str) -> None:
        record = self.kept[email_id]
        if record.claim and record.claim.attempt == attempt:
            self.kept[email_id] = replace(
                record, dispatch=Dispatch.WAITING, claim=None, attempts=record.attempts - 1
            )

    def mark_uncertain(self, email_id: EmailId, since: datetime) -> bool:
        record = self.kept[email_id]
        if record.claim is None or record.claim.uncertain_since:
            return False
        claim = replace(record.claim, uncertain_since=since)
        self.kept[email_id] = replace(record, claim=claim)
        return True

    def close(self, email: Email, fact: Fact, now: datetime) -> ClaimResult:
        record = self.kept.get(email.id, DeliveryRecord.of(email, Dispatch.WAITING))
        if record.dispatch is not Dispatch.WAITING:
            return self._why_not(record, now)
        self.kept[email.id] = replace(record, dispatch=Dispatch.DONE, facts=(fact,))
        return ClaimResult.CLAIMED

    def complete(self, email_id: EmailId, fact: Fact) -> None:
        self.add(email_id, fact)
        self.kept[email_id] = replace(self.kept[email_id], dispatch=Dispatch.DONE)

    def add(self, email_id: EmailId, fact: Fact) -> Addition | None:
        record = self.kept.get(email_id)
        if record is None:
            return None
        is_new = fact.identity not in {known.identity for known in record.facts}
        if is_new:
            record = self.kept[email_id] = replace(record, facts=(*record.facts, fact))
        return Addition(record=record, is_new=is_new)


class FakeSes:
    """Answers what it is told to, and remembers which email was sent how often."""

    def __init__(self, *outcomes: SendOutcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[EmailId] = []

    def send(self, email: Email, attempt: str) -> SendResult:
        outcome = self.outcomes.pop(0) if self.outcomes else SendOutcome.ACCEPTED
        if outcome is SendOutcome.ACCEPTED:
            self.sent.append(email.id)
        return SendResult(outcome=outcome, message_id=f"ses-{attempt}", error=outcome.value)
