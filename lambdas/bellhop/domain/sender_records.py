"""The DNS records of a sender, as its owner has to publish them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

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
            purpose=purpose, type=kind, name=name, host=name.removesuffix(f".{zone}"), value=value
        )
        for purpose, kind, name, value in _rows(sender, region)
    )


def _rows(sender: Sender, region: str) -> Iterator[tuple[Purpose, str, str, str]]:
    # https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html
    for token in sender.tokens:
        name = f"{token}._domainkey.{sender.domain}"
        yield Purpose.DKIM, "CNAME", name, f"{token}.dkim.amazonses.com"
    # https://docs.aws.amazon.com/ses/latest/dg/mail-from.html: exactly one MX record, this one.
    if sender.mail_from:
        feedback = f"10 feedback-smtp.{region}.amazonses.com"
        yield Purpose.MAIL_FROM, "MX", sender.mail_from, feedback
        yield Purpose.SPF, "TXT", sender.mail_from, "v=spf1 include:amazonses.com ~all"
    # RFC 9989; only where the domain has none: a second one makes both void.
    yield Purpose.DMARC, "TXT", f"_dmarc.{sender.domain}", "v=DMARC1; p=none"
