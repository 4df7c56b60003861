"""Feedback reports (RFC 5965): "a recipient says that this is spam"."""

from datetime import datetime
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid

from local.internet.authentication import Authentication, Envelope


def feedback_report(
    *,
    host: str,
    reported_to: str,
    recipient: str,
    envelope: Envelope,
    authentication: Authentication,
    message: bytes,
    arrived: datetime,
    now: datetime,
) -> Message:
    """An abuse report from `host` about a message, which is returned whole."""
    report = MIMEMultipart("report", report_type="feedback-report")
    report["From"] = f"feedback@{host}"
    report["To"] = reported_to
    report["Subject"] = "A recipient reported this message as spam"
    report["Date"] = format_datetime(now)
    report["Message-ID"] = make_msgid(domain=host)
    report.attach(
        MIMEText(
            f"This is an email abuse report for a message received from {envelope.client} "
            f"on {format_datetime(arrived)}.\n"
        )
    )
    report.attach(_feedback(host, recipient, envelope, authentication, arrived))
    report.attach(_whole(message))
    return report


def _feedback(
    host: str,
    recipient: str,
    envelope: Envelope,
    authentication: Authentication,
    arrived: datetime,
) -> Message:
    fields = (
        ("Feedback-Type", "abuse"),
        ("User-Agent", f"{host}-feedback/1.0"),
        ("Version", "1"),
        ("Original-Mail-From", f"<{envelope.mail_from}>"),
        ("Original-Rcpt-To", f"<{recipient}>"),
        ("Arrival-Date", format_datetime(arrived)),
        ("Reporting-MTA", f"dns; {host}"),
        ("Source-IP", envelope.client),
        ("Reported-Domain", authentication.from_domain),
        ("Authentication-Results", " ".join(authentication.header.partition(":")[2].split())),
    )
    part = MIMEBase("message", "feedback-report")
    part.set_payload("".join(f"{name}: {value}\n" for name, value in fields))
    return part


def _whole(message: bytes) -> Message:
    """The message byte for byte: parsing it would fold its lines anew and break its signature."""
    part = MIMEBase("message", "rfc822")
    part.set_payload(message.decode("ascii", "surrogateescape"))
    return part
