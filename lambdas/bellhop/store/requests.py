"""The request items: ``R#<tenant>#<64 bits>`` / ``REQUEST``."""

from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import PutError

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.identifiers import EmailId, request_key
from bellhop.domain.status import Dispatch
from bellhop.store.conditions import condition_failed
from bellhop.store.record_codec import asked_for, asked_of, recipient_of, recipient_value
from bellhop.store.table import RequestItem
from bellhop.usecases.ports import AcceptedRequest

_SORT_KEY = "REQUEST"
# What was asked can be looked up until SQS forgets a message too: an email that a broken `send`
# never saw still shows as queued, and an operator may return it.
_MARGIN = timedelta(days=15)


class RequestStore:
    """Keeps what each idempotency key made. Whether a key still blocks is checked here, in code:
    DynamoDB's TTL may delete days late."""

    def put(self, request: AcceptedRequest, now: datetime) -> bool:
        """See :meth:`bellhop.usecases.ports.Requests.put`."""
        free = RequestItem.pk.does_not_exist() | (RequestItem.blocks_until <= now)
        try:
            _item(request).save(condition=free)
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
            emails=tuple(_waiting(item, recipient) for recipient in item.recipients),
            blocks_until=item.blocks_until,
        )


def _item(request: AcceptedRequest) -> RequestItem:
    first = request.emails[0]  # they differ in their recipients alone
    return RequestItem(
        request_key(request.tenant, request.key),
        _SORT_KEY,
        tenant=request.tenant,
        payload_hash=request.payload_hash,
        **asked_for(first),
        recipients=[
            {"id": str(email.id), **recipient_value(email.recipient)} for email in request.emails
        ],
        blocks_until=request.blocks_until,
        expires_at=int((request.blocks_until + _MARGIN).timestamp()),
    )


def _waiting(item: RequestItem, recipient: dict[str, Any]) -> DeliveryRecord:
    """The email as it waits in its queue."""
    email_id = EmailId.parse(recipient["id"])
    assert email_id is not None  # _item wrote it
    return DeliveryRecord(
        id=email_id,
        recipient=recipient_of(recipient),
        **asked_of(item),
        dispatch=Dispatch.WAITING,
    )
