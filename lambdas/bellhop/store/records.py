"""The delivery records: ``C#<contact key>`` / ``E#<ulid>``.

Facts are joined inside the database: each is one conditional write to its own entry of the record's
map, without a read before it, so repetition, order and batching cannot matter.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from bellhop.domain.emails import Claim, DeliveryRecord, Email
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId, reference_key
from bellhop.domain.references import Reference
from bellhop.domain.status import Dispatch
from bellhop.store.conditions import condition_failed
from bellhop.store.record_codec import claim_value, fact_value, item_of, record_of
from bellhop.store.references import pointed_at, pointers_of
from bellhop.store.table import EmailItem, ReferenceItem, text_of
from bellhop.usecases.ports import Addition


def _key(email_id: EmailId) -> tuple[str, str]:
    return f"C#{email_id.contact}", f"E#{email_id.ulid}"


class RecordStore:
    """Delivery records; each expires ``keep`` after its email was accepted."""

    def __init__(self, keep: timedelta) -> None:
        self._keep = keep

    def get(self, email_id: EmailId) -> DeliveryRecord | None:
        """The record, strongly consistent, or ``None``."""
        try:
            return record_of(EmailItem.get(*_key(email_id), consistent_read=True))
        except EmailItem.DoesNotExist:
            return None

    def get_many(self, email_ids: Iterable[EmailId]) -> dict[EmailId, DeliveryRecord]:
        """Those of the records that exist, strongly consistent, in as few calls as possible."""
        keys = [_key(email_id) for email_id in email_ids]
        found = map(record_of, EmailItem.batch_get(keys, consistent_read=True))
        return {record.id: record for record in found}

    def page(
        self, contact: str, *, limit: int, before: str | None
    ) -> tuple[list[DeliveryRecord], bool]:
        """See :meth:`bellhop.usecases.ports.Records.page`."""
        older = EmailItem.sk.between("E#", f"E#{before}")  # includes `before` itself
        all_emails = EmailItem.sk.startswith("E#")
        items = list(
            EmailItem.query(
                f"C#{contact}",
                range_key_condition=older if before else all_emails,
                scan_index_forward=False,
                limit=limit + 2,  # one may be `before`, one tells that more follow
                consistent_read=True,  # bounces are counted by what was written just before
            )
        )
        records = [record_of(item) for item in items if item.sk != f"E#{before}"]
        return records[:limit], len(records) > limit

    def by_reference(
        self, tenant: str, reference: Reference, *, limit: int, before: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        """See :meth:`bellhop.usecases.ports.Records.by_reference`."""
        older = ReferenceItem.sk < f"E#{before}"
        key = reference_key(tenant, reference.kind, reference.text)
        pointers = list(
            ReferenceItem.query(
                key,
                range_key_condition=older if before else None,
                scan_index_forward=False,
                limit=limit + 1,  # tells that more follow
            )
        )
        ids = [pointed_at(pointer) for pointer in pointers[:limit]]
        found = {(i.pk, i.sk): record_of(i) for i in EmailItem.batch_get([*map(_key, ids)])}
        records = [found[_key(email_id)] for email_id in ids if _key(email_id) in found]
        own = [record for record in records if record.tenant == tenant]
        return own, ids[-1].ulid if len(pointers) > limit else None

    def claim(self, email: Email, claim: Claim) -> DeliveryRecord | None:
        """See :meth:`bellhop.usecases.ports.Records.claim`."""
        record = replace(DeliveryRecord.of(email, Dispatch.CLAIMED), claim=claim, attempts=1)
        if self._create(record):
            return None
        claimed = _update(email.id, _claiming(claim), EmailItem.dispatch == Dispatch.WAITING)
        return None if claimed else self._in_the_way(record)

    def _create(self, record: DeliveryRecord) -> bool:
        """Puts a new record; False where there is one.

        What its references lead to comes first: a crash in between leaves a pointer to nothing,
        which is passed over; the other way round a reference would miss its email for ever.
        """
        for pointer in pointers_of(record, self._keep):
            pointer.save()
        try:
            item_of(record, self._keep).save(condition=EmailItem.pk.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def _in_the_way(self, wanted: DeliveryRecord) -> DeliveryRecord:
        """What a condition failed on. It may be our own write, of which only the answer was lost:
        PynamoDB then tried again. Gone meanwhile, it is told as it was wanted to begin."""
        return self.get(wanted.id) or replace(wanted, dispatch=Dispatch.WAITING, claim=None)

    def claim_again(self, email_id: EmailId, uncertain: Claim, claim: Claim) -> bool:
        """See :meth:`bellhop.usecases.ports.Records.claim_again`."""
        if _update(email_id, _claiming(claim), _claimed_by(uncertain.attempt)):
            return True
        record = self.get(email_id)
        return bool(record and record.claim and record.claim.attempt == claim.attempt)

    def release(self, email_id: EmailId, attempt: str, earlier: Claim | None = None) -> None:
        """See :meth:`bellhop.usecases.ports.Records.release`."""
        before = (
            [EmailItem.claim.set(claim_value(earlier))]
            if earlier
            else [EmailItem.dispatch.set(Dispatch.WAITING), EmailItem.claim.remove()]
        )
        # Only those attempts that may have been sent are counted.
        _update(email_id, [*before, EmailItem.attempts.add(-1)], _claimed_by(attempt))

    def mark_uncertain(self, email_id: EmailId, attempt: str, since: datetime) -> bool:
        """See :meth:`bellhop.usecases.ports.Records.mark_uncertain`."""
        uncertain_since = EmailItem.claim["uncertain_since"]
        return _update(
            email_id,
            [uncertain_since.set(text_of(since))],
            _claimed_by(attempt) & uncertain_since.does_not_exist(),
        )

    def close(self, record: DeliveryRecord, fact: Fact) -> DeliveryRecord | None:
        """See :meth:`bellhop.usecases.ports.Records.close`."""
        closed = replace(record, dispatch=Dispatch.DONE, facts=(fact,))
        if self._create(closed):
            return None
        waits = EmailItem.dispatch == Dispatch.WAITING
        return None if _update(record.id, _ending(fact), waits) else self._in_the_way(record)

    def give_up(self, email_id: EmailId, attempt: str, fact: Fact) -> bool:
        """See :meth:`bellhop.usecases.ports.Records.give_up`."""
        return _update(email_id, _ending(fact), _claimed_by(attempt))

    @staticmethod
    def reopen(email_id: EmailId) -> bool:
        """See :meth:`bellhop.usecases.ports.Records.reopen`."""
        parked = EmailItem.facts[FactKind.PARKED.value]
        return _update(
            email_id,
            [EmailItem.dispatch.set(Dispatch.WAITING)],
            (EmailItem.dispatch == Dispatch.DONE) & parked.exists() & (size(EmailItem.facts) == 1),
        )

    def complete(self, email_id: EmailId, fact: Fact) -> None:
        """See :meth:`bellhop.usecases.ports.Records.complete`."""
        _update(email_id, _ending(fact), EmailItem.pk.exists())

    def add(self, email_id: EmailId, fact: Fact) -> Addition | None:
        """See :meth:`bellhop.usecases.ports.Records.add`."""
        item = EmailItem(*_key(email_id))
        is_new = EmailItem.facts[fact.identity].does_not_exist()
        try:
            item.update(actions=_ending(fact), condition=EmailItem.pk.exists() & is_new)
        except UpdateError as error:
            if not condition_failed(error):
                raise
            record = self.get(email_id)  # gone, or a repetition
            return Addition(record=record, is_new=False) if record else None
        return Addition(record=record_of(item), is_new=True)

    def replace(self, email_id: EmailId, recorded: Fact, fact: Fact) -> bool:
        """Puts a fact in the place of the same one read otherwise; False where that has changed."""
        assert fact.identity == recorded.identity
        entry = EmailItem.facts[fact.identity]
        return _update(email_id, [entry.set(fact_value(fact))], entry == fact_value(recorded))


def _claiming(claim: Claim) -> list[Action]:
    return [
        EmailItem.dispatch.set(Dispatch.CLAIMED),
        EmailItem.claim.set(claim_value(claim)),
        EmailItem.attempts.add(1),
    ]


def _claimed_by(attempt: str) -> Condition:
    """The claim is this attempt's, and no fact has ended it."""
    return (EmailItem.dispatch == Dispatch.CLAIMED) & (EmailItem.claim["attempt"] == attempt)


def _ending(fact: Fact) -> list[Action]:
    """Adds a fact, after which nothing is left to call SES for."""
    entry = EmailItem.facts[fact.identity]
    return [EmailItem.dispatch.set(Dispatch.DONE), entry.set(entry | fact_value(fact))]


def _update(email_id: EmailId, actions: list[Action], condition: Condition) -> bool:
    """False where the condition failed."""
    try:
        EmailItem(*_key(email_id)).update(actions=actions, condition=condition)
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True
