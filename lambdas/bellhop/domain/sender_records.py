"""The DNS records of a sender, as its owner has to publish them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bellhop.domain.authentication.answers import RecordType
from bellhop.domain.authentication.dkim import dkim_records
from bellhop.domain.authentication.findings import Record
from bellhop.domain.authentication.mail_from import mail_from_records
from bellhop.domain.authentication.panels import host_in
from bellhop.domain.senders import Sender


class Purpose(StrEnum):
    """What a record is for; the catalogue says it in a sentence."""

    DKIM = "dkim"
    MAIL_FROM = "mail_from"
    SPF = "spf"
    DMARC = "dmarc"


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRecord:
    """One record.

    Attributes:
        name: in full, without the dot at the end.
        host: the same relative to the zone, as most panels want it.
        value: as most panels want it: without quotes, names without the dot at the end.
    """

    purpose: Purpose
    type: str
    name: str
    host: str
    value: str


def records_of(sender: Sender, *, zone: str, region: str) -> tuple[SenderRecord, ...]:
    """Every record of a sender whose DKIM tokens are known; else none.

    Args:
        zone: the domain whose panel they are entered in: the sender's organisational domain.
        region: whose SES sends.
    """
    if not sender.tokens:
        return ()
    return tuple(
        SenderRecord(
            purpose=purpose,
            type=record.type.value,
            name=record.name,
            host=host_in(zone, record.name),
            value=record.value,
        )
        for purpose, record in _rows(sender, region)
    )


def _rows(sender: Sender, region: str) -> Iterator[tuple[Purpose, Record]]:
    """The same records that the checks look for."""
    for record in dkim_records(sender.domain, sender.tokens):
        yield Purpose.DKIM, record
    if sender.mail_from:
        exchange, text = mail_from_records(sender.mail_from, region)
        yield Purpose.MAIL_FROM, exchange
        yield Purpose.SPF, text
    # RFC 9989; only where the domain has none: a second one makes both void.
    name, value = f"_dmarc.{sender.domain}", "v=DMARC1; p=none"
    yield Purpose.DMARC, Record(name=name, type=RecordType.TXT, value=value)
