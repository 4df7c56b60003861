"""A sender of our own for the tests of the local internet, and somebody who gets its reports."""

import base64
import queue
import smtplib
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.parser import BytesParser
from functools import cache
from typing import Any

import dkim
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local.internet import Internet
from local.internet.lookup import mail_hosts
from local.internet.reply import Reply

DOMAIN = "hotel-sol.test"
MAIL_FROM_DOMAIN = "bounce.hotel-sol.test"
RECEPTION = "recepcion@hotel-sol.test"


@cache
def _private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem() -> bytes:
    return _private_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def _key_record() -> str:
    der = (
        _private_key()
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def publish_sender(internet: Internet, dmarc: str = "v=DMARC1; p=reject") -> None:
    """The records of a hotel whose provider signs with its key, by way of an alias."""
    internet.dns.publish(f"s1._domainkey.{DOMAIN}", "CNAME", "s1.dkim.provider.test")
    internet.dns.publish("s1.dkim.provider.test", "TXT", _key_record())
    internet.dns.publish("s1._domainkey.provider.test", "TXT", _key_record())
    internet.dns.publish(MAIL_FROM_DOMAIN, "TXT", "v=spf1 ip4:127.0.0.1 -all")
    internet.dns.publish(MAIL_FROM_DOMAIN, "MX", "10 feedback.provider.test")
    internet.dns.publish(f"_dmarc.{DOMAIN}", "TXT", dmarc)


def compose(to: str, *, sender: str = RECEPTION, subject: str = "Su reserva") -> bytes:
    message = EmailMessage()
    message["From"] = f"Hotel Sol <{sender}>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = "<reserva-1@hotel-sol.test>"
    message.set_content("Hola Elena,\n\nle esperamos el viernes.\n")
    return message.as_bytes().replace(b"\n", b"\r\n")


def sign(message: bytes, *domains: str) -> bytes:
    """The message with a DKIM signature of each domain on top of it."""
    for domain in domains:
        signature = dkim.sign(
            message,
            b"s1",
            domain.encode(),
            _pem(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[b"from", b"to", b"subject", b"message-id"],
        )
        message = signature + message
    return message


def send(
    internet: Internet,
    to: str | Sequence[str],
    message: bytes | None = None,
    *,
    mail_from: str = f"0100-1@{MAIL_FROM_DOMAIN}",
) -> Reply:
    """Hand over a message (signed by the hotel unless given) and return the reply that decided."""
    recipients = [to] if isinstance(to, str) else list(to)
    content = message or sign(compose(recipients[0]), DOMAIN)
    host = mail_hosts(internet.resolver(), recipients[0].rpartition("@")[2])[0]
    with smtplib.SMTP(*internet.endpoint(host), local_hostname="out.provider.test") as smtp:
        smtp.ehlo_or_helo_if_needed()
        smtp.mail(mail_from)
        replies = [smtp.rcpt(each) for each in recipients]
        if all(code >= 400 for code, _ in replies):
            return _reply(*replies[0])
        return _reply(*smtp.data(content))


def _reply(code: int, text: bytes) -> Reply:
    """smtplib takes the codes away from the lines; the server's transcript has them."""
    lines = text.decode().split("\n")
    return Reply.parse(
        "\n".join([*(f"{code}-{line}" for line in lines[:-1]), f"{code} {lines[-1]}"])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A message that came to the sender's feedback host."""

    mail_from: str
    recipient: str
    raw: bytes

    @property
    def message(self) -> Message:
        return BytesParser().parsebytes(self.raw)


class FeedbackHost(Controller):
    """The mail host that takes the notifications and reports sent back to a sender."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        super().__init__(self, port=self._socket.getsockname()[1], hostname="127.0.0.1")
        self._reports: queue.Queue[Report] = queue.Queue()

    def __enter__(self) -> "FeedbackHost":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)

    @property
    def endpoint(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def next_report(self) -> Report:
        """Wait for a report; raises queue.Empty after ten seconds."""
        return self._reports.get(timeout=10)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _smtp: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        self._reports.put(
            Report(
                mail_from=envelope.mail_from or "",
                recipient=envelope.rcpt_tos[0],
                raw=content,
            )
        )
        return "250 2.0.0 Noted"
