"""SMTP servers that do as a test tells them, beside the local internet's characters."""

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.ses.smtp_server import FreePortController

Endpoint = tuple[str, int]


class _Replies:
    """Answers each message with the next reply; the last one repeats."""

    def __init__(self, replies: Sequence[str]) -> None:
        self._replies = list(replies)
        self.received: list[bytes] = []

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server, session
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


@contextmanager
def answering(*replies: str, **options: Any) -> Iterator[tuple[Endpoint, list[bytes]]]:
    """A server that answers DATA with these replies in turn, and what it received."""
    handler = _Replies(replies)
    controller = FreePortController(handler, **options)
    controller.start()
    try:
        yield controller.endpoint, handler.received
    finally:
        controller.stop()


@contextmanager
def connected(talk: Callable[[socket.socket], None]) -> Iterator[Endpoint]:
    """A server that leaves each connection to `talk`, one after the other."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    talk(connection)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def silent(connection: socket.socket) -> None:
    """Takes the connection and says nothing until the client gives up."""
    connection.recv(1)


def cut_after_data(connection: socket.socket) -> None:
    """Goes along up to the message, and hangs up in the middle of it."""
    connection.sendall(b"220 mx.cortes.test ESMTP\r\n")
    with connection.makefile("rb") as lines:
        for line in lines:
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go on\r\n")
                lines.readline()
                return
            connection.sendall(b"250 2.0.0 OK\r\n")


def tls_context(directory: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.cifrado.test")])
    start = datetime.now(UTC) - timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = directory / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def unusable_tls_context() -> ssl.SSLContext:
    """A server's context without a certificate: STARTTLS is offered, and fails."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
