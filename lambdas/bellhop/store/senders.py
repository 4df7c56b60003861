"""The sending domains: ``T#<tenant>`` / ``SENDER#<domain>``, and ``D#<domain>`` / ``OWNER``.

The second is the claim: one conditional item says which tenant a domain belongs to. It is there
while the sender is pending or verified, and goes with it in one transaction.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from bellhop.domain.senders import Alignment, Sender, SenderState
from bellhop.store.conditions import condition_failed
from bellhop.store.record_codec import alignment_of, alignment_value, links_of
from bellhop.store.table import DomainItem, SenderItem


class SenderStore:
    """The tenants' sending domains."""

    def get(self, tenant: str, domain: str) -> Sender | None:
        """The tenant's sender of that domain, strongly consistent, or ``None``."""
        try:
            return _sender(SenderItem.get(f"T#{tenant}", f"SENDER#{domain}", consistent_read=True))
        except SenderItem.DoesNotExist:
            return None

    def list(self, tenant: str) -> Iterator[Sender]:
        """The tenant's senders, by domain."""
        own = SenderItem.sk.startswith("SENDER#")
        return map(_sender, SenderItem.query(f"T#{tenant}", range_key_condition=own))

    def put(self, sender: Sender) -> bool:
        """Keeps a sender and its domain's owner together; False where another tenant owns it."""
        free = DomainItem.pk.does_not_exist() | (DomainItem.tenant == sender.tenant)

        def write(transaction: TransactWrite) -> None:
            transaction.save(_owner(sender), condition=free)
            # Not the whole item: a worker's lease of an earlier sender stays.
            begun = [SenderItem.tenant.set(sender.tenant), SenderItem.run.set(sender.run)]
            transaction.update(_item(sender), actions=[*begun, *_found(sender)])

        return _transact(write)

    def ask(self, sender: Sender, run: str, state: SenderState | None = None) -> bool:
        """Names a newer run, and the state if it becomes another; False for one that is gone."""
        actions: list[Action] = [SenderItem.run.set(run)]
        if state:
            actions.append(SenderItem.state.set(state.value))
        if state is SenderState.REMOVING:  # one that is added again meanwhile has no old links
            actions.append(SenderItem.links.remove())
        return _update(sender, actions, SenderItem.pk.exists())

    def keep_alignment(self, sender: Sender, alignment: Alignment) -> None:
        """See :meth:`bellhop.usecases.ports.Senders.keep_alignment`."""
        kept = SenderItem.alignment.set(alignment_value(alignment))
        _update(sender, [kept], SenderItem.pk.exists())  # one that is gone must not come back

    def lease(self, sender: Sender, *, until: datetime, now: datetime) -> bool:
        """Reserves the sender for the one worker of ``sender.run``."""
        free = SenderItem.lease_until.does_not_exist() | (SenderItem.lease_until < now)
        ours = SenderItem.run == sender.run
        return _update(sender, [SenderItem.lease_until.set(until)], ours & free)

    def release(self, sender: Sender) -> None:
        """Ends the lease."""
        _update(sender, [SenderItem.lease_until.remove()], SenderItem.pk.exists())

    def finish(self, sender: Sender, next_run: str = "") -> bool:
        """Writes down what a run found out, and which is the next; False when a newer one has been
        asked for meanwhile.

        A sender that failed or is held loses its claim of the domain.
        """
        ours = SenderItem.run == sender.run
        if sender.state not in {SenderState.FAILED, SenderState.HELD}:
            following = [SenderItem.run.set(next_run)] if next_run else []
            return _update(sender, [*_found(sender), *following], ours)

        def write(transaction: TransactWrite) -> None:
            transaction.update(_item(sender), actions=_found(sender), condition=ours)
            _end_claim(sender, transaction)

        return _transact(write)

    def resume(self, sender: Sender, *, watch_before: str) -> bool:
        """See :meth:`bellhop.usecases.ports.Senders.resume`."""
        actions: list[Action] = [
            SenderItem.watch.set(sender.watch),
            SenderItem.stops_marketing.set(sender.stops_marketing),
        ]
        return _update(sender, actions, SenderItem.watch == watch_before)

    def forget(self, sender: Sender) -> bool:
        """Deletes the sender and its claim; False when a newer run has been asked for meanwhile."""

        def write(transaction: TransactWrite) -> None:
            transaction.delete(_item(sender), condition=SenderItem.run == sender.run)
            _end_claim(sender, transaction)

        return _transact(write)


def _update(sender: Sender, actions: list[Action], condition: Condition) -> bool:
    """Whether the condition held."""
    try:
        _item(sender).update(actions=actions, condition=condition)
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


def _transact(write: Callable[[TransactWrite], None]) -> bool:
    """Whether every condition held; what else goes wrong is raised."""
    try:
        with TransactWrite(connection=Connection(region=SenderItem.Meta.region)) as transaction:
            write(transaction)
    except TransactWriteError as error:
        reasons = [reason.code for reason in error.cancellation_reasons if reason]
        if "ConditionalCheckFailed" in reasons:
            return False
        raise
    return True


def _owner(sender: Sender) -> DomainItem:
    return DomainItem(f"D#{sender.domain}", "OWNER", tenant=sender.tenant)


def _end_claim(sender: Sender, transaction: TransactWrite) -> None:
    """Ends the claim if it is still the sender's: one that failed before has lost it."""
    owner = _owner(sender)
    try:
        owner.refresh(consistent_read=True)
    except DomainItem.DoesNotExist:
        return
    if owner.tenant == sender.tenant:
        transaction.delete(owner, condition=DomainItem.tenant == sender.tenant)


def _found(sender: Sender) -> list[Action]:
    return [
        SenderItem.state.set(sender.state.value),
        SenderItem.checked_at.set(sender.checked_at),
        SenderItem.since.set(sender.since) if sender.since else SenderItem.since.remove(),
        SenderItem.tokens.set(list(sender.tokens)),
        SenderItem.mail_from.set(sender.mail_from),
        SenderItem.watch.set(sender.watch),
        SenderItem.stops_marketing.set(sender.stops_marketing),
    ]


def _item(sender: Sender) -> SenderItem:
    return SenderItem(
        f"T#{sender.tenant}",
        f"SENDER#{sender.domain}",
        tenant=sender.tenant,
        state=sender.state.value,
        checked_at=sender.checked_at,
        since=sender.since,
        tokens=list(sender.tokens),
        mail_from=sender.mail_from,
        run=sender.run,
        watch=sender.watch,
        stops_marketing=sender.stops_marketing,
    )


def _sender(item: SenderItem) -> Sender:
    return Sender(
        tenant=item.tenant,
        domain=item.sk.removeprefix("SENDER#"),
        state=SenderState(item.state),
        checked_at=item.checked_at,
        since=item.since,
        tokens=tuple(item.tokens or ()),
        mail_from=item.mail_from or "",
        run=item.run or "",
        watch=item.watch or "",
        stops_marketing=bool(item.stops_marketing),
        links=links_of(item.links or {}),
        alignment=alignment_of(item.alignment.as_dict()) if item.alignment else None,
    )
