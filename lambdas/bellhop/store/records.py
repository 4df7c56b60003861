"""The delivery records: ``C#<contact key>`` / ``E#<ulid>``.

Facts are joined inside the database: each is one conditional write to its own entry of the record's
map, without a read before it, so repetition, order and batching cannot matter.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from bellhop.domain.emails import Claim, DeliveryRecord, Email
from bellhop.domain.facts import Fact
from bellhop.domain.identifiers import EmailId
from bellhop.domain.status import Dispatch
from bellhop.store.conditions import condition_failed
from bellhop.store.record_codec import claim_value, fact_value, item_of, record_of
from bellhop.store.table import EmailItem, text_of
from bellhop.usecases.ports import Addition, ClaimResult


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
            )
        )
        records = [record_of(item) for item in items if item.sk != f"E#{before}"]
        return records[:limit], len(records) > limit

    def claim(self, email: Email, claim: Claim, now: datetime) -> ClaimResult:
        """See :meth:`bellhop.usecases.ports.Records.claim`."""
        record = replace(DeliveryRecord.of(email, Dispatch.CLAIMED), claim=claim, attempts=1)
        return (
            ClaimResult.CLAIMED
            if self._create(record) or self._claim_again(record)
            else self._why_not(email.id, claim.attempt, now)
        )

    def _create(self, record: DeliveryRecord) -> bool:
        """Puts a new record; False where there is one."""
        try:
            item_of(record, self._keep).save(condition=EmailItem.pk.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def _claim_again(self, record: DeliveryRecord) -> bool:
        """Moves a waiting record (scheduled, or released after a refusal) to claimed."""
        assert record.claim is not None  # claim() gave it one
        return self._update(
            record.id,
            [
                EmailItem.dispatch.set(Dispatch.CLAIMED),
                EmailItem.claim.set(claim_value(record.claim)),
                EmailItem.attempts.add(1),
            ],
            EmailItem.dispatch == Dispatch.WAITING,
        )

    def _why_not(self, email_id: EmailId, attempt: str, now: datetime) -> ClaimResult:
        """Reads back why a claim failed. It may have been made and only its answer lost: PynamoDB
        then tried again and met its own claim."""
        record = self.get(email_id)
        if record is None or record.dispatch is Dispatch.WAITING or record.claim is None:
            done = record is not None and record.dispatch is Dispatch.DONE
            return ClaimResult.DONE if done else ClaimResult.HELD
        if record.claim.attempt == attempt:
            return ClaimResult.CLAIMED
        if record.dispatch is Dispatch.DONE or record.facts:
            return ClaimResult.DONE  # a fact of the attempt settles it
        return ClaimResult.UNCERTAIN if record.claim.lease_until < now else ClaimResult.HELD

    def release(self, email_id: EmailId, attempt: str) -> None:
        """See :meth:`bellhop.usecases.ports.Records.release`."""
        self._update(
            email_id,
            [
                EmailItem.dispatch.set(Dispatch.WAITING),
                EmailItem.claim.remove(),
                EmailItem.attempts.add(-1),  # only those that may have been sent are counted
            ],
            (EmailItem.claim["attempt"] == attempt) & (EmailItem.dispatch == Dispatch.CLAIMED),
        )

    def mark_uncertain(self, email_id: EmailId, since: datetime) -> bool:
        """See :meth:`bellhop.usecases.ports.Records.mark_uncertain`."""
        uncertain_since = EmailItem.claim["uncertain_since"]
        return self._update(
            email_id,
            [uncertain_since.set(text_of(since))],
            (EmailItem.dispatch == Dispatch.CLAIMED) & uncertain_since.does_not_exist(),
        )

    def close(self, email: Email, fact: Fact, now: datetime) -> ClaimResult:
        """See :meth:`bellhop.usecases.ports.Records.close`."""
        record = replace(DeliveryRecord.of(email, Dispatch.DONE), facts=(fact,))
        closed = self._create(record) or self._update(
            email.id,
            [EmailItem.dispatch.set(Dispatch.DONE), _set_fact(fact)],
            EmailItem.dispatch == Dispatch.WAITING,
        )
        return ClaimResult.CLAIMED if closed else self._why_not(email.id, "", now)

    def complete(self, email_id: EmailId, fact: Fact) -> None:
        """See :meth:`bellhop.usecases.ports.Records.complete`."""
        self._update(
            email_id,
            [EmailItem.dispatch.set(Dispatch.DONE), _set_fact(fact)],
            EmailItem.pk.exists(),
        )

    def add(self, email_id: EmailId, fact: Fact) -> Addition | None:
        """See :meth:`bellhop.usecases.ports.Records.add`."""
        item = EmailItem(*_key(email_id))
        is_new = EmailItem.facts[fact.identity].does_not_exist()
        try:
            item.update(actions=[_set_fact(fact)], condition=EmailItem.pk.exists() & is_new)
        except UpdateError as error:
            if not condition_failed(error):
                raise
            record = self.get(email_id)  # gone, or a repetition
            return Addition(record=record, is_new=False) if record else None
        return Addition(record=record_of(item), is_new=True)

    def _update(self, email_id: EmailId, actions: list[Action], condition: Condition) -> bool:
        """False where the condition failed."""
        try:
            EmailItem(*_key(email_id)).update(actions=actions, condition=condition)
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True


def _set_fact(fact: Fact) -> Action:
    entry = EmailItem.facts[fact.identity]
    return entry.set(entry | fact_value(fact))
