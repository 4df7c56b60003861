"""A stored message as a person reads it. It may be anything: a broken one is shown as far as it
can be read."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from local.internet.mailboxes import StoredMessage

# As decoded when the header can be decoded, else as it stands.
_READING = policy.default.clone(raise_on_defect=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message taken apart.

    Attributes:
        subject: decoded; "" if it has none.
        headers: all of them, decoded and unfolded, in the message's order.
        html, plain: the parts that a mail program would show; "" if there is none.
        source: everything as it was stored.
    """

    subject: str
    headers: tuple[tuple[str, str], ...]
    html: str
    plain: str
    source: str


def read(stored: StoredMessage) -> Letter:
    """Takes a message apart."""
    message = message_from_bytes(stored.raw, _class=EmailMessage, policy=_READING)
    headers = tuple((name, _header(message, name, raw)) for name, raw in message.raw_items())
    return Letter(
        subject=next((value for name, value in headers if name.lower() == "subject"), ""),
        headers=headers,
        html=_body(message, "html"),
        plain=_body(message, "plain"),
        source=stored.raw.decode("utf-8", "replace").replace("\r\n", "\n"),
    )


def _header(message: Message, name: str, raw: str) -> str:
    try:
        value = str(message.policy.header_fetch_parse(name, raw))
    except Exception:
        value = str(raw)
    return " ".join(value.encode("utf-8", "replace").decode("utf-8").split())


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body(preferencelist=(kind,))
        return str(part.get_content(errors="replace")) if part else ""
    except (LookupError, ValueError, AttributeError) as error:
        return f"This part cannot be read: {error}"
