"""Delivery status notifications (RFC 3464): "we took it, and could not deliver it"."""

from datetime import datetime
from email.headerregistry import Address
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import BytesHeaderParser
from email.utils import format_datetime, make_msgid

from local.internet.reply import Reply


def delivery_status_notification(
    *,
    host: str,
    sender: str,
    recipient: str,
    reply: Reply,
    message: bytes,
    arrived: datetime,
    now: datetime,
) -> Message:
    """A notification of failure from `host` to the envelope's sender.

    reply: the refusal; gives Status (RFC 3463) and Diagnostic-Code.
    message: the one that was not delivered; its header fields are returned.
    """
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = str(Address("Mail Delivery System", f"MAILER-DAEMON@{host}"))
    report["To"] = sender
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(now)
    report["Message-ID"] = make_msgid(domain=host)
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(_explanation(host, recipient, reply)))
    report.attach(_delivery_status(host, recipient, reply, arrived, now))
    report.attach(_returned_header(message))
    return report


def status(reply: Reply) -> str:
    """The Status of a refusal: its enhanced code, or the general one of its class."""
    return reply.enhanced or f"{reply.code // 100}.0.0"


def diagnostic(reply: Reply) -> str:
    """The Diagnostic-Code of a refusal, on one line."""
    return "smtp; " + " ".join(reply.text.split())


def _explanation(host: str, recipient: str, reply: Reply) -> str:
    return (
        f"This is the mail system at {host}.\n\n"
        "A message of yours was accepted, and then it could not be delivered.\n"
        "The details follow.\n\n"
        f"<{recipient}>: {' '.join(reply.text.split())}\n"
    )


def _delivery_status(
    host: str, recipient: str, reply: Reply, arrived: datetime, now: datetime
) -> Message:
    about_message = _fields(
        ("Reporting-MTA", f"dns; {host}"), ("Arrival-Date", format_datetime(arrived))
    )
    about_recipient = _fields(
        ("Final-Recipient", f"rfc822; {recipient}"),
        ("Action", "failed"),
        ("Status", status(reply)),
        ("Diagnostic-Code", diagnostic(reply)),
        ("Last-Attempt-Date", format_datetime(now)),
    )
    part = MIMEBase("message", "delivery-status")
    part.set_payload([about_message, about_recipient])
    return part


def _fields(*fields: tuple[str, str]) -> Message:
    block = Message()
    for name, value in fields:
        block[name] = value
    return block


def _returned_header(message: bytes) -> Message:
    part = MIMEBase("text", "rfc822-headers")
    part.set_payload(BytesHeaderParser().parsebytes(message).as_string().partition("\n\n")[0])
    return part
