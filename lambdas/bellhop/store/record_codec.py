"""Between a delivery record and its item."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bellhop.domain.emails import (
    Claim,
    DeliveryRecord,
    EmailClass,
    Guarantee,
    Mailbox,
    Recipient,
)
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId
from bellhop.domain.links import Link
from bellhop.domain.senders import Alignment
from bellhop.domain.status import Dispatch
from bellhop.store.table import AskedFor, EmailItem, instant, text_of


def item_of(record: DeliveryRecord, keep: timedelta) -> EmailItem:
    """The item of a new record; it expires ``keep`` after the email was accepted."""
    return EmailItem(
        f"C#{record.id.contact}",
        f"E#{record.id.ulid}",
        tenant=record.tenant,
        recipient=recipient_value(record.recipient),
        **asked_for(record),
        dispatch=record.dispatch.value,
        claim=claim_value(record.claim) if record.claim else None,
        attempts=record.attempts,
        facts={fact.identity: fact_value(fact) for fact in record.facts},
        expires_at=expiry(record.id, keep),
    )


def expiry(email_id: EmailId, keep: timedelta) -> int:
    """When what is kept of an email expires, in epoch seconds."""
    return int((email_id.accepted_at + keep).timestamp())


def record_of(item: EmailItem) -> DeliveryRecord:
    """The record that an item holds."""
    return DeliveryRecord(
        id=EmailId(item.pk.removeprefix("C#"), item.sk.removeprefix("E#")),
        recipient=recipient_of(item.recipient.as_dict()),
        **asked_of(item),
        dispatch=Dispatch(item.dispatch),
        claim=_claim(item.claim.as_dict()) if item.claim else None,
        attempts=int(item.attempts),
        facts=tuple(
            _fact(identity, value) for identity, value in sorted(item.facts.as_dict().items())
        ),
    )


def asked_for(record: DeliveryRecord) -> dict[str, Any]:
    """How an email was asked for, as its record and its request keep it alike."""
    return {
        "sender": mailbox_value(record.sender),
        "subject": record.subject,
        "reference": record.reference or None,
        "metadata": dict(record.metadata),
        "email_class": record.email_class.value,
        "guarantee": record.guarantee.value,
        "not_after": record.not_after,
        "resend_of": str(record.resend_of) if record.resend_of else None,
    }


def asked_of(item: AskedFor) -> dict[str, Any]:
    """What :func:`asked_for` kept, as arguments of a delivery record."""
    return {
        "tenant": item.tenant,
        "sender": mailbox_of(item.sender.as_dict()),
        "subject": item.subject,
        "reference": item.reference or "",
        "metadata": item.metadata,
        "email_class": EmailClass(item.email_class),
        "guarantee": Guarantee(item.guarantee),
        "not_after": item.not_after,
        "resend_of": EmailId.parse(item.resend_of) if item.resend_of else None,
    }


def claim_value(claim: Claim) -> dict[str, Any]:
    """A claim as the table keeps it."""
    value: dict[str, Any] = {
        "attempt": claim.attempt,
        "lease_until": text_of(claim.lease_until),
    }
    if claim.alignment:
        value["alignment"] = alignment_value(claim.alignment)
    if claim.uncertain_since:
        value["uncertain_since"] = text_of(claim.uncertain_since)
    return value


def fact_value(fact: Fact) -> dict[str, Any]:
    """A fact as the table keeps it, under its identity."""
    value: dict[str, Any] = {
        "kind": fact.kind.value,
        "at": text_of(fact.at),
        "detail": dict(fact.detail),
    }
    if fact.attempt:
        value["attempt"] = fact.attempt
    return value


def _claim(value: dict[str, Any]) -> Claim:
    since = value.get("uncertain_since")
    return Claim(
        attempt=value["attempt"],
        lease_until=instant(value["lease_until"]),
        uncertain_since=instant(since) if since else None,
        alignment=alignment_of(value["alignment"]) if "alignment" in value else None,
    )


def alignment_value(alignment: Alignment) -> dict[str, Any]:
    """An alignment as the table keeps it."""
    return {
        "dkim": alignment.dkim,
        "spf": alignment.spf,
        "checked_at": text_of(alignment.checked_at),
    }


def alignment_of(value: Mapping[str, Any]) -> Alignment:
    """The alignment that the table keeps."""
    return Alignment(dkim=value["dkim"], spf=value["spf"], checked_at=instant(value["checked_at"]))


def links_value(links: tuple[Link, ...]) -> dict[str, str]:
    """Links as the table keeps them beside their sender: hash to end."""
    return {link.hash: text_of(link.expires_at) for link in links}


def links_of(value: Mapping[str, str]) -> tuple[Link, ...]:
    """The links that the table keeps."""
    return tuple(Link(hash=hashed, expires_at=instant(end)) for hashed, end in value.items())


def _fact(identity: str, value: dict[str, Any]) -> Fact:
    return Fact(
        kind=FactKind(value["kind"]),
        identity=identity,
        at=instant(value["at"]),
        attempt=value.get("attempt"),
        detail=value["detail"],
    )


def recipient_value(recipient: Recipient) -> dict[str, str]:
    """A recipient as the table keeps it: without its unsubscribe link, which is content."""
    return {
        **mailbox_value(recipient.mailbox),
        "locale": recipient.locale,
        "contact_ref": recipient.contact_ref,
    }


def recipient_of(value: dict[str, Any]) -> Recipient:
    """The recipient that the table keeps."""
    return Recipient(
        mailbox=mailbox_of(value), locale=value["locale"], contact_ref=value["contact_ref"]
    )


def mailbox_value(mailbox: Mailbox) -> dict[str, str]:
    """A mailbox as the table keeps it."""
    return {"address": mailbox.address, "name": mailbox.name}


def mailbox_of(value: dict[str, Any]) -> Mailbox:
    """The mailbox that the table keeps."""
    return Mailbox(address=value["address"], name=value["name"])
