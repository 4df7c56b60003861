"""Reads the whole table: for an operator who asks now and then, never for a request."""

from collections.abc import Iterator
from datetime import datetime

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.identifiers import EmailId
from bellhop.store.record_codec import record_of
from bellhop.store.table import EmailItem


def records_between(start: datetime, end: datetime) -> Iterator[DeliveryRecord]:
    """The delivery records of the emails that were accepted from ``start`` until before ``end``.

    DynamoDB bills half a read unit for each 4 KB of the table, whatever the answer holds.
    """
    accepted = EmailItem.sk.between(_sort_key(start), _sort_key(end))
    of_contacts = EmailItem.pk.startswith("C#")  # a reference's pointers sort as emails do
    for item in EmailItem.scan(filter_condition=of_contacts & accepted):
        yield record_of(item)


def _sort_key(at: datetime) -> str:
    """What stands before the sort key of every email that was accepted at this instant."""
    lowest = EmailId.create(contact="", at=at, request=0, recipient_index=0)
    return f"E#{lowest.ulid}"
