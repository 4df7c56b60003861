"""A message that SES has accepted: what it is on the wire, and what events say of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from local.ses.identifiers import message_id_domain, opaque

MAX_EVENT_HEADER_BYTES = 10 * 1024
"""Events carry at most 10 KB of headers, and then say `headersTruncated`.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

_HEADERS = HeaderRegistry()

_REPLACED = frozenset({"message-id", "date"})
_REMOVED = frozenset({"bcc", "return-path", "x-ses-configuration-set", "x-ses-message-tags"})
_SINGLE = ("from", "sender", "to", "cc", "reply-to", "subject", "date", "message-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Everything but the content: the part of a message that outlives its delivery."""

    message_id: str
    accepted_at: datetime
    source: str
    """The From of the request or of the raw message, with a display name if it has one."""
    source_arn: str
    destination: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    headers_truncated: bool
    common_headers: Mapping[str, Any]
    tags: Mapping[str, tuple[str, ...]]
    """The caller's tags and SES's own (`ses:…`)."""
    configuration_set: str | None
    mail_from_domain: str

    @property
    def envelope_sender(self) -> str:
        """The reverse-path, by which a bounce finds its message again."""
        return f"{self.message_id}@{self.mail_from_domain}"


class HeaderFields:
    """The header of a raw message as written, field by field, and its untouched body."""

    def __init__(self, raw: bytes) -> None:
        lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        header, _, self.body = lines.partition(b"\n\n")
        self.fields: list[bytes] = []
        for line in header.strip(b"\n").split(b"\n"):
            if line[:1] in (b" ", b"\t") and self.fields:
                self.fields[-1] += b"\n" + line
            elif b":" in line:
                self.fields.append(line)

    def pairs(self) -> list[tuple[str, str]]:
        """Name and unfolded value of each field, in order."""
        return [(_name(field), _value(field)) for field in self.fields]

    def values(self, name: str) -> list[str]:
        """The unfolded values of the fields of that name."""
        return [value for found, value in self.pairs() if found.lower() == name.lower()]

    def repeated(self) -> str | None:
        """The name of a field that RFC 5322, 3.6 allows only once and that stands twice."""
        return next((name for name in _SINGLE if len(self.values(name)) > 1), None)


def outgoing(
    raw: bytes, *, message_id: str, region: str, moment: datetime, sender_ip: str
) -> bytes:
    """The message as it leaves: SES's Message-ID and Date, no Bcc, CRLF line ends.

    SES replaces Message-ID and Date whatever the sender wrote.
    https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
    """
    source = HeaderFields(raw)
    unwanted = _REPLACED | _REMOVED
    kept = [field for field in source.fields if _name(field).lower() not in unwanted]
    added = {
        "Message-ID": f"<{message_id}@{message_id_domain(region)}>",
        "Date": format_datetime(moment),
        "Feedback-ID": f"::1.{region}.{opaque()}:AmazonSES",
        "X-SES-Outgoing": f"{moment:%Y.%m.%d}-{sender_ip}",
    }
    fields = [*kept, *(f"{name}: {value}".encode() for name, value in added.items())]
    return (b"\n".join(fields) + b"\n\n" + source.body).replace(b"\n", b"\r\n")


def event_headers(fields: HeaderFields) -> tuple[tuple[tuple[str, str], ...], bool]:
    """The headers that events carry, and whether some had to be left out."""
    kept: list[tuple[str, str]] = []
    room = MAX_EVENT_HEADER_BYTES
    for name, value in fields.pairs():
        room -= len(name) + len(value)
        if room < 0:
            return tuple(kept), True
        kept.append((name, value))
    return tuple(kept), False


def common_headers(fields: HeaderFields, message_id: str) -> dict[str, Any]:
    """The headers that most people look for, decoded, and SES's own message id."""
    lists = {"from": "From", "replyTo": "Reply-To", "to": "To", "cc": "Cc", "bcc": "Bcc"}
    texts = {"date": "Date", "subject": "Subject"}
    found: dict[str, Any] = {key: _mailboxes(fields.values(name)) for key, name in lists.items()}
    found |= {key: "".join(map(_decoded, fields.values(name))) for key, name in texts.items()}
    return {"messageId": message_id, **{key: value for key, value in found.items() if value}}


def addresses(values: Iterable[str]) -> list[str]:
    """The bare addresses in header or request values, in order and without repetition.

    Raises ValueError for a value that cannot be read as addresses.
    """
    parsed = (mailbox for value in values for mailbox in _parse(value))
    return list(dict.fromkeys(mailbox.addr_spec for mailbox in parsed))


def compose(content: Mapping[str, Any], headers: Iterable[tuple[str, str]]) -> bytes:
    """The MIME message of `Content.Simple`: text, HTML or both, and attachments."""
    message = EmailMessage(policy=SMTP)
    for name, value in headers:
        message[name] = value
    message["Subject"] = content["Subject"]["Data"]
    body = content["Body"]
    if "Text" in body:
        message.set_content(body["Text"]["Data"], charset=body["Text"].get("Charset", "utf-8"))
    if "Html" in body:
        add = message.add_alternative if "Text" in body else message.set_content
        add(body["Html"]["Data"], subtype="html", charset=body["Html"].get("Charset", "utf-8"))
    for attachment in content.get("Attachments", ()):
        _attach(message, attachment)
    for header in content.get("Headers", ()):
        message[header["Name"]] = header["Value"]
    return message.as_bytes()


def _attach(message: EmailMessage, attachment: Mapping[str, Any]) -> None:
    declared = attachment.get("ContentType", "application/octet-stream")
    main, _, sub = declared.partition(";")[0].partition("/")
    message.add_attachment(
        attachment["RawContent"],
        maintype=main.strip(),
        subtype=sub.strip() or "octet-stream",
        filename=attachment["FileName"],
        disposition=attachment.get("ContentDisposition", "ATTACHMENT").lower(),
        cid=f"<{attachment['ContentId']}>" if "ContentId" in attachment else None,
    )


def _mailboxes(values: Iterable[str]) -> list[str]:
    """Name and address of each mailbox, decoded; what cannot be read stays as it is."""
    found: list[str] = []
    for value in values:
        try:
            found += [str(mailbox) for mailbox in _parse(value)]
        except ValueError:
            found.append(value)
    return found


def _parse(value: str) -> Sequence[Address]:
    try:
        header: Any = _HEADERS("To", value)
        return tuple(header.addresses)
    except Exception as err:  # the parser of `email` fails in many ways on what is no address
        raise ValueError(f"not a list of addresses: {value!r}") from err


def _decoded(value: str) -> str:
    """The text of a header with its encoded words (RFC 2047) decoded."""
    return str(_HEADERS("Subject", value))


def _name(field: bytes) -> str:
    return field.partition(b":")[0].strip().decode("ascii", "replace")


def _value(field: bytes) -> str:
    value = field.partition(b":")[2]
    return b" ".join(line.strip() for line in value.split(b"\n")).strip().decode("utf-8", "replace")
