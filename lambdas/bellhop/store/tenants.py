"""The tenants, and their API keys: ``T#<tenant>`` / ``KEY#<hash>``."""

from collections.abc import Iterator
from datetime import datetime

from bellhop.domain.keys import ApiKey, Scope
from bellhop.store.table import Item, KeyItem


class TenantStore:
    """The tenants themselves."""

    def exists(self, tenant: str) -> bool:
        """Whether anything is kept of the tenant: with its last key and sender it is gone."""
        return any(Item.query(f"T#{tenant}", limit=1, attributes_to_get=["pk"]))


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
