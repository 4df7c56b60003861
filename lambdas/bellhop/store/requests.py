"""The request items: ``R#<tenant>#<64 bits>`` / ``REQUEST``."""

from datetime import datetime, timedelta

from pynamodb.exceptions import PutError

from bellhop.domain.identifiers import request_key
from bellhop.store.conditions import condition_failed
from bellhop.store.table import RequestItem
from bellhop.usecases.ports import AcceptedRequest

_SORT_KEY = "REQUEST"
# TTL deletes late and may delete early by the clock's skew: the item outlives its block by a day.
_MARGIN = timedelta(days=1)


class RequestStore:
    """Keeps what each idempotency key made. Whether a key still blocks is checked here, in code:
    DynamoDB's TTL may delete days late."""

    def put(self, request: AcceptedRequest, now: datetime) -> bool:
        """See :meth:`bellhop.usecases.ports.Requests.put`."""
        item = RequestItem(
            request_key(request.tenant, request.key),
            _SORT_KEY,
            tenant=request.tenant,
            payload_hash=request.payload_hash,
            email_ids=list(request.email_ids),
            accepted_at=request.accepted_at,
            blocks_until=request.blocks_until,
            expires_at=int((request.blocks_until + _MARGIN).timestamp()),
        )
        free = RequestItem.pk.does_not_exist() | (RequestItem.blocks_until <= now)
        try:
            item.save(condition=free)
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def get(self, tenant: str, key: int) -> AcceptedRequest | None:
        """See :meth:`bellhop.usecases.ports.Requests.get`."""
        try:
            item = RequestItem.get(request_key(tenant, key), _SORT_KEY, consistent_read=True)
        except RequestItem.DoesNotExist:
            return None
        return AcceptedRequest(
            tenant=item.tenant,
            key=key,
            payload_hash=item.payload_hash,
            email_ids=tuple(item.email_ids),
            accepted_at=item.accepted_at,
            blocks_until=item.blocks_until,
        )
