"""The items of the one table, as PynamoDB models.

An instant is kept as ISO 8601 text in UTC with microseconds, so that text order is time order;
``expires_at`` is in epoch *seconds*, as DynamoDB's TTL wants it.
"""

from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import STRING
from pynamodb.models import Model


def instant(text: str) -> datetime:
    """The aware UTC datetime of an instant as the table keeps it."""
    return datetime.fromisoformat(text)


def text_of(at: datetime) -> str:
    """An instant as the table keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class InstantAttribute(Attribute[datetime]):
    """An aware datetime as sortable text."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return text_of(value)

    def deserialize(self, value: str) -> datetime:
        return instant(value)


class Item(Model):
    """What every item has: its key, its tenant and, where it ends, its expiry."""

    class Meta:
        table_name = "unbound"  # bind() names both before first use
        region = "unbound"
        # DynamoDB answers in milliseconds; a slow answer is asked for once more, within 6 seconds.
        max_retry_attempts = 1
        connect_timeout_seconds = 1
        read_timeout_seconds = 2

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    tenant = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class ContactItem(Item):
    """``C#<contact key>`` / ``CONTACT``: written only when suppression or consent changes.

    A tombstone has ``erased_at`` and no address.
    """

    address = UnicodeAttribute(null=True)
    suppressions: MapAttribute[str, Any] = MapAttribute(default=dict)
    cleared_at = InstantAttribute(null=True)
    erased_at = InstantAttribute(null=True)
    liftings = JSONAttribute(null=True)


class AskedFor(Item):
    """What an email's record and its request have in common: how it was asked for."""

    sender: MapAttribute[str, Any] = MapAttribute()
    subject = UnicodeAttribute()
    reference = UnicodeAttribute(null=True)
    # As JSON: a map attribute takes its keys for arguments, and the CRM names these.
    metadata = JSONAttribute(default=dict)
    email_class = UnicodeAttribute()
    guarantee = UnicodeAttribute()
    not_after = InstantAttribute()
    resend_of = UnicodeAttribute(null=True)


class EmailItem(AskedFor):
    """``C#<contact key>`` / ``E#<ulid>``: a delivery record."""

    recipient: MapAttribute[str, Any] = MapAttribute()
    dispatch = UnicodeAttribute()
    claim: MapAttribute[str, Any] = MapAttribute(null=True)
    attempts = NumberAttribute(default=0)
    facts: MapAttribute[str, Any] = MapAttribute(default=dict)


class ReferenceItem(Item):
    """``F#<hash of a reference>`` / ``E#<ulid>#<contact key>``: the reference leads to that email.

    It expires with the email's record.
    """


class RequestItem(AskedFor):
    """``R#<tenant>#<64 bits>`` / ``REQUEST``: what a request with an idempotency key made."""

    payload_hash = UnicodeAttribute()
    recipients: ListAttribute[Any] = ListAttribute()  # each with its email's id
    blocks_until = InstantAttribute()


class TenantItem(Item):
    """``T#<tenant>`` / ``META``: what a tenant set for itself; what it never set is missing."""

    company_domains: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
    suppression_rules = JSONAttribute(null=True)
    marketing_resumes = UnicodeAttribute(null=True)


class EventFlowItem(Item):
    """``H#<configuration set>`` / ``EVENTS``: that events come. It is no tenant's."""

    tenant = UnicodeAttribute(null=True)
    newest_at = InstantAttribute(null=True)
    late_until = InstantAttribute(null=True)
    probed_at = InstantAttribute(null=True)


class StopItem(Item):
    """``STOP#<reason>[#<name>]``, beside what is stopped: see store/stops.py."""

    tenant = UnicodeAttribute(null=True)
    since = InstantAttribute()
    seen_at = InstantAttribute()
    words = UnicodeAttribute()


class SenderItem(Item):
    """``T#<tenant>`` / ``SENDER#<domain>``: a tenant's sending domain."""

    state = UnicodeAttribute()
    checked_at = InstantAttribute()
    alignment: MapAttribute[str, Any] = MapAttribute(null=True)
    since = InstantAttribute(null=True)
    tokens: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    mail_from = UnicodeAttribute(null=True)
    run = UnicodeAttribute(null=True)
    lease_until = InstantAttribute(null=True)
    watch = UnicodeAttribute(null=True)
    stops_marketing = BooleanAttribute(default=False)
    links = JSONAttribute(null=True)


class DomainItem(Item):
    """``D#<domain>`` / ``OWNER``: the one tenant that a sending domain belongs to."""


class LinkItem(Item):
    """``L#<hash of a token>`` / ``LINK``: the sender whose page a private link leads to."""

    domain = UnicodeAttribute()


class KeyItem(Item):
    """``T#<tenant>`` / ``KEY#<hash>``: an API key."""

    name = UnicodeAttribute()
    scopes: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    created_at = InstantAttribute()
    not_valid_after = InstantAttribute(null=True)
    revoked_at = InstantAttribute(null=True)


def bind(table_name: str, region: str) -> None:
    """Names the deployed table; call once, at cold start, before the first item is read."""
    Item.Meta.table_name = table_name  # the models share one Meta
    Item.Meta.region = region
    Item._get_connection()  # and one client, which each would otherwise make for itself
