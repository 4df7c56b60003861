"""What a tenant owns beside its contacts: ``T#<tenant>`` / ``SENDER#<domain>``, ``KEY#<hash>``."""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite

from bellhop.domain.keys import ApiKey, Scope
from bellhop.domain.senders import Alignment, Sender, SenderState
from bellhop.store.conditions import condition_failed
from bellhop.store.record_codec import alignment_of, alignment_value
from bellhop.store.table import DomainItem, Item, KeyItem, SenderItem


class TenantStore:
    """The tenants themselves."""

    def exists(self, tenant: str) -> bool:
        """Whether anything is kept of the tenant: with its last key and sender it is gone."""
        return any(Item.query(f"T#{tenant}", limit=1, attributes_to_get=["pk"]))


class SenderStore:
    """The tenants' sending domains."""

    def get(self, tenant: str, domain: str) -> Sender | None:
        """The tenant's sender of that domain, or ``None``."""
        try:
            return _sender(SenderItem.get(f"T#{tenant}", f"SENDER#{domain}"))
        except SenderItem.DoesNotExist:
            return None

    def list(self, tenant: str) -> Iterator[Sender]:
        """The tenant's senders, by domain."""
        own = SenderItem.sk.startswith("SENDER#")
        return map(_sender, SenderItem.query(f"T#{tenant}", range_key_condition=own))

    def put(self, sender: Sender) -> bool:
        """Keeps a sender and its domain's owner together; False where another tenant owns it."""
        item = SenderItem(
            f"T#{sender.tenant}",
            f"SENDER#{sender.domain}",
            tenant=sender.tenant,
            state=sender.state.value,
            checked_at=sender.checked_at,
        )
        owner = DomainItem(f"D#{sender.domain}", "OWNER", tenant=sender.tenant)
        free = DomainItem.pk.does_not_exist() | (DomainItem.tenant == sender.tenant)
        try:
            with TransactWrite(connection=Connection(region=SenderItem.Meta.region)) as write:
                write.save(owner, condition=free)
                write.save(item)
        except TransactWriteError as error:
            reasons = [reason.code for reason in error.cancellation_reasons if reason]
            if "ConditionalCheckFailed" in reasons:
                return False
            raise
        return True

    def keep_alignment(self, sender: Sender, alignment: Alignment) -> None:
        """See :meth:`bellhop.usecases.ports.Senders.keep_alignment`."""
        try:
            SenderItem(f"T#{sender.tenant}", f"SENDER#{sender.domain}").update(
                actions=[SenderItem.alignment.set(alignment_value(alignment))],
                condition=SenderItem.pk.exists(),  # a sender that is gone must not come back
            )
        except UpdateError as error:
            if not condition_failed(error):
                raise


class KeyStore:
    """The API keys."""

    def get(self, tenant: str, key_hash: str) -> ApiKey | None:
        """The key with that hash, or ``None``."""
        try:
            return _api_key(KeyItem.get(f"T#{tenant}", f"KEY#{key_hash}"))
        except KeyItem.DoesNotExist:
            return None

    def list(self, tenant: str) -> Iterator[ApiKey]:
        """The tenant's keys, revoked and expired ones among them."""
        own = KeyItem.sk.startswith("KEY#")
        return map(_api_key, KeyItem.query(f"T#{tenant}", range_key_condition=own))

    def put(self, key: ApiKey) -> None:
        """Keeps a new key."""
        KeyItem(
            f"T#{key.tenant}",
            f"KEY#{key.hash}",
            tenant=key.tenant,
            name=key.name,
            scopes=sorted(key.scopes),
            created_at=key.created_at,
            not_valid_after=key.expires_at,
            revoked_at=key.revoked_at,
        ).save()

    def revoke(self, key: ApiKey, at: datetime) -> None:
        """Ends a key; it may be used for up to a minute more, see usecases/authenticate.py."""
        KeyItem(f"T#{key.tenant}", f"KEY#{key.hash}").update(actions=[KeyItem.revoked_at.set(at)])


def _sender(item: SenderItem) -> Sender:
    return Sender(
        tenant=item.tenant,
        domain=item.sk.removeprefix("SENDER#"),
        state=SenderState(item.state),
        checked_at=item.checked_at,
        alignment=alignment_of(item.alignment.as_dict()) if item.alignment else None,
    )


def _api_key(item: KeyItem) -> ApiKey:
    return ApiKey(
        tenant=item.tenant,
        hash=item.sk.removeprefix("KEY#"),
        name=item.name,
        scopes=frozenset(Scope(scope) for scope in item.scopes),
        created_at=item.created_at,
        expires_at=item.not_valid_after,
        revoked_at=item.revoked_at,
    )
